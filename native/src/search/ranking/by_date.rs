//! Which matching documents are the newest, or the oldest?
//!
//! Documents of a segment are numbered newest first, equal ones by id, undated ones last,
//! so the newest are the first.  The oldest first means the dates from the end, but equal
//! dates still by id, so runs of equal dates are taken whole, in their order.

use crate::search::sets::bitset::DocSet;

/// The first `k` of the documents `found`, newest first.
pub fn newest(found: &DocSet, k: usize) -> Vec<u32> {
    found.iter().take(k).collect()
}

/// The first `k` of the documents `found`, oldest first.
pub fn oldest(found: &DocSet, dates: &[i64], k: usize) -> Vec<u32> {
    let dated_end = dates.partition_point(|date| *date != i64::MIN);
    let mut documents = Vec::new();
    let mut end = dated_end;
    while end > 0 && documents.len() < k {
        let date = dates[end - 1];
        let start = dates[..end].partition_point(|other| *other > date);
        documents.extend(
            (start..end)
                .map(|doc| doc as u32)
                .filter(|doc| found.contains(*doc)),
        );
        end = start;
    }
    let undated = (dated_end..dates.len()).map(|doc| doc as u32);
    documents.extend(undated.filter(|doc| found.contains(*doc)));
    documents.truncate(k);
    documents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    #[test]
    fn the_oldest_are_those_that_sorting_by_date_and_number_puts_first() {
        let mut random = Random::new(23);
        for _ in 0..2_000 {
            let count = random.below(40);
            let mut dates: Vec<i64> = (0..count)
                .map(|_| match random.below(6) {
                    0 => i64::MIN,
                    date => date as i64,
                })
                .collect();
            dates.sort_by(|a, b| b.cmp(a));
            let found: Vec<u32> = (0..count as u32).filter(|_| random.below(3) > 0).collect();
            let set = DocSet::of(count as u32, found.iter().copied());
            let k = random.below(45);
            let mut expected = found.clone();
            expected.sort_by_key(|doc| {
                let date = dates[*doc as usize];
                (date == i64::MIN, date, *doc)
            });
            expected.truncate(k);
            assert_eq!(oldest(&set, &dates, k), expected);
            assert_eq!(
                newest(&set, k),
                found.into_iter().take(k).collect::<Vec<_>>()
            );
        }
    }
}
