//! Where does a word stand in one document after another, in any order?

use crate::error::Damage;
use crate::postings::{DocBlock, List, PositionBlock, Run, BLOCK_POSTINGS};

const NO_BLOCK: usize = usize::MAX;

/// A place in a list whose positions are wanted for few documents.
pub struct Reader<'a> {
    list: List<'a>,
    block: usize,
    decoded: DocBlock,
    /// The document it stands on, its place in the block, `BLOCK_POSTINGS` if it is not there,
    /// and how often it has the word in the title and in the body.
    doc: u32,
    place: usize,
    frequencies: (u32, u32),
    /// The block whose positions are here, and whether those of the place are unpacked.
    positions_block: usize,
    positions: PositionBlock<'a>,
    is_unpacked: bool,
}

impl<'a> Reader<'a> {
    pub fn new(list: List<'a>) -> Self {
        Reader {
            list,
            block: NO_BLOCK,
            decoded: DocBlock::new(),
            doc: 0,
            place: BLOCK_POSTINGS,
            frequencies: (0, 0),
            positions_block: NO_BLOCK,
            positions: PositionBlock::new(),
            is_unpacked: false,
        }
    }

    #[inline]
    pub fn stands_on(&self, doc: u32) -> bool {
        self.doc == doc && self.block != NO_BLOCK
    }

    /// How often the document it stands on has the word in the title and in the body, once its
    /// positions are unpacked.
    #[inline]
    pub fn frequencies(&self) -> (u32, u32) {
        self.frequencies
    }

    pub fn seek(&mut self, doc: u32) -> Result<(), Damage> {
        let is_ahead = self.block != NO_BLOCK && self.doc < doc;
        let block = (self.list).block_from(if is_ahead { self.block } else { 0 }, doc);
        (self.doc, self.is_unpacked, self.frequencies) = (doc, false, (0, 0));
        if block >= self.list.block_count() {
            self.place = BLOCK_POSTINGS;
            return Ok(());
        }
        if block != self.block {
            self.block = NO_BLOCK;
            self.list.decode_docs(block, &mut self.decoded)?;
            self.block = block;
        }
        self.place = self.decoded.index_of(doc);
        let docs = &self.decoded.docs[..self.decoded.len.min(BLOCK_POSTINGS)];
        if docs.get(self.place) != Some(&doc) {
            self.place = BLOCK_POSTINGS;
        }
        Ok(())
    }

    /// Unpack the positions in the document it stands on.
    pub fn unpack(&mut self) -> Result<(), Damage> {
        if self.is_unpacked || self.place >= BLOCK_POSTINGS {
            return Ok(());
        }
        if self.positions_block != self.block {
            self.positions_block = NO_BLOCK;
            self.list.decode_frequencies_of(&mut self.decoded)?;
            (self.positions).load(&self.list, self.block, &self.decoded)?;
            self.positions_block = self.block;
        }
        self.positions.unpack(self.place)?;
        self.frequencies = (
            self.decoded.title_tf[self.place],
            self.decoded.body_tf[self.place],
        );
        self.is_unpacked = true;
        Ok(())
    }

    /// Its positions in the title or in the body, once they are unpacked.
    pub fn run(&self, in_title: bool) -> Result<Run<'_>, Damage> {
        self.positions.run(self.place, self.frequencies.0, in_title)
    }
}
