//! How is a container written?

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::syncing::Syncing;
use super::{header, Section, ALIGNMENT, MAGIC, PAGE_BYTES, TAIL_BYTES};
use crate::error::{CoreError, Result};

const WRITE_BYTES: usize = 1 << 20;

/// Writes a container, a section at a time, in any order.
///
/// Nothing is a container before `finish` has returned; whoever drops the writer earlier
/// removes the file.
pub struct ContainerWriter {
    file: File,
    syncing: Syncing,
    name: String,
    /// Bytes of the file that are not written yet.
    buffer: Vec<u8>,
    /// How many of `buffer` no checksum has to wait for.
    settled: usize,
    /// The length of the file before `buffer`.
    written: u64,
    checksums: Vec<u32>,
    sections: Vec<(Section, u64, u64)>,
    open: Option<(Section, u64)>,
}

impl ContainerWriter {
    /// Start a file that does not exist yet.
    pub fn create(path: &Path) -> Result<Self> {
        let name = path.to_string_lossy().into_owned();
        let mut options = OpenOptions::new();
        // New, whatever lies there: no link is followed.
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.custom_flags(libc::O_NOFOLLOW);
        }
        let file = options.open(path).map_err(|source| CoreError::Io {
            file: name.clone(),
            source,
        })?;
        let mut buffer = Vec::with_capacity(WRITE_BYTES + PAGE_BYTES);
        buffer.extend_from_slice(&header());
        Ok(Self {
            file,
            syncing: Syncing::default(),
            name,
            settled: buffer.len(),
            buffer,
            written: 0,
            checksums: Vec::new(),
            sections: Vec::new(),
            open: None,
        })
    }

    /// Begin a section; each at most once.
    pub fn begin(&mut self, section: Section) -> Result<()> {
        if self.open.is_some() || self.sections.iter().any(|(other, ..)| *other == section) {
            return Err(misuse("a section was begun out of turn"));
        }
        self.open = Some((section, self.length()));
        Ok(())
    }

    /// Append to the section that was begun.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        if self.open.is_none() {
            return Err(misuse("a write outside of sections"));
        }
        // In pieces, so that the buffer stays at its capacity whatever is written.
        while !bytes.is_empty() {
            let room = (WRITE_BYTES + PAGE_BYTES)
                .saturating_sub(self.buffer.len())
                .max(1);
            let (piece, rest) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(piece);
            bytes = rest;
            if self.buffer.len() >= WRITE_BYTES {
                self.settle_pages();
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Where in the open section the next write goes.
    pub fn position(&self) -> u64 {
        self.open.map_or(0, |(_, start)| self.length() - start)
    }

    /// End the open section.
    pub fn end(&mut self) -> Result<()> {
        let (section, start) = self
            .open
            .ok_or_else(|| misuse("no section is open to end"))?;
        let end = self.length();
        self.sections.push((section, start, end - start));
        self.pad();
        self.settle_pages();
        if self.settled < self.buffer.len() {
            self.checksums
                .push(crc32fast::hash(&self.buffer[self.settled..]));
            self.settled = self.buffer.len();
        }
        self.open = None;
        Ok(())
    }

    /// Write the footer and wait until all is on the disk.  Returns the length of the file.
    pub fn finish(mut self) -> Result<u64> {
        if self.open.is_some() {
            return Err(misuse("the last section was not ended"));
        }
        let footer = self.footer();
        let length = self.length() + footer.len() as u64;
        self.flush()?;
        let syncing = std::mem::take(&mut self.syncing);
        self.file
            .write_all(&footer)
            .and_then(|()| syncing.finish())
            .and_then(|()| self.file.sync_all())
            .map_err(|source| self.io(source))?;
        Ok(length)
    }

    fn footer(&self) -> Vec<u8> {
        let mut footer = Vec::new();
        for checksum in &self.checksums {
            footer.extend_from_slice(&checksum.to_le_bytes());
        }
        for (section, offset, length) in &self.sections {
            footer.extend_from_slice(&(*section as u32).to_le_bytes());
            footer.extend_from_slice(&0u32.to_le_bytes());
            footer.extend_from_slice(&offset.to_le_bytes());
            footer.extend_from_slice(&length.to_le_bytes());
        }
        let checksum = crc32fast::hash(&footer);
        let length = self.length() + (footer.len() + TAIL_BYTES) as u64;
        let tail = footer.len();
        footer.extend_from_slice(&self.length().to_le_bytes());
        footer.extend_from_slice(&(self.checksums.len() as u32).to_le_bytes());
        footer.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        footer.extend_from_slice(&length.to_le_bytes());
        footer.extend_from_slice(&checksum.to_le_bytes());
        let checksum = crc32fast::hash(&footer[tail..]);
        footer.extend_from_slice(&checksum.to_le_bytes());
        footer.extend_from_slice(&MAGIC);
        footer
    }

    /// The length of the file with what waits in the buffer.
    fn length(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    fn pad(&mut self) {
        let misaligned = (self.length() % ALIGNMENT as u64) as usize;
        if misaligned > 0 {
            let zeros = ALIGNMENT - misaligned;
            self.buffer.resize(self.buffer.len() + zeros, 0);
        }
    }

    /// Take the checksums of the whole pages in the buffer.
    fn settle_pages(&mut self) {
        let mut pages = self.buffer[self.settled..].chunks_exact(PAGE_BYTES);
        self.checksums.extend(pages.by_ref().map(crc32fast::hash));
        self.settled = self.buffer.len() - pages.remainder().len();
    }

    fn flush(&mut self) -> Result<()> {
        self.file
            .write_all(&self.buffer[..self.settled])
            .and_then(|()| self.syncing.wrote(&self.file, self.settled))
            .map_err(|source| self.io(source))?;
        self.written += self.settled as u64;
        self.buffer.drain(..self.settled);
        self.settled = 0;
        Ok(())
    }

    fn io(&self, source: std::io::Error) -> CoreError {
        CoreError::Io {
            file: self.name.clone(),
            source,
        }
    }
}

fn misuse(what: &str) -> CoreError {
    CoreError::Invalid(what.to_owned())
}
