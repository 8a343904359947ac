//! Answers that no server should give, and some do.

#[path = "malformed_responses/table.rs"]
mod table;

#[test]
fn malformed_responses_parse_or_fail_as_expected() {
    let failures = table::run();
    assert!(failures.is_empty(), "of {}:\n{}", table::len(), failures.join("\n"));
    println!("{} odd answers", table::len());
}
