//! How is a list read document by document?
//!
//! A cursor stands on a document, moves forwards only, and decodes what it is asked for:
//! documents when it enters a block, frequencies and positions when first wanted there.

use super::list::{DocBlock, List};
use super::positions::PositionBlock;
use super::TERMINATED;
use crate::error::Damage;

/// A place in a list.
#[derive(Clone)]
pub struct Cursor<'a> {
    list: List<'a>,
    doc: u32,
    block: usize,
    index: usize,
    shallow_block: usize,
    has_frequencies: bool,
    has_positions: bool,
    decoded: DocBlock,
    positions: PositionBlock<'a>,
}

impl<'a> Cursor<'a> {
    /// A cursor on the first document.
    pub fn new(list: &List<'a>) -> Result<Self, Damage> {
        let mut cursor = Cursor {
            list: *list,
            doc: 0,
            block: 0,
            index: 0,
            shallow_block: 0,
            has_frequencies: false,
            has_positions: false,
            decoded: DocBlock::new(),
            positions: PositionBlock::new(),
        };
        cursor.enter(0)?;
        Ok(cursor)
    }

    /// The list it reads.
    pub fn list(&self) -> &List<'a> {
        &self.list
    }

    /// The document it stands on; `TERMINATED` behind the last one.
    #[inline]
    pub fn doc(&self) -> u32 {
        self.doc
    }

    /// The block it stands in; `block_count` behind the last document.
    #[inline]
    pub fn block(&self) -> usize {
        self.block
    }

    /// Moves to the next document and returns it.
    #[inline]
    pub fn advance(&mut self) -> Result<u32, Damage> {
        if self.doc == TERMINATED {
            return Ok(TERMINATED);
        }
        self.index += 1;
        if self.index < self.decoded.len {
            self.doc = self.decoded.docs[self.index];
            return Ok(self.doc);
        }
        self.enter(self.block + 1)
    }

    /// Moves to the first document that is `target` or larger, never back, and returns it.
    #[inline]
    pub fn seek(&mut self, target: u32) -> Result<u32, Damage> {
        if target <= self.doc {
            return Ok(self.doc);
        }
        if target > self.list.last_doc(self.block) {
            let block = self.list.block_from(self.block + 1, target);
            if self.enter(block)? >= target {
                return Ok(self.doc);
            }
        }
        self.index = self.decoded.index_of(target);
        match self.decoded.docs[..self.decoded.len].get(self.index) {
            Some(&doc) => {
                self.doc = doc;
                Ok(doc)
            }
            None => Err(Damage("the documents of a list are out of order")),
        }
    }

    /// Occurrences in the title of the document it stands on; 0 behind the last one.
    #[inline]
    pub fn title_tf(&mut self) -> Result<u32, Damage> {
        if self.doc == TERMINATED {
            return Ok(0);
        }
        self.need_frequencies()?;
        Ok(self.decoded.title_tf[self.index])
    }

    /// Occurrences in the body (or byline) of the document it stands on.
    #[inline]
    pub fn body_tf(&mut self) -> Result<u32, Damage> {
        if self.doc == TERMINATED {
            return Ok(0);
        }
        self.need_frequencies()?;
        Ok(self.decoded.body_tf[self.index])
    }

    /// Fills `title` and `body` with the positions in the document it stands on.
    pub fn positions(&mut self, title: &mut Vec<u32>, body: &mut Vec<u32>) -> Result<(), Damage> {
        title.clear();
        body.clear();
        if self.doc == TERMINATED {
            return Ok(());
        }
        self.need_positions()?;
        let title_tf = self.decoded.title_tf[self.index];
        self.positions.positions(self.index, title_tf, title, body)
    }

    /// Fills `out` with the form codes of those positions: the title's, then the body's.
    pub fn codes(&mut self, out: &mut Vec<u32>) -> Result<(), Damage> {
        out.clear();
        if self.doc == TERMINATED {
            return Ok(());
        }
        self.need_positions()?;
        self.positions.codes(self.index, out)
    }

    /// The impact and the last document of the block that would hold `target`, from the block
    /// of the cursor on; nothing is decoded and the cursor stays. `(0, TERMINATED)` behind
    /// the last block. Quick when targets ascend.
    #[inline]
    pub fn shallow_seek(&mut self, target: u32) -> (u16, u32) {
        let mut from = self.shallow_block.max(self.block);
        if from > self.block && self.list.last_doc(from - 1) >= target {
            from = self.block;
        }
        let block = self.list.block_from(from, target);
        self.shallow_block = block;
        (self.list.impact(block), self.list.last_doc(block))
    }

    // Decodes the documents of `block` and stands on the first.
    fn enter(&mut self, block: usize) -> Result<u32, Damage> {
        self.block = block;
        self.index = 0;
        self.has_frequencies = false;
        self.has_positions = false;
        if block >= self.list.block_count() {
            self.block = self.list.block_count();
            self.doc = TERMINATED;
            return Ok(TERMINATED);
        }
        self.list.decode_docs(block, &mut self.decoded)?;
        self.doc = self.decoded.docs[0];
        Ok(self.doc)
    }

    #[inline]
    fn need_frequencies(&mut self) -> Result<(), Damage> {
        if !self.has_frequencies {
            self.list
                .decode_frequencies(self.block, &mut self.decoded)?;
            self.has_frequencies = true;
        }
        Ok(())
    }

    #[inline]
    fn need_positions(&mut self) -> Result<(), Damage> {
        if !self.has_positions {
            self.need_frequencies()?;
            self.positions.load(&self.list, self.block, &self.decoded)?;
            self.has_positions = true;
        }
        Ok(())
    }
}
