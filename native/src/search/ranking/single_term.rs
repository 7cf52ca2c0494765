//! Which documents are best for one term?
//!
//! Blocks are visited best first: those with the highest bounds fill the heap, and of the
//! others only those are read that can still hold one of the best, which are few, since a
//! frequent word has hundreds of blocks and the best documents lie in about as many of them
//! as there are best documents.

use crate::error::Damage;
use crate::postings::BLOCK_POSTINGS;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::stream::Walker;
use crate::search::ranking::best_blocks::{blocks_within, part_best, sort_best};
use crate::search::ranking::score::{least_worth, raised};
use crate::search::ranking::terms::Terms;
use crate::search::ranking::top_k::TopK;

/// Rank the documents of the only term.
pub fn rank(terms: &Terms, k: usize, top: &mut TopK) -> Result<(), Failure> {
    let term = &terms.terms[0];
    let (low, high) = (terms.filter.low, terms.filter.high);
    if low >= high {
        return Ok(());
    }
    let stream = &term.stream;
    let mut blocks: Vec<(f64, usize)> = blocks_within(stream, low, high)
        .map(|block| (raised(stream.bound(block) * term.weight), block))
        .collect();
    let mut walker = Walker::new(stream.clone());
    // Enough blocks to fill the heap with good documents, in case each holds only a few.
    let (best, others) = part_best(&mut blocks, 16 + k / 16);
    sort_best(best);
    for (bound, block) in best.iter().chain(others.iter()) {
        if *bound < top.threshold() {
            continue;
        }
        terms.budget.charge(budget::BLOCK)?;
        rank_block(terms, &mut walker, *block, top)?;
    }
    Ok(())
}

fn rank_block(
    terms: &Terms,
    walker: &mut Walker,
    block: usize,
    top: &mut TopK,
) -> Result<(), Damage> {
    walker.enter(block)?;
    walker.frequencies()?;
    let term = &terms.terms[0];
    let mut places = [0; BLOCK_POSTINGS];
    let least = least_worth(top.threshold(), 0.0, term.weight);
    let found = walker.places_worth(least, term.table, terms.norms, &mut places)?;
    for place in &places[..found] {
        let place = usize::from(*place);
        let doc = walker.docs()[place];
        let worth = walker.worth_at(place, term.table, terms.norms);
        let mut score = 0.0;
        for leaf in &terms.leaves {
            score += leaf.factor * worth;
        }
        if score >= top.threshold() && terms.filter.allows(doc) {
            top.offer(score, doc);
        }
    }
    Ok(())
}
