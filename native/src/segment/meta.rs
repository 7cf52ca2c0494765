//! What is counted once for a whole segment?

use crate::bytes::Reader;
use crate::error::Damage;
use crate::scoring::Scoring;

/// Of the whole segment, of which this is read first.
const FORMAT: u32 = 2;

/// The counts of one segment, as of when it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    pub document_count: u32,
    /// The recorded lengths of all titles, bodies and bylines, added up.
    pub field_length_totals: [u64; 3],
    /// The mean recorded length of a body that the impacts of the posting lists were
    /// computed with.
    pub average_body_length: f64,
    /// The constants that they were computed with.
    pub scoring: Scoring,
}

impl Meta {
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&self.document_count.to_le_bytes());
        for total in self.field_length_totals {
            out.extend_from_slice(&total.to_le_bytes());
        }
        out.extend_from_slice(&self.average_body_length.to_le_bytes());
        self.scoring.encode(&mut out);
        out
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        if reader.u32()? != FORMAT {
            return Err(Damage("the format is of another version"));
        }
        let document_count = reader.u32()?;
        let field_length_totals = [reader.u64()?, reader.u64()?, reader.u64()?];
        let average_body_length = reader.f64()?;
        let scoring = Scoring::decode(&mut reader)?;
        let average_is_sane = average_body_length.is_finite() && average_body_length >= 0.0;
        if document_count == 0 || !average_is_sane || !reader.is_empty() {
            return Err(Damage("its counts are impossible"));
        }
        Ok(Self {
            document_count,
            field_length_totals,
            average_body_length,
            scoring,
        })
    }
}
