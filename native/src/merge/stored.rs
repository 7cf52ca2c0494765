//! How do the stored articles get into the merged segment?

use super::order::{Order, DELETED};
use super::Source;
use crate::container::{ContainerWriter, Section};
use crate::error::Result;
use crate::store::{write_index, StoreWriter};

/// Write the section of stored articles; returns its index.
pub fn write(sources: &[Source], order: &Order, sink: &mut ContainerWriter) -> Result<Vec<u8>> {
    sink.begin(Section::Store)?;
    let mut writer = StoreWriter::new();
    let mut slots = vec![0; order.documents.len()];
    let mut waiting = Vec::new();
    for (source, numbers) in sources.iter().zip(&order.new_number) {
        let segment = &source.segment;
        let (store, container) = (segment.store()?, segment.container());
        let mut by_slot = Vec::with_capacity(numbers.len());
        for (document, number) in (0..).zip(numbers) {
            if *number != DELETED {
                by_slot.push((store.slot(container, document)?, *number));
            }
        }
        // Blocks are taken over whole, so what was deleted would stay in them.
        let all_live = by_slot.len() == store.slot_count() as usize;
        if !all_live || !store.is_worth_copying(container) {
            waiting.push((store, container, by_slot));
            continue;
        }
        let base = writer.append_store(store, container, sink)?;
        for (slot, number) in by_slot {
            slots[number as usize] = base + slot;
        }
    }
    // All others are packed together, so that they share blocks and dictionaries.
    for (store, container, mut by_slot) in waiting {
        by_slot.sort_unstable();
        let mut reader = store.in_order(container);
        for (slot, number) in by_slot {
            let (hot, cold) = reader.article(slot)?;
            slots[number as usize] = writer.push(hot, cold, sink)?;
        }
    }
    let index = writer.finish(sink)?;
    sink.end()?;
    Ok(write_index(index, &slots))
}
