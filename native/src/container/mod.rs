//! How is a segment a file of sections whose every byte is checked before it is believed?
//!
//! A file is written once, from front to back:
//!
//! ```text
//! file      = header section* checksums sections tail
//! header    = magic version, zeros to 64 bytes
//! section   = bytes, zeros to a multiple of 64
//! checksums = CRC-32 of each page of each section (u32), sections in file order; a page is
//!             16 KiB of the section counted from its start, the last one with its zeros
//! sections  = (id u32, zero u32, offset u64, length u64) for each, in file order
//! tail      = offset of the checksums u64, number of pages u32, number of sections u32,
//!             length of the file u64, CRC-32 of checksums and sections u32,
//!             CRC-32 of the tail so far u32, magic
//! ```
//!
//! Opening a file maps it and checks header and footer, so a cut or foreign file is known at
//! once and a large one opens as fast as a small one.  A page is checked when it is first
//! touched and never again; a bit for each page, set by whoever was first, remembers that.  So
//! a changed byte is an error that names file and section before it can be a wrong answer,
//! and a search pays only for the pages it reads (a microsecond each, once).  Checksums of
//! pages in place of files are the idea of ZFS and of PostgreSQL's data checksums.
//!
//! A section that a reader does not know is an error, unless its number says that it may be
//! passed over (`OPTIONAL_FROM`): then its bytes are checked with the others and nothing more.
//!
//! A file that is cut while it is mapped is damage too (`cut.rs`).
//!
//! What this does not do: it knows nothing of what is in a section, it does not repair, and
//! bytes that are overwritten after their page was checked are not noticed.

pub mod cut;
mod reader;
mod syncing;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::Container;
pub use writer::ContainerWriter;

/// What a section holds.  The numbers are part of the format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Section {
    /// Compressed blocks of stored articles.
    Store = 1,
    /// Posting lists of stems, and long document lists of values.
    Postings = 2,
    /// Dictionary: stem to its forms and lists.
    Stems = 3,
    /// Dictionary: form to its stem.
    Forms = 4,
    /// Dictionary: value to its documents.
    Values = 5,
    /// Field norms: a byte for each document for title, then for body, then for byline.
    Norms = 6,
    /// Words of each body, u32.
    Lengths = 7,
    /// Instants in microseconds, i64.
    Dates = 8,
    /// Digests of the whole articles, u64.
    Digests = 9,
    /// Where sentences and paragraphs begin: bytes for each document.
    Boundaries = 10,
    /// Where in `Store` each article is.
    StoreIndex = 11,
    /// Counts and averages of the segment.
    Meta = 12,
    /// Values of each document as numbers, for the fields that articles are counted by.
    Ordinals = 13,
    /// The day of each document.
    Days = 14,
}

impl Section {
    pub const ALL: [Section; 14] = [
        Section::Store,
        Section::Postings,
        Section::Stems,
        Section::Forms,
        Section::Values,
        Section::Norms,
        Section::Lengths,
        Section::Dates,
        Section::Digests,
        Section::Boundaries,
        Section::StoreIndex,
        Section::Meta,
        Section::Ordinals,
        Section::Days,
    ];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Section::Store => "store",
            Section::Postings => "postings",
            Section::Stems => "stems",
            Section::Forms => "forms",
            Section::Values => "values",
            Section::Norms => "norms",
            Section::Lengths => "lengths",
            Section::Dates => "dates",
            Section::Digests => "digests",
            Section::Boundaries => "boundaries",
            Section::StoreIndex => "store index",
            Section::Meta => "meta",
            Section::Ordinals => "ordinals",
            Section::Days => "days",
        }
    }

    fn of_id(id: u32) -> Option<Section> {
        Self::ALL.into_iter().find(|section| *section as u32 == id)
    }

    fn index(self) -> usize {
        self as usize - 1
    }
}

const MAGIC: [u8; 8] = *b"SRCHSEGM";
const VERSION: u32 = 2;
/// Sections with numbers from here on may be passed over by a reader that does not know them.
/// Known by name, and not made yet: 64 fingerprints of texts, 65 keys of texts, 66 links
/// between articles, 67 instants of updates, 68 the status of each article.
const OPTIONAL_FROM: u32 = 64;
/// Sections begin at multiples of this, so that numbers in them can be viewed in place.
const ALIGNMENT: usize = 64;
/// Small enough that a page is checked in about a microsecond, large enough that the
/// checksums are a four-thousandth of the file.
pub const PAGE_BYTES: usize = 16 << 10;
const TABLE_ENTRY_BYTES: usize = 24;
const TAIL_BYTES: usize = 40;

fn header() -> [u8; ALIGNMENT] {
    let mut header = [0; ALIGNMENT];
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header
}

/// The length of a section together with the zeros after it.
fn padded(length: u64) -> Option<u64> {
    length.checked_next_multiple_of(ALIGNMENT as u64)
}

fn pages(length: u64) -> Option<u64> {
    Some(padded(length)?.div_ceil(PAGE_BYTES as u64))
}
