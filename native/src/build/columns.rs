//! What is written of each document besides words and articles?

use super::documents::Place;
use super::stream::Stream;
use crate::columns::{bytes_of, BytesColumnWriter};
use crate::container::{ContainerWriter, Section};
use crate::error::Result;
use crate::norms::LengthCodes;

/// The columns of the documents of a segment, in their order.
pub struct Columns {
    /// Titles, then bodies, then bylines.
    norms: Vec<u8>,
    lengths: Vec<u32>,
    dates: Vec<i64>,
    digests: Vec<u64>,
    boundaries: BytesColumnWriter,
}

impl Columns {
    /// Gather the columns of the documents at `places`, with their dates.
    pub fn gather(
        streams: &[Stream],
        places: &[(Place, i64)],
        codes: &LengthCodes,
    ) -> Result<Self> {
        let count = places.len();
        let mut columns = Columns {
            norms: vec![0; 3 * count],
            lengths: Vec::with_capacity(count),
            dates: Vec::with_capacity(count),
            digests: Vec::with_capacity(count),
            boundaries: BytesColumnWriter::new(),
        };
        for (number, &(place, date_us)) in places.iter().enumerate() {
            let document = streams[place.stream as usize].document(place.row as usize);
            let fields = [document.title, document.body, document.byline];
            for (field, tokens) in fields.into_iter().enumerate() {
                columns.norms[field * count + number] = codes.code_of(tokens.len() as u32);
            }
            columns.lengths.push(document.body.len() as u32);
            columns.dates.push(date_us);
            columns.digests.push(document.digest);
            columns.boundaries.push(document.boundaries)?;
        }
        Ok(columns)
    }

    /// The norms of title (0), body (1) or byline (2).
    pub fn norms(&self, field: usize) -> &[u8] {
        let count = self.lengths.len();
        &self.norms[field * count..(field + 1) * count]
    }

    /// Write the sections of the columns.
    pub fn write(self, sink: &mut ContainerWriter) -> Result<()> {
        write_section(sink, Section::Norms, &self.norms)?;
        write_section(sink, Section::Lengths, bytes_of(&self.lengths))?;
        write_section(sink, Section::Dates, bytes_of(&self.dates))?;
        write_section(sink, Section::Digests, bytes_of(&self.digests))?;
        write_section(sink, Section::Boundaries, &self.boundaries.finish())
    }
}

/// Write a section that is there as a whole.
pub fn write_section(sink: &mut ContainerWriter, section: Section, bytes: &[u8]) -> Result<()> {
    sink.begin(section)?;
    sink.write(bytes)?;
    sink.end()
}
