//! How does a large file get to the disk while it is being written?
//!
//! A kernel leaves written pages in memory for some seconds, so a single sync at the end
//! waits for nearly the whole file.  Here a thread of its own syncs whenever so much has been
//! written; it only waits for the disk, and the sync at the end finds little to do.
//!
//! The kernel tells of a failed write once for all copies of a file handle, so what the
//! thread is told must be passed on (`finish`): the last sync would not hear of it.

use std::fs::File;
use std::io::{Error, Result};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::thread::JoinHandle;

/// Smaller files are left to the sync at the end.
const SYNCED_BYTES: usize = 16 << 20;

/// Syncs a file behind its writer.
#[derive(Default)]
pub struct Syncing {
    thread: Option<(Sender<()>, JoinHandle<Result<()>>)>,
    unsynced: usize,
}

impl Syncing {
    /// So many bytes were written to `file`, always the same one.
    pub fn wrote(&mut self, file: &File, bytes: usize) -> Result<()> {
        self.unsynced += bytes;
        if self.unsynced < SYNCED_BYTES {
            return Ok(());
        }
        self.unsynced = 0;
        let (written, _) = match &self.thread {
            Some(thread) => thread,
            None => self.thread.insert(start(file.try_clone()?)?),
        };
        // A thread that has ended did so for an error, which `finish` tells.
        let _ = written.send(());
        Ok(())
    }

    /// Wait for the thread, and tell what it was told.
    pub fn finish(self) -> Result<()> {
        let Some((written, thread)) = self.thread else {
            return Ok(());
        };
        drop(written);
        let ended = || Error::other("the thread that syncs has ended");
        thread.join().map_err(|_| ended())?
    }
}

fn start(file: File) -> Result<(Sender<()>, JoinHandle<Result<()>>)> {
    let (sender, written) = channel();
    let thread = std::thread::Builder::new()
        .name("searcher-sync".to_owned())
        .spawn(move || sync_behind(&file, &written))?;
    Ok((sender, thread))
}

fn sync_behind(file: &File, written: &Receiver<()>) -> Result<()> {
    while written.recv().is_ok() {
        // One sync for all that was written meanwhile.
        while written.try_recv().is_ok() {}
        file.sync_data()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::OpenOptions;
    use std::io::Write;

    #[test]
    fn what_the_thread_is_told_is_passed_on() {
        let path = std::env::temp_dir().join(format!("syncing-{}", std::process::id()));
        let mut file = File::create(&path).unwrap();
        let mut syncing = Syncing::default();
        syncing.wrote(&file, SYNCED_BYTES - 1).unwrap();
        assert!(syncing.thread.is_none());
        file.write_all(b"x").unwrap();
        for _ in 0..3 {
            syncing.wrote(&file, SYNCED_BYTES).unwrap();
        }
        assert!(syncing.finish().is_ok());
        std::fs::remove_file(&path).unwrap();
        // What cannot be synced: a device that is no file.
        if let Ok(device) = OpenOptions::new().write(true).open("/dev/null") {
            let mut syncing = Syncing::default();
            syncing.wrote(&device, SYNCED_BYTES).unwrap();
            assert!(syncing.finish().is_err());
        }
    }
}
