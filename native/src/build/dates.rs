//! Which instant and which day is a date, and how is it written?
//!
//! The arithmetic of `searcher/codec/schema.py` (`instant_us`, `own_day`) and of Python's
//! `isoformat`, for dates that have been taken apart.  Days are counted in the proleptic
//! Gregorian calendar as Python does, by the algorithms of Howard Hinnant
//! ("chrono-compatible low-level date algorithms").

use std::fmt::Write;

/// Stands for no date: it sorts after all others, as the oldest.
pub const MISSING_DATE: i64 = i64::MIN;

const DAY_US: i64 = 86_400_000_000;
/// The first and the last microsecond of the years 1 to 9999.
const FIRST_US: i64 = days_from_civil(1, 1, 1) * DAY_US;
const LAST_US: i64 = days_from_civil(10_000, 1, 1) * DAY_US - 1;

/// A date as `datetime` has it.
#[derive(Clone, Copy, Debug)]
pub struct CivilDate {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    /// None if only the day is known.
    pub time: Option<CivilTime>,
}

/// The time of day, and how far it is ahead of UTC.
#[derive(Clone, Copy, Debug)]
pub struct CivilTime {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub microsecond: u32,
    pub offset_us: i64,
}

/// A date as the index keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedDate {
    /// Microseconds since 1970, of the instant or of the day's beginning.
    pub instant_us: i64,
    /// The article's own day, as its offset has it and as it is shown, as `20190408`.
    pub day: String,
    /// As `isoformat` writes it.
    pub iso: String,
}

/// What the index keeps of `date`, put into `out`.
pub fn index_date(date: CivilDate, out: &mut IndexedDate) {
    let (year, month, day) = (date.year, date.month, date.day);
    let midnight_us = days_from_civil(year, month, day) * DAY_US;
    out.day.clear();
    out.iso.clear();
    // Writing to a string does not fail.
    let _ = write!(out.iso, "{year:04}-{month:02}-{day:02}");
    let _ = write!(out.day, "{year:04}{month:02}{day:02}");
    let Some(time) = date.time else {
        out.instant_us = midnight_us;
        return;
    };
    let seconds =
        (i64::from(time.hour) * 60 + i64::from(time.minute)) * 60 + i64::from(time.second);
    let local_us = midnight_us + seconds * 1_000_000 + i64::from(time.microsecond);
    out.instant_us = (local_us - time.offset_us).clamp(FIRST_US, LAST_US);
    let (hour, minute, second) = (time.hour, time.minute, time.second);
    let _ = write!(out.iso, "T{hour:02}:{minute:02}:{second:02}");
    if time.microsecond != 0 {
        let _ = write!(out.iso, ".{:06}", time.microsecond);
    }
    put_offset(time.offset_us, &mut out.iso);
}

fn put_offset(offset_us: i64, out: &mut String) {
    out.push(if offset_us < 0 { '-' } else { '+' });
    let (seconds, microsecond) = (offset_us.abs() / 1_000_000, offset_us.abs() % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _ = write!(out, "{hour:02}:{minute:02}");
    if second != 0 || microsecond != 0 {
        let _ = write!(out, ":{second:02}");
    }
    if microsecond != 0 {
        let _ = write!(out, ".{microsecond:06}");
    }
}

/// Days since 1970-01-01.
const fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    // Years begin in March here, so that the leap day is the last of a year.
    let year = year as i64 - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexed(date: CivilDate) -> IndexedDate {
        let mut out = IndexedDate::default();
        index_date(date, &mut out);
        out
    }

    fn at(year: i32, month: u8, day: u8, hour: u8, offset_us: i64) -> CivilDate {
        let time = CivilTime {
            hour,
            minute: 5,
            second: 9,
            microsecond: 0,
            offset_us,
        };
        CivilDate {
            year,
            month,
            day,
            time: Some(time),
        }
    }

    #[test]
    fn days_are_counted_one_by_one_from_the_year_1_to_9999() {
        let lengths = |year: i32| {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            [
                31,
                28 + u8::from(leap),
                31,
                30,
                31,
                30,
                31,
                31,
                30,
                31,
                30,
                31,
            ]
        };
        let mut days = -719_162;
        for year in 1..=9999 {
            for (month, length) in (1..=12).zip(lengths(year)) {
                for day in 1..=length {
                    assert_eq!(days_from_civil(year, month, day), days);
                    days += 1;
                }
            }
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }

    #[test]
    fn a_day_is_a_day() {
        let date = CivilDate {
            year: 987,
            month: 6,
            day: 5,
            time: None,
        };
        let found = indexed(date);
        assert_eq!((&found.iso[..], &found.day[..]), ("0987-06-05", "09870605"));
        assert_eq!(found.instant_us, days_from_civil(987, 6, 5) * DAY_US);
    }

    #[test]
    fn an_instant_is_taken_to_utc_and_keeps_its_own_day() {
        let found = indexed(at(2006, 10, 20, 22, -4 * 3_600_000_000));
        assert_eq!(found.iso, "2006-10-20T22:05:09-04:00");
        assert_eq!(found.day, "20061020");
        assert_eq!(found.instant_us, 1_161_396_309_000_000);
        let odd = indexed(at(2006, 10, 20, 22, 3_723_000_004));
        assert_eq!(odd.iso, "2006-10-20T22:05:09+01:02:03.000004");
        assert_eq!(odd.instant_us, 1_161_381_909_000_000 - 3_723_000_004);
    }

    #[test]
    fn instants_outside_the_calendar_are_drawn_to_its_ends() {
        let early = indexed(at(1, 1, 1, 0, 86_399_000_000));
        assert_eq!((early.instant_us, &early.day[..]), (FIRST_US, "00010101"));
        let late = indexed(at(9999, 12, 31, 23, -86_399_000_000));
        assert_eq!((late.instant_us, &late.day[..]), (LAST_US, "99991231"));
    }
}
