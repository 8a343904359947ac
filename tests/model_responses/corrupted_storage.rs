//! What another version, or somebody by hand, has written into the storage.

use matrix_threepids::matrix::{Json, json};
use matrix_threepids::model::Input;

use crate::response_table::NOW;
use crate::tab_harness::*;

fn record(address: &str, at: f64) -> String {
    format!(
        r#"{{"medium":"email","address":"{address}","at":{at},"attempt":1,"validations":[{{"sid":"s","secret":"abc"}}]}}"#
    )
}

fn parsed(records: &[String]) -> Json {
    json::parse(&format!(r#"{{"pending":[{}]}}"#, records.join(","))).expect("JSON")
}

#[test]
fn malformed_record_is_skipped_and_others_load() {
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
fn record_with_future_time_counts_as_sent_now() {
    let tab = Tab::open_at(NOW, Some(parsed(&[record(DORA, NOW + DAY)])));
    assert_eq!(tab.model.verifications[0].sent_at, NOW);
}

#[test]
fn duplicate_records_of_address_become_one_verification() {
    let at = NOW - MINUTE;
    let twice = [record(DORA, at), record("DORA@example.org", at)];
    assert_eq!(Tab::open_at(NOW, Some(parsed(&twice))).addresses(), [DORA]);
}

#[test]
fn stored_rate_limit_beyond_one_day_is_ignored() {
    let mut tab = Tab::open();
    let far = tab.now + 2.0 * DAY;
    let text = format!(r#"{{"limitedUntil":{far},"pending":[]}}"#);
    tab.feed(Input::StorageLoaded(json::parse(&text).expect("JSON")));
    assert_eq!(tab.model.email_form.problem(), None);
}
