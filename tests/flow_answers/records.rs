//! What another version, or somebody by hand, has written into the storage.

use matrix_threepids::matrix::{Json, json};
use matrix_threepids::model::Input;

use crate::rows::NOW;
use crate::tab::*;

fn record(address: &str, at: f64) -> String {
    format!(
        r#"{{"medium":"email","address":"{address}","at":{at},"attempt":1,"validations":[{{"sid":"s","secret":"abc"}}]}}"#
    )
}

fn parsed(records: &[String]) -> Json {
    json::parse(&format!(r#"{{"pending":[{}]}}"#, records.join(","))).expect("JSON")
}

#[test]
fn one_bad_record_among_good_ones() {
    let at = NOW - MINUTE;
    let good = record(DORA, at);
    for bad in [
        "null".to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        record("", at),
        record(BOB, 0.0),
        record(BOB, -1e300),
        record(BOB, at).replace(r#""attempt":1"#, r#""attempt":0"#),
        record(BOB, at).replace(r#""attempt":1"#, r#""attempt":-1"#),
        record(BOB, at).replace(r#""attempt":1"#, r#""attempt":1e9"#),
        record(BOB, at).replace(r#""attempt":1"#, r#""attempt":"1""#),
        record(BOB, at).replace("abc", "a b"),
        record(BOB, at).replace("abc", ""),
        record(BOB, at).replace(r#""s""#, r#""""#),
        record(BOB, at).replace(r#""s""#, "1"),
        record(BOB, at).replace("email", "msisdn"),
        record("447700900001", at).replace("email", "msisdn"),
        record("+447700900001", at).replace("email", r#"msisdn","country":"GB","number":"07"#),
        record("447700900001", at).replace("email", r#"msisdn","country":"GB","number":""#),
        record(BOB, at).replace("email", "xmpp"),
        record(BOB, at).replace(r#""medium":"email","#, ""),
    ] {
        let tab = Tab::open_at(NOW, Some(parsed(&[bad.clone(), good.clone()])));
        assert_eq!(tab.addresses(), [DORA], "{bad}");
    }
}

#[test]
fn a_record_from_tomorrow_was_sent_now() {
    let tab = Tab::open_at(NOW, Some(parsed(&[record(DORA, NOW + DAY)])));
    assert_eq!(tab.model.verifications[0].sent_at, NOW);
}

#[test]
fn one_address_twice_is_one_group() {
    let at = NOW - MINUTE;
    let twice = [record(DORA, at), record("DORA@example.org", at)];
    assert_eq!(Tab::open_at(NOW, Some(parsed(&twice))).addresses(), [DORA]);
}

#[test]
fn a_limit_beyond_a_day_is_nonsense() {
    let mut tab = Tab::open();
    let far = tab.now + 2.0 * DAY;
    let text = format!(r#"{{"limitedUntil":{far},"pending":[]}}"#);
    tab.feed(Input::StorageLoaded(json::parse(&text).expect("JSON")));
    assert_eq!(tab.model.email_form.problem(), None);
}
