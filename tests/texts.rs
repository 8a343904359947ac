//! What is done with texts: addresses, codes, what others have written.

#[path = "texts/table.rs"]
mod table;

#[test]
fn of_every_text_is_made_what_should_be() {
    let failures = table::run();
    assert!(failures.is_empty(), "of {}:\n{}", table::len(), failures.join("\n"));
}
