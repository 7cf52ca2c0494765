//! What if a segment is cut while it is read?
//!
//! A file that lies in memory and is made shorter by somebody else has pages behind which
//! there is nothing any more: whoever touches one is sent SIGBUS, which ends the process.  So
//! with the first map a handler is set for that signal.  Where the place lies in one of our
//! maps it puts zeros there and notes that the map is cut, and reading goes on: decoders take
//! any bytes, and whoever gives an answer asks `is_cut` before.  A cut within a page reads as
//! zeros without a signal; but every cut takes the last bytes of the file with it, which are
//! no zeros, so `is_cut` looks at those, and costs no call of the system.  All other signals
//! go to the handler that was there before.
//!
//! Chosen over reading pages into memory of our own when they are first checked, which takes
//! the size of the index for each process, in place of pages that all of them share.
//!
//! State of the process, since the platform keeps handlers for it: the handler, and a table of
//! the maps, which the handler goes through without locks.  What this does not do: notice
//! bytes that are overwritten in place after they were checked.

use std::fs::File;
use std::hint::black_box;
use std::io::Result;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::Mutex;

use memmap2::Mmap;

/// How many bytes at the end of a file are looked at.
const END_BYTES: usize = 8;

/// A file in memory whose last byte is not zero.
pub struct Mapping {
    map: Mmap,
    /// Its last bytes, as they were when it was mapped.
    end: Box<[u8]>,
    place: &'static Place,
}

impl Mapping {
    /// Map a file that is not empty.
    pub fn of(file: &File) -> Result<Self> {
        let map = map(file)?;
        install();
        let place = Place::take(map.as_ptr() as usize, map.len());
        let end = map[map.len().saturating_sub(END_BYTES)..].into();
        Ok(Mapping { map, end, place })
    }

    /// Whether the file has become shorter than it was, or could not be read.
    #[inline]
    pub fn is_cut(&self) -> bool {
        // Read anew each time: the compiler takes the bytes of a map for constant.
        let map: &[u8] = black_box(&self.map);
        if !map.ends_with(&self.end) {
            // For good: a file that grows again has zeros where it was cut.
            self.place.is_cut.store(true, Ordering::Release);
        }
        self.place.is_cut.load(Ordering::Acquire)
    }
}

impl Deref for Mapping {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.map
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // Before the memory is given back: somebody else's may lie there next.
        self.place.leave();
    }
}

#[allow(unsafe_code)]
fn map(file: &File) -> Result<Mmap> {
    // SAFETY: a map is unsound only if the file changes under it.  Segment files are created
    // under names never used before, written once, and then only unlinked, which leaves the map
    // whole.  Where somebody else cuts or overwrites one all the same, bytes are read that are
    // wrong, which decoders take for damage; no reference is made that trusts a byte to stay.
    unsafe { Mmap::map(file) }
}

/// See to it that our handler is the first: another may have been set since.
#[cfg(not(unix))]
pub fn install() {}
#[cfg(unix)]
pub use signals::install;

/// Where a map lies, as the handler reads it.
struct Place {
    /// 0 where there is none.
    start: AtomicUsize,
    end: AtomicUsize,
    is_cut: AtomicBool,
}

const PLACES_OF_A_TABLE: usize = 64;

/// Places, and where more of them are.  Tables are made as they are needed and kept for good.
struct Table {
    places: [Place; PLACES_OF_A_TABLE],
    next: AtomicPtr<Table>,
}

static FIRST: Table = Table::new();
/// Held while a place is taken.
static TAKING: Mutex<()> = Mutex::new(());

impl Table {
    const fn new() -> Self {
        Table {
            places: [const { Place::nowhere() }; PLACES_OF_A_TABLE],
            next: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    #[allow(unsafe_code)]
    fn next(&self) -> Option<&'static Table> {
        let next = self.next.load(Ordering::Acquire);
        // SAFETY: it is null or was leaked from a box, so it is there for good.
        unsafe { next.as_ref() }
    }
}

impl Place {
    const fn nowhere() -> Self {
        Place {
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            is_cut: AtomicBool::new(false),
        }
    }

    fn take(start: usize, length: usize) -> &'static Place {
        // Nothing is left half done by a thread that panics here.
        let _taking = TAKING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut table = &FIRST;
        loop {
            for place in &table.places {
                if place.start.load(Ordering::Acquire) == 0 {
                    place.is_cut.store(false, Ordering::Release);
                    place.end.store(start + length, Ordering::Release);
                    place.start.store(start, Ordering::Release);
                    return place;
                }
            }
            table = match table.next() {
                Some(next) => next,
                None => {
                    let next: &'static Table = Box::leak(Box::new(Table::new()));
                    let pointer = std::ptr::from_ref(next).cast_mut();
                    table.next.store(pointer, Ordering::Release);
                    next
                }
            };
        }
    }

    fn leave(&self) {
        self.start.store(0, Ordering::Release);
    }

    /// The place that holds an address, and where it ends.  Safe in a handler.
    #[cfg(unix)]
    fn holding(address: usize) -> Option<(&'static Place, usize)> {
        let mut table = Some(&FIRST);
        while let Some(Table { places, .. }) = table {
            for place in places {
                let start = place.start.load(Ordering::Acquire);
                let end = place.end.load(Ordering::Acquire);
                if start != 0 && start <= address && address < end {
                    return Some((place, end));
                }
            }
            table = table.and_then(Table::next);
        }
        None
    }
}

#[cfg(unix)]
mod signals {
    use std::mem::{transmute, zeroed};
    use std::ptr::{null, null_mut};
    use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};
    use std::sync::Mutex;

    use super::Place;

    /// The action that was there before ours; each is kept for good.
    static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(null_mut());
    static HAS_PASSED_ON: AtomicBool = AtomicBool::new(false);
    /// Whether a signal of our own process was let pass since the last one of the kernel.
    static HAS_LET_PASS: AtomicBool = AtomicBool::new(false);
    static PAGE_BYTES: AtomicI32 = AtomicI32::new(0);
    static SETTING: Mutex<()> = Mutex::new(());

    type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
    type PlainHandler = extern "C" fn(libc::c_int);

    /// See to it that our handler is the first: another may have been set since.
    #[allow(unsafe_code)]
    pub fn install() {
        let handler: Handler = on_bus_error;
        let ours = handler as usize;
        // SAFETY: `sigaction` fills what it is given, and all zeros are an action.  The handler
        // does what handlers may: it reads atomics and calls `mmap` and `sigaction`.
        unsafe {
            let mut found: libc::sigaction = zeroed();
            if libc::sigaction(libc::SIGBUS, null(), &mut found) != 0 || found.sa_sigaction == ours
            {
                return;
            }
            let _setting = SETTING
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            // Another thread may have been first.
            if libc::sigaction(libc::SIGBUS, null(), &mut found) != 0 || found.sa_sigaction == ours
            {
                return;
            }
            PAGE_BYTES.store(libc::sysconf(libc::_SC_PAGESIZE) as i32, Ordering::Release);
            BEFORE.store(Box::into_raw(Box::new(found)), Ordering::Release);
            let mut action: libc::sigaction = zeroed();
            action.sa_sigaction = ours;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&mut action.sa_mask);
            libc::sigaction(libc::SIGBUS, &action, null_mut());
        }
    }

    #[allow(unsafe_code)]
    extern "C" fn on_bus_error(
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        context: *mut libc::c_void,
    ) {
        // SAFETY: the kernel gives a valid `info`.  Zeros are put over pages of a map of ours
        // only, which is there as long as somebody reads from it; so far there was nothing.
        unsafe {
            // Codes above 0 come from the kernel and have an address.
            let from_kernel = (*info).si_code > 0;
            let address = if from_kernel {
                (*info).si_addr() as usize
            } else {
                0
            };
            // A handler that was set after ours, as Python's `faulthandler` can be, sends the
            // signal on to us without the place.  Done again, the instruction sends it with it.
            let lets_pass = is_our_own(&*info) && !HAS_PASSED_ON.load(Ordering::Acquire);
            let has_let_pass = HAS_LET_PASS.swap(lets_pass, Ordering::AcqRel);
            if lets_pass && !has_let_pass {
                return;
            }
            if let Some((place, end)) = Place::holding(address) {
                let page_bytes = PAGE_BYTES.load(Ordering::Acquire) as usize;
                let page = address & !(page_bytes - 1);
                let found = libc::mmap(
                    page as *mut libc::c_void,
                    end - page,
                    libc::PROT_READ,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                    -1,
                    0,
                );
                if found != libc::MAP_FAILED {
                    place.is_cut.store(true, Ordering::Release);
                    return;
                }
            }
            pass_on(signal, info, context, from_kernel);
        }
    }

    /// Whether a thread of this process sent the signal to itself.
    #[cfg(target_os = "linux")]
    #[allow(unsafe_code)]
    fn is_our_own(info: &libc::siginfo_t) -> bool {
        // SAFETY: a signal with this code has a sender.
        info.si_code == libc::SI_TKILL && unsafe { info.si_pid() == libc::getpid() }
    }
    #[cfg(not(target_os = "linux"))]
    fn is_our_own(_: &libc::siginfo_t) -> bool {
        false
    }

    /// Do what would have been done without us.
    ///
    /// # Safety
    ///
    /// To be called by the handler only, with what the kernel gave it: the handler that was
    /// there before is called with the same, and by the signature that its flags say it has.
    #[allow(unsafe_code)]
    unsafe fn pass_on(
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        context: *mut libc::c_void,
        from_kernel: bool,
    ) {
        let before = BEFORE.load(Ordering::Acquire);
        // A handler that has been called for a fault may end by sending the signal to whoever
        // was there before it (Python's `faulthandler` does), which may be us.
        let is_sent_on = !from_kernel && HAS_PASSED_ON.load(Ordering::Acquire);
        HAS_PASSED_ON.fetch_or(from_kernel, Ordering::AcqRel);
        let action = match before.is_null() || is_sent_on {
            true => zeroed::<libc::sigaction>(),
            false => *before,
        };
        match action.sa_sigaction {
            libc::SIG_IGN if !from_kernel => {}
            libc::SIG_DFL | libc::SIG_IGN => {
                let mut default: libc::sigaction = zeroed();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &default, null_mut());
                // Of a fault the instruction is done again, which ends the process.
                if !from_kernel {
                    libc::raise(signal);
                }
            }
            handler if action.sa_flags & libc::SA_SIGINFO != 0 => {
                transmute::<usize, Handler>(handler)(signal, info, context);
            }
            handler => transmute::<usize, PlainHandler>(handler)(signal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(name: &str, length: u64) -> (std::path::PathBuf, File) {
        let path = std::env::temp_dir().join(format!("cut-{}-{name}", std::process::id()));
        std::fs::write(&path, vec![7; length as usize]).unwrap();
        (path.clone(), File::open(&path).unwrap())
    }

    #[test]
    fn a_file_that_is_cut_reads_as_zeros_and_says_so() {
        for (length, cut) in [(100_000, 0), (100_000, 4_096), (100_000, 99_999), (5, 4)] {
            let (path, file) = file_of(&format!("{length}-{cut}"), length);
            let mapping = Mapping::of(&file).unwrap();
            assert!(!mapping.is_cut());
            let writer = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            writer.set_len(cut).unwrap();
            let threads: Vec<u64> = std::thread::scope(|scope| {
                let count = || mapping.iter().map(|byte| u64::from(*byte)).sum();
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(count)).collect();
                threads.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert_eq!(threads, [7 * cut; 4], "{length} {cut}");
            assert!(mapping.is_cut());
            writer.set_len(length).unwrap();
            assert!(mapping.is_cut(), "for good");
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn many_files_are_mapped_and_the_one_that_is_cut_is_known() {
        let (path, file) = file_of("many", 20_000);
        let (other_path, other) = file_of("other", 20_000);
        let others: Vec<Mapping> = (0..3 * PLACES_OF_A_TABLE)
            .map(|_| Mapping::of(&other).unwrap())
            .collect();
        let mapping = Mapping::of(&file).unwrap();
        std::fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(1)
            .unwrap();
        assert_eq!(mapping[15_000], 0);
        assert!(mapping.is_cut());
        assert!(others
            .iter()
            .all(|other| !other.is_cut() && other[19_999] == 7));
        drop((mapping, others));
        std::fs::remove_file(path).unwrap();
        std::fs::remove_file(other_path).unwrap();
    }
}
