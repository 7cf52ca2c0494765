//! A file of this process, for decoders that map files; in memory where that is possible.

use std::path::PathBuf;

pub fn scratch_file(name: &str) -> PathBuf {
    let shared_memory = PathBuf::from("/dev/shm");
    let directory = if shared_memory.is_dir() {
        shared_memory
    } else {
        std::env::temp_dir()
    };
    let path = directory.join(format!("searcher-fuzz-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}
