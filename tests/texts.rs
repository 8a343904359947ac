//! What is done with texts: addresses, codes, what others have written.

#[path = "texts/table.rs"]
mod table;

#[test]
fn texts_normalize_as_expected() {
    let failures = table::run();
    assert!(failures.is_empty(), "of {}:\n{}", table::len(), failures.join("\n"));
}
