//! Length of a rate limit: `retry_after_ms` in the body, and the header
//! `Retry-After` with a number of seconds or a date.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#rate-limiting>

use super::{Json, json};

/// Shortest rate limit, in ms.
const MIN_MS: f64 = 1_000.0;
/// Longest rate limit that is accepted, in ms.
pub const MAX_MS: f64 = 3_600_000.0;

/// Length of the rate limit in ms; `None` if neither field has one. The longer
/// valid one counts.
pub(super) fn read(header: Option<&str>, body: &Json) -> Option<f64> {
    let in_header = header.map_or(f64::NAN, |text| match json::parse(text) {
        Some(Json::Number(seconds)) => seconds * 1000.0,
        Some(_) | None => until(text),
    });
    let (mut wait, mut too_long) = (-1.0_f64, false);
    for ms in [in_header, body.number("retry_after_ms").unwrap_or(f64::NAN)] {
        if ms > MAX_MS {
            too_long = true;
        } else if ms >= 0.0 {
            wait = wait.max(ms);
        }
    }
    if wait >= 0.0 { Some(wait.max(MIN_MS)) } else { too_long.then_some(MAX_MS) }
}

/// Time until this date in ms; NaN if it is not a date, 0 if it is in the past.
fn until(date: &str) -> f64 {
    // Of whatever text, browsers make some date or other.
    let ms = if date.trim().ends_with("GMT") { platform::until(date) } else { f64::NAN };
    if ms < 0.0 { 0.0 } else { ms }
}

#[cfg(target_arch = "wasm32")]
mod platform {
    use js_sys::Date;

    pub(super) fn until(date: &str) -> f64 {
        Date::parse(date) - Date::now()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    use std::time::{SystemTime, UNIX_EPOCH};

    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    pub(super) fn until(date: &str) -> f64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |it| it.as_secs_f64());
        parse(date).map_or(f64::NAN, |seconds| (seconds - now) * 1000.0)
    }

    /// The seconds since the epoch of `Sun, 06 Nov 1994 08:49:37 GMT`.
    fn parse(date: &str) -> Option<f64> {
        let parts: Vec<_> = date.trim().split([' ', ':']).collect();
        let [_, day, month, year, hour, minute, second, "GMT"] = parts[..] else { return None };
        let [day, year, hour, minute, second] =
            [day, year, hour, minute, second].map(|it| it.parse::<u32>().ok());
        let month = MONTHS.iter().position(|it| *it == month)? as i64;
        // Counted from March, leap days come last.
        let year = i64::from(year?.min(9999)) - i64::from(month < 2);
        let days = year * 365 + year / 4 - year / 100
            + year / 400
            + (153 * ((month + 10) % 12) + 2) / 5
            + i64::from(day?)
            - 719_469;
        let seconds = [hour?, minute?, second?];
        let seconds = seconds.iter().fold(0.0, |sum, part| sum * 60.0 + f64::from(*part));
        Some(days as f64 * 86_400.0 + seconds)
    }

    #[cfg(test)]
    #[test]
    fn parse_reads_http_dates() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777.0));
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0.0));
        assert_eq!(parse("Tue, 29 Feb 2028 23:59:59 GMT"), Some(1_835_481_599.0));
        assert_eq!(parse("soon GMT"), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_body(text: &str) -> Json {
        json::parse(&["{\"retry_after_ms\":", text, "}"].concat()).expect("JSON")
    }

    #[test]
    fn longer_valid_wait_of_header_and_body_is_used() {
        let cases = [
            (None, "null", None),
            (None, "5000", Some(5_000.0)),
            (None, "2500.5", Some(2_500.5)),
            (None, "0", Some(1_000.0)),
            (None, "0.0001", Some(1_000.0)),
            (None, "-0.0", Some(1_000.0)),
            (None, "-1", None),
            (None, "\"5000\"", None),
            (None, "31536000000", Some(3_600_000.0)),
            (None, "1e300", Some(3_600_000.0)),
            (Some("0"), "null", Some(1_000.0)),
            (Some("7"), "null", Some(7_000.0)),
            (Some(" 7 "), "null", Some(7_000.0)),
            (Some("7.5"), "null", Some(7_500.0)),
            (Some("-7"), "null", None),
            (Some("1e300"), "null", Some(3_600_000.0)),
            (Some("99999999999999999999"), "null", Some(3_600_000.0)),
            (Some("soon"), "null", None),
            (Some("in 5 minutes"), "null", None),
            (Some("NaN"), "null", None),
            (Some("Infinity"), "null", None),
            (Some(""), "null", None),
            (Some("Sun, 06 Nov 1994 08:49:37 GMT"), "null", Some(1_000.0)),
            (Some("Fri, 01 Jan 9999 00:00:00 GMT"), "null", Some(3_600_000.0)),
            (Some("5"), "297231", Some(297_231.0)),
            (Some("300"), "5000", Some(300_000.0)),
            (Some("soon"), "5000", Some(5_000.0)),
            (Some("31536000"), "5000", Some(5_000.0)),
            (Some("5"), "1e300", Some(5_000.0)),
            (Some("5"), "-1", Some(5_000.0)),
        ];
        for (header, body, want) in cases {
            assert_eq!(read(header, &in_body(body)), want, "{header:?} {body}");
        }
        assert_eq!(
            read(None, &Json::Object(vec![("retry_after_ms".into(), f64::NAN.into())])),
            None
        );
    }

    #[test]
    fn http_date_gives_remaining_time() {
        let format = |seconds: u64| {
            // Within one day: only the time of day is another.
            let of_day = seconds % 86_400;
            let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
            let days = (seconds / 86_400) as i64 + 719_468;
            let era = days / 146_097;
            let day_of_era = days - era * 146_097;
            let year =
                (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
            let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
            let month = (5 * day_of_year + 2) / 153;
            let day = day_of_year - (153 * month + 2) / 5 + 1;
            let name = [
                "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb",
            ][month as usize];
            let year = year + era * 400 + i64::from(month > 9);
            format!("Mon, {day:02} {name} {year} {hour:02}:{minute:02}:{second:02} GMT")
        };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let date = format(now.expect("after 1970").as_secs() + 90);
        let wait = read(Some(&date), &Json::Null).expect("a wait");
        assert!((80_000.0..=90_000.0).contains(&wait), "{date}: {wait}");
    }
}
