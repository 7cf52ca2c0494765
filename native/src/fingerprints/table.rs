//! What is kept beside a segment: of each document its text key and its words, and all
//! fingerprints with the documents that have them, as bits (`searcher/codec/texts.py` says in
//! which form).
//!
//! A [`Table`] is read where it lies.  Several are read together in the order of fingerprints
//! ([`SortedPairs`]), a small part at a time, so that neither merging nor grouping holds more
//! of them than what it makes.

use super::places::{bits_len, four, samples_of, PlaceCursor, Places, PlacesWriter};
use super::sorting::sort_pairs;
use crate::error::{CoreError, Result};

const MARK: &[u8; 8] = b"SRCHTEXT";
const FIRST_VERSION: u32 = 1;
const VERSION: u32 = 2;
const HEAD_BYTES: usize = 32;
const FINGERPRINT_BITS: u32 = 32;
const MOST_PLACE_BITS: u32 = 28;
/// So many pairs fill whole bytes, whatever their bits.
const PAIRS_AT_ONCE: usize = 8;
/// Pairs of several tables are sorted in so many parts, by the first bits of their
/// fingerprints.
const PART_BITS: u32 = 8;
/// Stands for a document that is not to be in a merged table.
pub const NO_DOCUMENT: u32 = u32::MAX;

/// Takes pairs in their order.
struct Packer {
    /// Bits of a document, and of all that is written of a pair.
    low: u32,
    bits: u32,
    high: u32,
    pairs: usize,
    places: PlacesWriter,
    bytes: Vec<u8>,
    held: u128,
    held_bits: u32,
}

impl Packer {
    /// For so many pairs, whose documents take `low` bits.
    fn new(pairs: usize, low: u32) -> Self {
        let high = (usize::BITS - pairs.leading_zeros()).min(MOST_PLACE_BITS);
        let bits = FINGERPRINT_BITS - high + low;
        let size = pairs.div_ceil(PAIRS_AT_ONCE) * bits as usize;
        Packer {
            low,
            bits,
            high,
            pairs,
            places: PlacesWriter::new(pairs, 1 << high),
            bytes: Vec::with_capacity(size + 1),
            held: 0,
            held_bits: 0,
        }
    }

    fn push(&mut self, fingerprint: u32, document: u32) {
        let pair = u64::from(fingerprint) << self.low | u64::from(document);
        self.places.push(match self.bits {
            64 => 0,
            bits => (pair >> bits) as usize,
        });
        self.held |= u128::from(pair & mask(self.bits)) << self.held_bits;
        self.held_bits += self.bits;
        while self.held_bits >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.held_bits -= 8;
        }
    }

    /// The file, of what there is of each document and all pairs.
    fn file(mut self, keys: &[u64], lengths: &[u32]) -> Vec<u8> {
        self.bytes.push(self.held as u8);
        let size = self.pairs.div_ceil(PAIRS_AT_ONCE) * self.bits as usize;
        self.bytes.resize(size, 0);
        let places = self.places.finish();
        let numbers = 8 * keys.len() + 4 * lengths.len();
        let directory = 4 * places.samples.len() + 8 * places.words.len();
        let mut out = Vec::with_capacity(HEAD_BYTES + numbers + directory + size);
        out.extend_from_slice(MARK);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&(keys.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.pairs as u64).to_le_bytes());
        out.extend_from_slice(&[self.high as u8, self.low as u8]);
        out.resize(HEAD_BYTES, 0);
        out.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
        out.extend(lengths.iter().flat_map(|length| length.to_le_bytes()));
        out.extend(places.samples.iter().flat_map(|n| n.to_le_bytes()));
        out.extend(places.words.iter().flat_map(|n| n.to_le_bytes()));
        out.extend_from_slice(&self.bytes);
        out
    }
}

/// The bits of the number of a document, of so many.
fn document_bits(documents: usize) -> u32 {
    (usize::BITS - documents.saturating_sub(1).leading_zeros()).max(1)
}

/// The file, of what there is of each document; the fingerprints of `i` are at
/// `starts[i]..starts[i + 1]` of `fingerprints`, in any order and some of them twice.
pub fn encode(
    keys: &[u64],
    lengths: &[u32],
    starts: &[u64],
    fingerprints: &[u32],
) -> Result<Vec<u8>> {
    let is_sound = starts.windows(2).all(|pair| pair[0] <= pair[1])
        && starts.last() == Some(&(fingerprints.len() as u64))
        && fingerprints.len() <= u32::MAX as usize
        && starts.len() - 1 == keys.len()
        && keys.len() == lengths.len();
    if !is_sound {
        return Err(CoreError::Invalid(
            "documents that do not fit together".into(),
        ));
    }
    let ranges = starts.windows(2);
    let own = ranges.map(|range| &fingerprints[range[0] as usize..range[1] as usize]);
    Ok(encode_each(keys, lengths, own, fingerprints.len()))
}

/// The same, of the fingerprints of each document, of which there are so many in all, less than
/// 2^32.
pub fn encode_each<'f>(
    keys: &[u64],
    lengths: &[u32],
    fingerprints: impl Iterator<Item = &'f [u32]>,
    count: usize,
) -> Vec<u8> {
    let mut pairs = Vec::with_capacity(count);
    for (document, own) in (0u64..).zip(fingerprints) {
        pairs.extend(own.iter().map(|&number| u64::from(number) << 32 | document));
    }
    sort_pairs(&mut pairs);
    let mut packer = Packer::new(pairs.len(), document_bits(keys.len()));
    for pair in pairs {
        packer.push((pair >> 32) as u32, pair as u32);
    }
    packer.file(keys, lengths)
}

/// The file of one segment.
pub struct Table<'a> {
    keys: &'a [u8],
    lengths: &'a [u8],
    places: Places<'a>,
    pairs: &'a [u8],
    pair_count: usize,
    documents: usize,
    /// Bits of a place, of a document, and of all that is written of a pair.
    high: u32,
    low: u32,
    bits: u32,
}

impl<'a> Table<'a> {
    /// Read the head; says where it is not of so many documents, or no such file.
    pub fn open(data: &'a [u8], documents: usize) -> Result<Self> {
        let number = |at: usize| four(data, at / 4);
        if data.len() < HEAD_BYTES || &data[..8] != MARK {
            return Err(broken());
        }
        let version = number(8);
        let pairs = u64::from(number(16)) | u64::from(number(20)) << 32;
        let (high, low) = (u32::from(data[24]), u32::from(data[25]));
        if number(12) as usize != documents
            || !(FIRST_VERSION..=VERSION).contains(&version)
            || high > MOST_PLACE_BITS
            || low == 0
            || low > 32
            || pairs > u64::from(u32::MAX)
        {
            return Err(broken());
        }
        let bits = FINGERPRINT_BITS - high + low;
        let (pair_count, place_count) = (pairs as usize, 1usize << high);
        let packed = pair_count.div_ceil(PAIRS_AT_ONCE) * bits as usize;
        let directory = match version {
            FIRST_VERSION => [4 * (place_count + 1), 0],
            _ => [
                4 * samples_of(place_count),
                bits_len(pair_count, place_count),
            ],
        };
        let fixed = HEAD_BYTES + 12 * documents + directory[0] + directory[1];
        if data.len() != fixed + packed {
            return Err(broken());
        }
        let (keys, rest) = data[HEAD_BYTES..].split_at(8 * documents);
        let (lengths, rest) = rest.split_at(4 * documents);
        let (numbers, rest) = rest.split_at(directory[0]);
        let (place_bits, rest) = rest.split_at(directory[1]);
        let places = match version {
            FIRST_VERSION => Places::Numbers(numbers),
            _ => Places::Bits {
                samples: numbers,
                bits: place_bits,
            },
        };
        if !places.is_sound(pair_count, place_count) {
            return Err(broken());
        }
        Ok(Table {
            keys,
            lengths,
            places,
            pairs: rest,
            pair_count,
            documents,
            high,
            low,
            bits,
        })
    }

    pub fn document_count(&self) -> usize {
        self.documents
    }

    /// The keys of all documents.
    pub fn keys(&self) -> impl Iterator<Item = u64> + 'a {
        let chunks = self.keys.chunks_exact(8);
        chunks.map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    /// The key of a document; 0 of what has none.
    pub fn key(&self, document: usize) -> u64 {
        let found = self.keys.get(8 * document..8 * document + 8);
        found.map_or(0, |eight| {
            u64::from_le_bytes(eight.try_into().unwrap_or_default())
        })
    }

    /// How many words each has.
    pub fn lengths(&self) -> impl Iterator<Item = u32> + 'a {
        let chunks = self.lengths.chunks_exact(4);
        chunks.map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    /// What is written of pair `number`, which there is.
    #[inline]
    fn pair(&self, number: usize) -> u64 {
        let at = number * self.bits as usize;
        let (start, shift) = (at / 8, at % 8);
        let whole = match self.pairs.get(start..start + 8) {
            Some(eight) if shift + self.bits as usize <= 64 => {
                u64::from_le_bytes(eight.try_into().unwrap_or_default()) >> shift
            }
            _ => {
                let mut taken = [0; 16];
                let rest = &self.pairs[start..];
                let length = rest.len().min(9);
                taken[..length].copy_from_slice(&rest[..length]);
                (u128::from_le_bytes(taken) >> shift) as u64
            }
        };
        whole & mask(self.bits)
    }

    /// Call `found` with the documents that have `fingerprint`, deleted ones too, ascending.
    pub fn documents_of(&self, fingerprint: u32, mut found: impl FnMut(u32)) {
        let rest = FINGERPRINT_BITS - self.high;
        let place = (u64::from(fingerprint) >> rest) as usize;
        let wanted = u64::from(fingerprint) & mask(rest);
        for number in self.places.range(place) {
            let pair = self.pair(number);
            if pair >> self.low == wanted {
                found((pair & mask(self.low)) as u32);
            } else if pair >> self.low > wanted {
                break;
            }
        }
    }

    fn cursor(&self) -> Cursor<'_, 'a> {
        Cursor {
            table: self,
            number: 0,
            place: self.places.cursor(),
        }
    }
}

/// Reads the pairs of a table in their order.
struct Cursor<'t, 'a> {
    table: &'t Table<'a>,
    number: usize,
    place: PlaceCursor,
}

impl Cursor<'_, '_> {
    /// The next pair whose fingerprint is not above `last`.
    #[inline]
    fn next(&mut self, last: u32) -> Result<Option<(u32, u32)>> {
        let table = self.table;
        if self.number >= table.pair_count {
            return Ok(None);
        }
        let place = table.places.go_to(&mut self.place, self.number);
        let pair = table.pair(self.number);
        let upper = (place as u64) << (FINGERPRINT_BITS - table.high);
        let fingerprint = (upper | pair >> table.low) as u32;
        if fingerprint > last {
            return Ok(None);
        }
        let document = pair & mask(table.low);
        if document >= table.documents as u64 {
            return Err(CoreError::Invalid(
                "copies of a document that is not there".into(),
            ));
        }
        self.number += 1;
        Ok(Some((fingerprint, document as u32)))
    }
}

/// The pairs of several tables, whose documents are numbered otherwise, part by part.
pub struct SortedPairs<'t, 'a> {
    cursors: Vec<(Cursor<'t, 'a>, &'t [u32])>,
    next_part: u64,
    pairs: Vec<u64>,
}

impl<'t, 'a> SortedPairs<'t, 'a> {
    /// Of each table the new numbers of its documents; [`NO_DOCUMENT`] is left out.
    pub fn new(tables: &'t [Table<'a>], numbers: &'t [Vec<u32>]) -> Self {
        let cursors = tables.iter().map(Table::cursor);
        SortedPairs {
            cursors: cursors.zip(numbers.iter().map(|n| &n[..])).collect(),
            next_part: 0,
            pairs: Vec::new(),
        }
    }

    /// The next part: a fingerprint in the upper half of each number, a document in the lower,
    /// ascending; all pairs of a fingerprint are in one part.
    pub fn next_part(&mut self) -> Result<Option<&[u64]>> {
        if self.next_part >> PART_BITS != 0 {
            return Ok(None);
        }
        self.next_part += 1;
        let last = ((self.next_part << (FINGERPRINT_BITS - PART_BITS)) - 1) as u32;
        self.pairs.clear();
        for (cursor, numbers) in &mut self.cursors {
            while let Some((fingerprint, document)) = cursor.next(last)? {
                let number = numbers[document as usize];
                if number != NO_DOCUMENT {
                    let pair = u64::from(fingerprint) << 32 | u64::from(number);
                    self.pairs.push(pair);
                }
            }
        }
        // Those of each table are in order already, which this way of sorting sees.
        self.pairs.sort();
        Ok(Some(&self.pairs))
    }
}

/// The file of a segment that is made of others: `numbers` are the new ones of the documents of
/// each, of which there are `documents`.
pub fn merge(tables: &[Table], numbers: &[Vec<u32>], documents: usize) -> Result<Vec<u8>> {
    let fits = |(table, numbers): (&Table, &Vec<u32>)| {
        let mut new = numbers.iter().filter(|&&number| number != NO_DOCUMENT);
        numbers.len() == table.documents && new.all(|&number| (number as usize) < documents)
    };
    if tables.len() != numbers.len() || !tables.iter().zip(numbers).all(fits) {
        return Err(CoreError::Invalid(
            "documents that do not fit together".into(),
        ));
    }
    let (mut keys, mut lengths) = (vec![0; documents], vec![0; documents]);
    for (table, numbers) in tables.iter().zip(numbers) {
        let facts = table.keys().zip(table.lengths());
        for (&number, (key, length)) in numbers.iter().zip(facts) {
            if number != NO_DOCUMENT {
                keys[number as usize] = key;
                lengths[number as usize] = length;
            }
        }
    }
    let mut count = 0;
    let mut counted = SortedPairs::new(tables, numbers);
    while let Some(pairs) = counted.next_part()? {
        count += pairs.len();
    }
    if count > u32::MAX as usize {
        return Err(CoreError::Invalid("2^32 fingerprints or more".into()));
    }
    let mut packer = Packer::new(count, document_bits(documents));
    let mut sorted = SortedPairs::new(tables, numbers);
    while let Some(pairs) = sorted.next_part()? {
        for &pair in pairs {
            packer.push((pair >> 32) as u32, pair as u32);
        }
    }
    Ok(packer.file(&keys, &lengths))
}

/// The fingerprints of each document of `table`, ascending, and where they begin.
///
/// Says where a pair is of no document.
pub fn unpack(table: &Table) -> Result<(Vec<u64>, Vec<u32>)> {
    let mut starts = vec![0u64; table.documents + 1];
    let mut cursor = table.cursor();
    while let Some((_, document)) = cursor.next(u32::MAX)? {
        starts[document as usize + 1] += 1;
    }
    for document in 1..starts.len() {
        starts[document] += starts[document - 1];
    }
    let mut next = starts.clone();
    let mut found = vec![0; table.pair_count];
    let mut cursor = table.cursor();
    while let Some((fingerprint, document)) = cursor.next(u32::MAX)? {
        let next = &mut next[document as usize];
        found[*next as usize] = fingerprint;
        *next += 1;
    }
    Ok((starts, found))
}

fn broken() -> CoreError {
    CoreError::Invalid("pairs that do not fit together".into())
}

fn mask(bits: u32) -> u64 {
    match bits {
        64 => !0,
        _ => (1 << bits) - 1,
    }
}
