//! What is kept beside a segment: of each document its text key and its words, and all
//! fingerprints with the documents that have them, as bits (`searcher/codec/texts.py` says in
//! which form).
//!
//! A [`Table`] is read where it lies.  Several are read together in the order of fingerprints
//! ([`SortedPairs`]), a small part at a time, so that neither merging nor grouping holds more
//! of them than what it makes.

use crate::error::{CoreError, Result};

const MARK: &[u8; 8] = b"SRCHTEXT";
const VERSION: u32 = 1;
const HEAD_BYTES: usize = 32;
const FINGERPRINT_BITS: u32 = 32;
const PAIRS_A_PLACE_BITS: u32 = 4;
const MOST_DIRECTORY_BITS: u32 = 24;
/// So many pairs fill whole bytes, whatever their bits.
const PAIRS_AT_ONCE: usize = 8;
/// Pairs of several tables are sorted in so many parts, by the first bits of their
/// fingerprints.
const PART_BITS: u32 = 8;
/// Stands for a document that is not to be in a merged table.
pub const NO_DOCUMENT: u32 = u32::MAX;

/// Pairs of a fingerprint and a document, as they lie on disk.
pub struct Packed {
    pub pairs: u64,
    pub directory_bits: u32,
    pub directory: Vec<u32>,
    pub bytes: Vec<u8>,
}

/// Takes pairs in their order.
struct Packer {
    /// Bits of a document, and of all that is written of a pair.
    low: u32,
    bits: u32,
    directory: Vec<u32>,
    bytes: Vec<u8>,
    size: usize,
    held: u128,
    held_bits: u32,
}

impl Packer {
    /// For so many pairs, whose documents take `low` bits.
    fn new(pairs: usize, low: u32) -> Self {
        let count_bits = usize::BITS - pairs.leading_zeros();
        let high = count_bits
            .saturating_sub(PAIRS_A_PLACE_BITS)
            .min(MOST_DIRECTORY_BITS);
        let bits = FINGERPRINT_BITS - high + low;
        let size = pairs.div_ceil(PAIRS_AT_ONCE) * bits as usize;
        Packer {
            low,
            bits,
            directory: vec![0; (1 << high) + 1],
            bytes: Vec::with_capacity(size + 1),
            size,
            held: 0,
            held_bits: 0,
        }
    }

    fn push(&mut self, fingerprint: u32, document: u32) {
        let pair = u64::from(fingerprint) << self.low | u64::from(document);
        let place = match self.bits {
            64 => 0,
            bits => (pair >> bits) as usize,
        };
        self.directory[place + 1] += 1;
        self.held |= u128::from(pair & mask(self.bits)) << self.held_bits;
        self.held_bits += self.bits;
        while self.held_bits >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.held_bits -= 8;
        }
    }

    fn finish(mut self) -> Packed {
        for place in 1..self.directory.len() {
            self.directory[place] += self.directory[place - 1];
        }
        self.bytes.push(self.held as u8);
        self.bytes.resize(self.size, 0);
        let places = self.directory.len() - 1;
        Packed {
            pairs: self.directory[places].into(),
            directory_bits: places.trailing_zeros(),
            directory: self.directory,
            bytes: self.bytes,
        }
    }
}

/// Pack the fingerprints of documents, those of `i` at `starts[i]..starts[i + 1]`; documents
/// take `low` bits, at most 32.
pub fn pack(starts: &[u64], fingerprints: &[u32], low: u32) -> Result<Packed> {
    let is_sound = starts.windows(2).all(|pair| pair[0] <= pair[1])
        && starts.last() == Some(&(fingerprints.len() as u64))
        && fingerprints.len() <= u32::MAX as usize
        && (1..=32).contains(&low)
        && starts.len() as u64 - 1 <= 1 << low;
    if !is_sound {
        return Err(CoreError::Invalid(
            "documents that do not fit together".into(),
        ));
    }
    let mut pairs = Vec::with_capacity(fingerprints.len());
    for (document, range) in (0u64..).zip(starts.windows(2)) {
        let own = &fingerprints[range[0] as usize..range[1] as usize];
        pairs.extend(own.iter().map(|&number| u64::from(number) << 32 | document));
    }
    pairs.sort_unstable();
    let mut packer = Packer::new(pairs.len(), low);
    for pair in pairs {
        packer.push((pair >> 32) as u32, pair as u32);
    }
    Ok(packer.finish())
}

/// The bits of the number of a document, of so many.
fn document_bits(documents: usize) -> u32 {
    (usize::BITS - documents.saturating_sub(1).leading_zeros()).max(1)
}

/// The file, of what there is of each document; fingerprints as [`pack`] takes them.
pub fn encode(keys: &[u64], lengths: &[u32], starts: &[u64], numbers: &[u32]) -> Result<Vec<u8>> {
    let packed = pack(starts, numbers, document_bits(keys.len()))?;
    Ok(file(keys, lengths, &packed))
}

fn file(keys: &[u64], lengths: &[u32], packed: &Packed) -> Vec<u8> {
    let numbers = 8 * keys.len() + 4 * lengths.len() + 4 * packed.directory.len();
    let mut out = Vec::with_capacity(HEAD_BYTES + numbers + packed.bytes.len());
    out.extend_from_slice(MARK);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(keys.len() as u32).to_le_bytes());
    out.extend_from_slice(&packed.pairs.to_le_bytes());
    out.extend_from_slice(&[packed.directory_bits as u8, document_bits(keys.len()) as u8]);
    out.resize(HEAD_BYTES, 0);
    out.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
    out.extend(lengths.iter().flat_map(|length| length.to_le_bytes()));
    out.extend(packed.directory.iter().flat_map(|n| n.to_le_bytes()));
    out.extend_from_slice(&packed.bytes);
    out
}

/// The file of one segment.
pub struct Table<'a> {
    keys: &'a [u8],
    lengths: &'a [u8],
    directory: &'a [u8],
    pairs: &'a [u8],
    documents: usize,
    /// Bits of the directory, of a document, and of all that is written of a pair.
    high: u32,
    low: u32,
    bits: u32,
}

impl<'a> Table<'a> {
    /// Read the head; says where it is not of so many documents, or no such file.
    pub fn open(data: &'a [u8], documents: usize) -> Result<Self> {
        let number = |at: usize| four(data, at / 4);
        if data.len() < HEAD_BYTES || &data[..8] != MARK || number(8) != VERSION {
            return Err(broken());
        }
        let pairs = u64::from(number(16)) | u64::from(number(20)) << 32;
        let (high, low) = (u32::from(data[24]), u32::from(data[25]));
        if number(12) as usize != documents || high > MOST_DIRECTORY_BITS || low == 0 || low > 32 {
            return Err(broken());
        }
        let bits = FINGERPRINT_BITS - high + low;
        if pairs > u64::from(u32::MAX) {
            return Err(broken());
        }
        let packed = pairs.div_ceil(PAIRS_AT_ONCE as u64) * u64::from(bits);
        let sizes = [8 * documents, 4 * documents, 4 * ((1 << high) + 1)];
        let fixed = HEAD_BYTES + sizes.iter().sum::<usize>();
        if data.len() as u64 != fixed as u64 + packed {
            return Err(broken());
        }
        let (keys, rest) = data[HEAD_BYTES..].split_at(sizes[0]);
        let (lengths, rest) = rest.split_at(sizes[1]);
        let (directory, rest) = rest.split_at(sizes[2]);
        let table = Table {
            keys,
            lengths,
            directory,
            pairs: rest,
            documents,
            high,
            low,
            bits,
        };
        let places = 1usize << high;
        let ascends = (0..places).all(|place| table.end_of(place) <= table.end_of(place + 1));
        match table.end_of(0) == 0 && u64::from(table.end_of(places)) == pairs && ascends {
            true => Ok(table),
            false => Err(broken()),
        }
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

    /// Where in all pairs those of a place of the directory begin.
    fn end_of(&self, place: usize) -> u32 {
        four(self.directory, place)
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
        for number in self.end_of(place) as usize..self.end_of(place + 1) as usize {
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
            place: 0,
        }
    }
}

/// Reads the pairs of a table in their order.
struct Cursor<'t, 'a> {
    table: &'t Table<'a>,
    number: usize,
    place: usize,
}

impl Cursor<'_, '_> {
    /// The next pair whose fingerprint is not above `last`.
    #[inline]
    fn next(&mut self, last: u32) -> Result<Option<(u32, u32)>> {
        let table = self.table;
        if self.number >= table.end_of(1 << table.high) as usize {
            return Ok(None);
        }
        while self.number >= table.end_of(self.place + 1) as usize {
            self.place += 1;
        }
        let pair = table.pair(self.number);
        let upper = (self.place as u64) << (FINGERPRINT_BITS - table.high);
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
        self.pairs.sort_unstable();
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
    Ok(file(&keys, &lengths, &packer.finish()))
}

/// The fingerprints of each of `documents`, ascending, and where they begin.
///
/// Says where what is packed is not what [`pack`] makes.
pub fn unpack(
    directory: &[u32],
    bytes: &[u8],
    documents: usize,
    high: u32,
    low: u32,
) -> Result<(Vec<u64>, Vec<u32>)> {
    let is_sound = high <= MOST_DIRECTORY_BITS
        && (1..=32).contains(&low)
        && directory.len() == (1 << high) + 1
        && directory.windows(2).all(|pair| pair[0] <= pair[1]);
    if !is_sound {
        return Err(broken());
    }
    let pairs = directory.last().copied().unwrap_or(0) as usize;
    let bits = FINGERPRINT_BITS - high + low;
    if bytes.len() != pairs.div_ceil(PAIRS_AT_ONCE) * bits as usize {
        return Err(broken());
    }
    let pair_at = |number: usize| {
        let at = number * bits as usize;
        let mut taken = [0; 16];
        let rest = &bytes[at / 8..];
        let length = rest.len().min(9);
        taken[..length].copy_from_slice(&rest[..length]);
        (u128::from_le_bytes(taken) >> (at % 8)) as u64 & mask(bits)
    };
    let document_of = |number: usize| (pair_at(number) & mask(low)) as usize;
    let mut starts = vec![0u64; documents + 1];
    for number in 0..pairs {
        *starts.get_mut(document_of(number) + 1).ok_or_else(broken)? += 1;
    }
    for document in 1..starts.len() {
        starts[document] += starts[document - 1];
    }
    let mut next = starts.clone();
    let mut found = vec![0; pairs];
    for (place, range) in (0u64..).zip(directory.windows(2)) {
        for number in range[0] as usize..range[1] as usize {
            let next = &mut next[document_of(number)];
            let upper = place << (FINGERPRINT_BITS - high);
            found[*next as usize] = (upper | pair_at(number) >> low) as u32;
            *next += 1;
        }
    }
    Ok((starts, found))
}

/// The four bytes at the place `number` of an array.
#[inline]
fn four(bytes: &[u8], number: usize) -> u32 {
    let found = bytes.get(4 * number..4 * number + 4);
    found.map_or(0, |four| {
        u32::from_le_bytes(four.try_into().unwrap_or_default())
    })
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
