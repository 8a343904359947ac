//! Answers that no server should give, and some do.

#[path = "odd_answers/table.rs"]
mod table;

#[test]
fn every_odd_answer_is_read_or_refused_as_it_should_be() {
    let failures = table::run();
    assert!(failures.is_empty(), "of {}:\n{}", table::len(), failures.join("\n"));
    println!("{} odd answers", table::len());
}
