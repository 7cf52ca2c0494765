//! How do several segments become one?
//!
//! Every source is checked byte by byte first, so that damage is not copied.  Then the live
//! documents of all sources are put into one tie order; since each source is in that order
//! already, its map from old to new document numbers ascends, and lists are merged by reading
//! each source from front to back (`order`, `lists`, `values`).  Stored articles are taken
//! over block by block where nothing was deleted.  Impacts, field lengths and form codes are
//! computed anew.
//!
//! Memory: one list at a time, the vocabulary, and some forty bytes a document.
//!
//! What this does not do: it decides nothing (`searcher.indexing.merging` does), and it leaves
//! the sources as they are.

mod lists;
mod order;
mod stored;
mod values;

use std::path::Path;
use std::sync::Arc;

use crate::columns::{bytes_of, BytesColumnWriter};
use crate::container::{ContainerWriter, Section};
use crate::error::{CoreError, Damage, Result};
use crate::norms::LengthCodes;
use crate::segment::{Meta, Segment};

use order::Order;

/// A merge walks dictionaries side by side, so it would go wrong without a word.
const KEYS: Damage = Damage("its keys are not in order");

/// A segment to merge, and the numbers of its deleted documents, ascending.
pub struct Source {
    pub segment: Arc<Segment>,
    pub deleted: Vec<u32>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeSummary {
    pub documents: u32,
    pub field_length_totals: [u64; 3],
    pub file_bytes: u64,
}

/// Write the live documents of `sources` as one segment in the new file `path`.
///
/// `codes` are the lengths that field norms stand for.
pub fn merge(path: &Path, sources: &[Source], codes: &LengthCodes) -> Result<MergeSummary> {
    for source in sources {
        source.segment.verify()?;
    }
    let order = Order::of(sources)?;
    if order.documents.is_empty() {
        return Err(CoreError::Invalid(
            "there is no document to write".to_owned(),
        ));
    }
    let norms = norms(sources, &order)?;
    let count = order.documents.len();
    let totals = [0, 1, 2].map(|field| codes.total(&norms[field * count..(field + 1) * count]));
    let average_body_length = totals[1] as f64 / order.documents.len() as f64;
    let norm_table = codes.norm_table(average_body_length);

    let mut sink = ContainerWriter::create(path)?;
    let store_index = stored::write(sources, &order, &mut sink)?;
    sink.begin(Section::Postings)?;
    let vocabulary = lists::write(
        sources,
        &order,
        &norms[count..2 * count],
        &norm_table,
        &mut sink,
    )?;
    let values = values::write(sources, &order, &mut sink)?;
    sink.end()?;

    let (stems, forms) = vocabulary.dictionaries(sources)?;
    write_section(&mut sink, Section::Stems, &stems)?;
    write_section(&mut sink, Section::Forms, &forms)?;
    write_section(&mut sink, Section::Values, &values)?;
    write_section(&mut sink, Section::Norms, &norms)?;
    write_columns(sources, &order, &mut sink)?;
    write_section(&mut sink, Section::StoreIndex, &store_index)?;
    let meta = Meta {
        document_count: count as u32,
        field_length_totals: totals,
        average_body_length,
    };
    write_section(&mut sink, Section::Meta, &meta.encode())?;
    Ok(MergeSummary {
        documents: meta.document_count,
        field_length_totals: totals,
        file_bytes: sink.finish()?,
    })
}

fn write_section(sink: &mut ContainerWriter, section: Section, bytes: &[u8]) -> Result<()> {
    sink.begin(section)?;
    sink.write(bytes)?;
    sink.end()
}

/// The field norms of all documents: titles, then bodies, then bylines.
fn norms(sources: &[Source], order: &Order) -> Result<Vec<u8>> {
    let mut norms = Vec::with_capacity(3 * order.documents.len());
    for field in 0..3 {
        let columns: Vec<&[u8]> = sources
            .iter()
            .map(|source| source.segment.norms(field))
            .collect::<Result<_>>()?;
        norms.extend(order.gather(&columns));
    }
    Ok(norms)
}

fn write_columns(sources: &[Source], order: &Order, sink: &mut ContainerWriter) -> Result<()> {
    let mut columns = Vec::new();
    for source in sources {
        columns.push(source.segment.lengths()?);
    }
    let lengths: Vec<u32> = order.gather(&columns).collect();
    write_section(sink, Section::Lengths, bytes_of(&lengths))?;
    let mut columns = Vec::new();
    for source in sources {
        columns.push(source.segment.dates()?);
    }
    let dates: Vec<i64> = order.gather(&columns).collect();
    write_section(sink, Section::Dates, bytes_of(&dates))?;
    let mut columns = Vec::new();
    for source in sources {
        columns.push(source.segment.digests()?);
    }
    let digests: Vec<u64> = order.gather(&columns).collect();
    write_section(sink, Section::Digests, bytes_of(&digests))?;
    let mut boundaries = BytesColumnWriter::new();
    for (source, document) in &order.documents {
        boundaries.push(
            sources[*source as usize]
                .segment
                .boundary_bytes(*document)?,
        )?;
    }
    write_section(sink, Section::Boundaries, &boundaries.finish())
}
