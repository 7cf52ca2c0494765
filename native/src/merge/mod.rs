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

use crate::columns::BytesColumnWriter;
use crate::container::{ContainerWriter, Section};
use crate::error::{CoreError, Damage, Result};
use crate::norms::LengthCodes;
use crate::scoring::Scoring;
use crate::segment::writer::{Columns, Parts, SegmentSummary};
use crate::segment::Segment;

pub use order::Order;

/// A merge walks dictionaries side by side, so it would go wrong without a word.
const KEYS: Damage = Damage("its keys are not in order");

/// A segment to merge, and the numbers of its deleted documents, ascending.
pub struct Source {
    pub segment: Arc<Segment>,
    pub deleted: Vec<u32>,
}

/// Write the live documents of `sources` as one segment in the new file `path`; which of them
/// is where is said, too.
///
/// `codes` are the lengths that field norms stand for, and bounds are computed with
/// `scoring`; `facets` are the fields that articles are counted by.
pub fn merge(
    path: &Path,
    sources: &[Source],
    codes: &LengthCodes,
    scoring: Scoring,
    facets: &[u8],
) -> Result<(SegmentSummary, Order)> {
    for source in sources {
        source.segment.verify()?;
    }
    let order = Order::of(sources)?;
    if order.documents.is_empty() {
        return Err(CoreError::Invalid(
            "there is no document to write".to_owned(),
        ));
    }
    let columns = columns(sources, &order)?;
    let lengths = columns.lengths_as(codes);
    let impacts = codes.impacts(scoring, lengths.average_body);

    let mut sink = ContainerWriter::create(path)?;
    let store_index = stored::write(sources, &order, &mut sink)?;
    sink.begin(Section::Postings)?;
    let vocabulary = lists::write(sources, &order, columns.norms(1), &impacts, &mut sink)?;
    let values = values::write(sources, &order, facets, &mut sink)?;
    sink.end()?;

    let (stems, forms) = vocabulary.dictionaries(sources)?;
    let parts = Parts {
        stems,
        forms,
        values,
        columns,
        lengths,
        store_index,
        scoring,
    };
    Ok((parts.write(sink)?, order))
}

/// The columns of all documents, in the new order.
fn columns(sources: &[Source], order: &Order) -> Result<Columns> {
    let mut boundaries = BytesColumnWriter::new();
    for (source, document) in &order.documents {
        let segment = &sources[*source as usize].segment;
        boundaries.push(segment.boundary_bytes(*document)?)?;
    }
    Ok(Columns {
        norms: norms(sources, order)?,
        lengths: gathered(sources, order, Segment::lengths)?,
        dates: gathered(sources, order, Segment::dates)?,
        digests: gathered(sources, order, Segment::digests)?,
        boundaries,
    })
}

fn gathered<T: Copy>(
    sources: &[Source],
    order: &Order,
    column: fn(&Segment) -> Result<&[T]>,
) -> Result<Vec<T>> {
    let columns = sources.iter().map(|source| column(&source.segment));
    let columns = columns.collect::<Result<Vec<&[T]>>>()?;
    Ok(order.gather(&columns).collect())
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
