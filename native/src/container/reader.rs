//! How is a container read, every page checked before its first use?

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cut::Mapping;
use super::{
    header, padded, pages, Section, ALIGNMENT, MAGIC, OPTIONAL_FROM, PAGE_BYTES, TABLE_ENTRY_BYTES,
    TAIL_BYTES, VERSION,
};
use crate::bytes::Reader;
use crate::error::{CoreError, Damage, Result};

const OUTSIDE: Damage = Damage("a reference leads outside");
const CHECKSUM: Damage = Damage("a checksum does not match");

/// An opened container.
pub struct Container {
    map: Mapping,
    name: String,
    sections: [Option<Extent>; Section::ALL.len()],
    /// Sections that this program does not know, and need not.
    passed_over: Vec<Extent>,
    /// Where the checksums of the pages lie in the file.
    checksums: usize,
    /// A bit for each page that was found right.
    verified: Box<[AtomicU64]>,
    /// For each section whether all its pages were found right: one look instead of many.
    whole: [AtomicBool; Section::ALL.len()],
}

#[derive(Clone, Copy)]
struct Extent {
    offset: usize,
    length: usize,
    /// The number of its first page among those of all sections.
    first_page: usize,
}

impl Container {
    /// Map the file and check its header and footer.
    pub fn open(path: &Path) -> Result<Self> {
        let io = |source| CoreError::Io {
            file: path.to_string_lossy().into_owned(),
            source,
        };
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let file = match open(path) {
            Err(error) if is_link(&error) => {
                return Err(damaged(&name, "header", "it is a link, not a file"));
            }
            opened => opened.map_err(io)?,
        };
        let found = file.metadata().map_err(io)?;
        if !found.is_file() {
            return Err(damaged(&name, "header", "it is no regular file"));
        }
        if found.len() < (ALIGNMENT + TAIL_BYTES) as u64 {
            return Err(damaged(&name, "footer", "the file ends too early"));
        }
        Self::of_map(Mapping::of(&file).map_err(io)?, name)
    }

    fn of_map(map: Mapping, name: String) -> Result<Self> {
        check_header(&map).map_err(|detail| damaged(&name, "header", &detail))?;
        let (sections, passed_over, checksums, page_count) =
            read_footer(&map).map_err(|damage| damaged(&name, "footer", damage.0))?;
        Ok(Self {
            map,
            name,
            sections,
            passed_over,
            checksums,
            verified: (0..page_count.div_ceil(64))
                .map(|_| AtomicU64::new(0))
                .collect(),
            whole: Default::default(),
        })
    }

    /// The name of the file, without its directory.
    pub fn file_name(&self) -> &str {
        &self.name
    }

    /// The length of the file.
    pub fn file_len(&self) -> u64 {
        self.map.len() as u64
    }

    /// The length of a section; 0 when the file has none such.
    pub fn section_len(&self, section: Section) -> u64 {
        self.sections[section.index()].map_or(0, |extent| extent.length as u64)
    }

    /// A whole section, checked; empty when the file has none such.
    #[inline]
    pub fn section(&self, section: Section) -> Result<&[u8]> {
        let Some(extent) = self.sections[section.index()] else {
            return Ok(&[]);
        };
        let whole = &self.whole[section.index()];
        if !whole.load(Ordering::Relaxed) {
            self.verify_pages(section, extent, 0, extent.length)?;
            whole.store(true, Ordering::Relaxed);
        }
        self.slice(section, extent.offset, extent.length)
    }

    /// `length` bytes of a section from `start` on; only their pages are checked.
    #[inline]
    pub fn range(&self, section: Section, start: u64, length: u64) -> Result<&[u8]> {
        start
            .checked_add(length)
            .filter(|end| *end <= self.section_len(section))
            .ok_or_else(|| self.damaged(section, OUTSIDE))?;
        let Some(extent) = self.sections[section.index()] else {
            return Ok(&[]);
        };
        // Both are at most the length of the section, which is a usize.
        let (start, length) = (start as usize, length as usize);
        if !self.whole[section.index()].load(Ordering::Relaxed) {
            self.verify_pages(section, extent, start, start + length)?;
        }
        self.slice(section, extent.offset + start, length)
    }

    /// A whole section as it lies there, not checked: to guess by, what `range` then tells.
    pub fn unchecked(&self, section: Section) -> &[u8] {
        self.sections[section.index()]
            .and_then(|extent| self.map.get(extent.offset..extent.offset + extent.length))
            .unwrap_or(&[])
    }

    /// Check every page, also those that were right before.
    pub fn verify(&self) -> Result<()> {
        for section in Section::ALL {
            if let Some(extent) = self.sections[section.index()] {
                for page in 0..page_count(extent) {
                    self.check(section.name(), extent, page)?;
                }
            }
        }
        for extent in &self.passed_over {
            for page in 0..page_count(*extent) {
                self.check("a section of a newer Searcher", *extent, page)?;
            }
        }
        Ok(())
    }

    /// Whether the file is still as long as it was when it was opened: else what was read may
    /// have been zeros.  For whoever gives an answer.
    pub fn check_length(&self) -> Result<()> {
        if self.map.is_cut() {
            let detail = "the file was cut while it was open, or could not be read";
            return Err(damaged(&self.name, "footer", detail));
        }
        Ok(())
    }

    /// The error for bytes of `section` that make no sense.
    pub fn damaged(&self, section: Section, damage: Damage) -> CoreError {
        damaged(&self.name, section.name(), damage.0)
    }

    fn slice(&self, section: Section, start: usize, length: usize) -> Result<&[u8]> {
        self.map
            .get(start..start + length)
            .ok_or_else(|| self.damaged(section, OUTSIDE))
    }

    /// Check the pages of `start..end` that no one has checked yet.
    fn verify_pages(
        &self,
        section: Section,
        extent: Extent,
        start: usize,
        end: usize,
    ) -> Result<()> {
        for page in start / PAGE_BYTES..end.div_ceil(PAGE_BYTES) {
            let number = extent.first_page + page;
            let bit = 1 << (number % 64);
            let word = &self.verified[number / 64];
            // Relaxed will do: the bytes are the same whether or not others see the bit.
            if word.load(Ordering::Relaxed) & bit == 0 {
                self.check(section.name(), extent, page)?;
                word.fetch_or(bit, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    #[cold]
    fn check(&self, section: &'static str, extent: Extent, page: usize) -> Result<()> {
        let end = extent.offset + extent.length.next_multiple_of(ALIGNMENT);
        let start = extent.offset + page * PAGE_BYTES;
        let bytes = self.map.get(start..end.min(start + PAGE_BYTES));
        let checksum = self.checksums + 4 * (extent.first_page + page);
        let expected = self.map.get(checksum..checksum + 4);
        match (bytes, expected) {
            (Some(bytes), Some(expected)) if crc32fast::hash(bytes).to_le_bytes() == *expected => {
                Ok(())
            }
            _ => Err(damaged(&self.name, section, CHECKSUM.0)),
        }
    }
}

/// Open a file that somebody else may have put there: no link is followed, and no pipe waited
/// for.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC);
    }
    options.open(path)
}

fn is_link(error: &std::io::Error) -> bool {
    cfg!(unix) && error.raw_os_error() == Some(libc::ELOOP)
}

fn check_header(map: &[u8]) -> std::result::Result<(), String> {
    let found = map.get(..ALIGNMENT).unwrap_or_default();
    if found == header() {
        return Ok(());
    }
    let mut reader = Reader::new(found);
    if reader.take(MAGIC.len()) != Ok(&MAGIC) {
        return Err("the file is not a segment".to_owned());
    }
    match reader.u32() {
        Ok(version) if version != VERSION => Err(format!(
            "version {version} of the format is not one that this program reads"
        )),
        _ => Err("bytes that should be zero are not".to_owned()),
    }
}

type Table = ([Option<Extent>; Section::ALL.len()], Vec<Extent>);
type Footer = (
    [Option<Extent>; Section::ALL.len()],
    Vec<Extent>,
    usize,
    usize,
);

/// Where the sections lie, where the checksums, and how many there are.
fn read_footer(map: &[u8]) -> std::result::Result<Footer, Damage> {
    const ENDED: Damage = Damage("the file ends too early");
    let tail_start = map.len().checked_sub(TAIL_BYTES).ok_or(ENDED)?;
    let tail = map.get(tail_start..).ok_or(ENDED)?;
    let mut reader = Reader::new(tail);
    let checksums = reader.u64()?;
    let page_count = reader.u32()? as usize;
    let section_count = reader.u32()? as usize;
    let length = reader.u64()?;
    let checksum = reader.u32()?;
    let settled = reader.position();
    let tail_checksum = reader.u32()?;
    if reader.rest() != MAGIC {
        return Err(ENDED);
    }
    if crc32fast::hash(tail.get(..settled).ok_or(ENDED)?) != tail_checksum {
        return Err(CHECKSUM);
    }
    if length != map.len() as u64 {
        return Err(Damage(
            "the file has another length than when it was written",
        ));
    }
    let checksums = usize::try_from(checksums).map_err(|_| OUTSIDE)?;
    let footer = map.get(checksums..tail_start).ok_or(OUTSIDE)?;
    // Both counts are 32 bits, so the products fit.
    if footer.len() as u64
        != page_count as u64 * 4 + section_count as u64 * TABLE_ENTRY_BYTES as u64
    {
        return Err(Damage("the section table has another length"));
    }
    if crc32fast::hash(footer) != checksum {
        return Err(CHECKSUM);
    }
    let (sections, passed_over) = read_table(&footer[page_count * 4..], checksums, page_count)?;
    Ok((sections, passed_over, checksums, page_count))
}

/// Read the section table.  The sections lie one after the other without a gap, from the
/// header to `end`, so each byte of the file belongs to something that is checked.
fn read_table(table: &[u8], end: usize, page_count: usize) -> std::result::Result<Table, Damage> {
    const LAYOUT: Damage = Damage("the sections do not lie one after the other");
    let mut sections = [None; Section::ALL.len()];
    let mut passed_over = Vec::new();
    let mut next_offset = ALIGNMENT as u64;
    let mut first_page = 0u64;
    let mut reader = Reader::new(table);
    while !reader.is_empty() {
        let id = reader.u32()?;
        let section = Section::of_id(id);
        if section.is_none() && id < OPTIONAL_FROM {
            return Err(Damage("an unknown section"));
        }
        let zero = reader.u32()?;
        let offset = reader.u64()?;
        let length = reader.u64()?;
        let is_double = section.is_some_and(|known| sections[known.index()].is_some());
        if is_double || zero != 0 || offset != next_offset {
            return Err(LAYOUT);
        }
        next_offset = padded(length)
            .and_then(|bytes| offset.checked_add(bytes))
            .filter(|next| *next <= end as u64)
            .ok_or(LAYOUT)?;
        let extent = Extent {
            // Not beyond `end`, which is a usize.
            offset: offset as usize,
            length: length as usize,
            first_page: first_page as usize,
        };
        match section {
            Some(known) => sections[known.index()] = Some(extent),
            None => passed_over.push(extent),
        }
        first_page += pages(length).ok_or(LAYOUT)?;
    }
    if next_offset != end as u64 || first_page != page_count as u64 {
        return Err(LAYOUT);
    }
    Ok((sections, passed_over))
}

fn page_count(extent: Extent) -> usize {
    extent.length.div_ceil(PAGE_BYTES)
}

fn damaged(file: &str, section: &'static str, detail: &str) -> CoreError {
    CoreError::Damaged {
        file: file.to_owned(),
        section,
        detail: detail.to_owned(),
    }
}
