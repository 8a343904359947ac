//! The tests that `docs/servers.md` names are there, and each of its cells
//! names one.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The page.
fn page() -> String {
    fs::read_to_string(root().join("docs/servers.md")).expect("the page")
}

/// The tests behind the footnotes, by number.
fn footnotes(page: &str) -> BTreeMap<&str, &str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("[^")?.split_once("]: "))
        .map(|(number, test)| (number, test.trim_matches('`')))
        .collect()
}

/// The footnotes that a cell refers to.
fn references(cell: &str) -> Vec<&str> {
    cell.split("[^").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0)).collect()
}

#[test]
fn each_footnote_names_an_existing_test() {
    let folder = root().join("tests/stage/tests/browser");
    let files = fs::read_dir(folder).expect("the browser tests");
    let paths = files.map(|file| file.expect("a file").path());
    let sources: String = paths
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .map(|path| fs::read_to_string(path).expect("a source"))
        .collect();
    let page = page();
    let footnotes = footnotes(&page);
    assert!(footnotes.len() > 30, "the page names {} tests", footnotes.len());
    for test in footnotes.values() {
        let named = format!("\"{test}\"");
        assert!(sources.contains(&named), "docs/servers.md names {test:?}, which is not there");
    }
}

#[test]
fn each_cell_refers_to_a_footnote() {
    let page = page();
    let footnotes = footnotes(&page);
    let mut used = Vec::new();
    // Of each table, without its head and the line below.
    for table in page.split("\n\n").filter(|block| block.starts_with('|')) {
        for row in table.lines().skip(2) {
            let cells = row.trim_matches('|').split('|').skip(1).map(str::trim);
            for cell in cells.filter(|cell| *cell != "–") {
                let references = references(cell);
                assert!(!references.is_empty(), "nothing backs {cell:?} of {row}");
                used.extend(references);
            }
        }
    }
    for number in &used {
        assert!(footnotes.contains_key(number), "there is no footnote {number}");
    }
    for number in footnotes.keys() {
        assert!(used.contains(number), "nobody refers to footnote {number}");
    }
}
