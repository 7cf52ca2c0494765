//! Of which day, week, month or year are the documents of a segment?
//!
//! Documents are numbered by instant, newest first, so those of one month lie side by side
//! but for a few at its edges, where articles with different offsets mix.  A segment's
//! documents are therefore kept as **runs** of neighbours of one period, made once; to count
//! a set by month is then to count bits between two numbers, some dozens of times.
//!
//! A period is known by its first day, in days since 1970.  Weeks begin on Monday.

use crate::columns::Days;
use crate::error::Damage;
use crate::search::sets::bitset::DocSet;

/// How long is a period?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// Documents from the end of the run before up to `end`, all of the period that begins with
/// `first`; `None` if they have no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub end: u32,
    pub first: Option<i32>,
}

impl Period {
    pub const ALL: [Period; 4] = [Period::Day, Period::Week, Period::Month, Period::Year];

    /// The first day of the period of `day`.
    pub fn first_day(self, day: i32) -> i32 {
        match self {
            Period::Day => day,
            // 1970 began on a Thursday.
            Period::Week => day - (day + 3).rem_euclid(7),
            Period::Month => day - day_of_month(day),
            Period::Year => {
                let (year, _, _) = civil_of(day);
                days_before(year, 1)
            }
        }
    }
}

/// How many days of its month are before a day.
fn day_of_month(day: i32) -> i32 {
    civil_of(day).2 - 1
}

/// Year, month and day of the month.
///
/// The arithmetic is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`.
fn civil_of(day: i32) -> (i32, i32, i32) {
    // Years begin in March, so that the day that comes and goes is the last one.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (
        year_of_era + era * 400 + i32::from(month <= 2),
        month,
        day_of_month,
    )
}

/// Days from 1970 to the first of a month.
fn days_before(year: i32, month: i32) -> i32 {
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The days that dates can have: the years 1 to 9999.
const CALENDAR: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// The runs of the first `count` documents.
pub fn runs_of(days: &Days, count: u32, period: Period) -> Result<Vec<Run>, Damage> {
    let mut runs: Vec<Run> = Vec::new();
    let mut before = None;
    let mut first = None;
    for document in 0..count {
        let day = days.get(document);
        // The next day is mostly the same, and to find its month is some divisions.
        if document == 0 || day != before {
            if day.is_some_and(|day| !CALENDAR.contains(&day)) {
                return Err(Damage("a day is outside of the calendar"));
            }
            first = day.map(|day| period.first_day(day));
            before = day;
        }
        match runs.last_mut() {
            Some(run) if run.first == first => run.end = document + 1,
            _ => runs.push(Run {
                end: document + 1,
                first,
            }),
        }
    }
    Ok(runs)
}

/// Call `visit` with the period of each run that the set has documents of, and how many.
pub fn for_each_count(runs: &[Run], found: &DocSet, mut visit: impl FnMut(Option<i32>, u64)) {
    let mut start = 0;
    for run in runs {
        let count = match run.end - start {
            1 => u64::from(found.contains(start)),
            _ => found.count_between(start, run.end),
        };
        if count > 0 {
            visit(run.first, count);
        }
        start = run.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::DaysWriter;
    use crate::testing::random::Random;

    #[test]
    fn the_first_day_of_a_period_is_the_one_of_the_calendar() {
        let cases = [
            // 2019-04-08, a Monday: itself, April, the year
            (17_994, [17_994, 17_994, 17_987, 17_897]),
            // 2000-02-29, a Tuesday
            (11_016, [11_016, 11_015, 10_988, 10_957]),
            (0, [0, -3, 0, 0]),
            (-1, [-1, -3, -31, -365]),
            // 0001-01-01, a Monday, and 9999-12-31
            (-719_162, [-719_162, -719_162, -719_162, -719_162]),
            (2_932_896, [2_932_896, 2_932_892, 2_932_866, 2_932_532]),
        ];
        for (day, expected) in cases {
            let found = Period::ALL.map(|period| period.first_day(day));
            assert_eq!(found, expected, "{day}");
        }
    }

    #[test]
    fn every_day_is_in_the_period_that_its_first_day_is_in() {
        for day in -719_162..2_932_897 {
            for period in Period::ALL {
                let first = period.first_day(day);
                let longest = [1, 7, 31, 366][period as usize];
                assert!(first <= day && day - first < longest);
                if day > -719_162 {
                    let before = period.first_day(day - 1);
                    assert!(first == before || first == day, "{day}");
                }
            }
        }
    }

    #[test]
    fn runs_count_what_the_days_of_the_documents_are() {
        let mut random = Random::new(41);
        for _ in 0..200 {
            let count = random.below(300);
            let mut writer = DaysWriter::new(count);
            let days: Vec<Option<&[u8]>> = (0..count)
                .map(|_| {
                    let days: [Option<&[u8]>; 5] = [
                        None,
                        Some(b"20190430"),
                        Some(b"20190501"),
                        Some(b"20190402"),
                        Some(b"00010101"),
                    ];
                    days[random.below(5)]
                })
                .collect();
            for (document, day) in days.iter().enumerate() {
                if let Some(day) = day {
                    writer.add(day, &[document as u32]);
                }
            }
            let section = writer.finish();
            let column = Days::open(&section, count).unwrap();
            let found: Vec<u32> = (0..count as u32).filter(|_| random.below(2) > 0).collect();
            let set = DocSet::of(count as u32, found.iter().copied());
            for period in Period::ALL {
                let mut counted = std::collections::BTreeMap::new();
                let runs = runs_of(&column, count as u32, period).unwrap();
                for_each_count(&runs, &set, |first, count| {
                    *counted.entry(first).or_insert(0) += count;
                });
                let mut expected = std::collections::BTreeMap::new();
                for document in &found {
                    let first = column.get(*document).map(|day| period.first_day(day));
                    *expected.entry(first).or_insert(0) += 1;
                }
                assert_eq!(counted, expected);
            }
        }
    }
}
