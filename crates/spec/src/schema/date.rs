//! Dates in documents: RFC 3339, with a time of day or without.

/// The seconds from 1970 to a date such as `2026-01-31`, or a moment such as `2026-01-31T12:00:00+01:00`; `None` for
/// anything else, and for years before 1970, which HTTP headers have no form for.
pub fn seconds(text: &str) -> Option<u64> {
    let (date, time) = match text.split_at_checked(10)? {
        (date, "") => (date, 0),
        (date, rest) => (date, time_of_day(rest.strip_prefix(['T', 't', ' '])?)?),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let seconds = days(year, month, day)? * 86_400 + time;
    u64::try_from(seconds).ok()
}

/// The day of a moment, such as `2026-01-31`; the other way round than [`seconds`].
pub fn day(seconds: u64) -> String {
    // The calendar repeats itself after 400 years; those that are counted here begin in March, so that a leap day ends one.
    const ERA: u64 = 146_097;
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + carry)
}

/// Seconds since midnight, in universal time.
fn time_of_day(text: &str) -> Option<i64> {
    let (time, rest) = text.split_at_checked(8)?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
    };
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign @ ("+" | "-"), offset) => {
            let [hours, minutes] = numbers(offset, ':', [2, 2])?;
            let offset = hours * 3_600 + minutes * 60;
            (hours < 24 && minutes < 60).then_some(if sign == "+" { offset } else { -offset })?
        }
        _ => return None,
    };
    // A leap second is the next one.
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3_600 + minute * 60 + second - offset)
}

/// Numbers of so many digits each, and nothing else.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut all = [0; N];
    for (number, digits) in all.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(all)
}

/// Days since 1970; `None` for a day that the calendar does not have.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month - 1).ok()?;
    if day < 1 || day > *lengths.get(before)? {
        return None;
    }
    // Leap days since the year 0, those of this year aside.
    let leap_days = |year: i64| (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    Some((year - 1970) * 365 + leap_days(year) - leap_days(1970) + lengths[..before].iter().sum::<i64>() + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_they_are_read() {
        for text in ["1970-01-01", "1999-12-31", "2000-02-29", "2023-02-28", "2024-03-01", "2100-03-01", "9999-12-31"] {
            assert_eq!(day(seconds(text).unwrap() + 86_399), text);
        }
    }

    /// The calendar repeats itself after 400 years.
    #[test]
    fn every_day_has_one_number() {
        let mut number = 0;
        for year in 1970..2400 {
            for month in 1..=12 {
                let is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
                let last = match month {
                    4 | 6 | 9 | 11 => 30,
                    2 if is_leap => 29,
                    2 => 28,
                    _ => 31,
                };
                for date in 1..=last {
                    let text = format!("{year:04}-{month:02}-{date:02}");
                    assert_eq!(seconds(&text), Some(number * 86_400), "{text}");
                    assert_eq!(day(number * 86_400), text);
                    number += 1;
                }
                assert_eq!(seconds(&format!("{year:04}-{month:02}-{:02}", last + 1)), None);
            }
        }
    }

    #[test]
    fn dates_and_moments_are_read() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("2000-02-29", Some(951_782_400)),
            ("2024-12-31", Some(1_735_603_200)),
            ("2025-01-01", Some(1_735_689_600)),
            ("9999-12-31", Some(253_402_214_400)),
            ("2025-01-01T12:30:15Z", Some(1_735_734_615)),
            ("2025-01-01t12:30:15.5+01:30", Some(1_735_729_215)),
            ("2025-01-01 12:30:15-01:30", Some(1_735_740_015)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_800)),
            ("2025-01-01T00:00:00z", Some(1_735_689_600)),
            ("2025-01-01T23:59:59+23:59", Some(1_735_689_659)),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        for text in [
            "",
            "soon",
            "2025",
            "2025-1-1",
            "2025-02-29",
            "1900-02-29",
            "2025-13-01",
            "2025-00-01",
            "2025-01-00",
            "1969-12-31",
            "2025-01-01T",
            "2025-01-01T12:30:15",
            "2025-01-01T24:00:00Z",
            "2025-01-01T00:60:00Z",
            "2025-01-01T00:00:61Z",
            "2025-01-01T00:00:00+24:00",
            "2025-01-01T00:00:00+00:60",
            "2025-01-01T00:00:00*01:00",
            "2025-01-01T00:00:00Zz",
            "2025-01-01T12:30:15.Z",
            "2025-01-01x",
            "+025-01-01",
            "2025-01-01T12:30:15+1:00",
            "1970-01-01T00:00:00+01:00",
            "ü025-01-01",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
