//! The files and tests that `SECURITY.md` names are there, and each claim names
//! some.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sources that tests stand in.
fn sources() -> String {
    let mut folders: Vec<_> = ["tests", "src", "xtask/src"].map(|it| root().join(it)).into();
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs" || it == "mjs") {
                sources += &fs::read_to_string(path).expect("a source");
            }
        }
    }
    sources
}

/// The names of native tests, those of properties included.
fn functions(sources: &str) -> Vec<&str> {
    let tests = sources.split("#[test]").skip(1);
    let name = |test| Some(str::split_once(test, "fn ")?.1.split_once('(')?.0);
    tests.filter_map(name).collect()
}

/// The rows of the claims: claim, files, tests.
fn claims(page: &str) -> Vec<[String; 3]> {
    let (_, claims) = page.split_once("\n## Claims").expect("the claims");
    let (claims, _) = claims.split_once("\n## ").expect("what comes after them");
    let rows = claims.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    let rows = rows.filter(|row| !row.starts_with("| claim |"));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split(" | ").map(|it| it.trim().to_owned());
        let cells: Vec<_> = cells.collect();
        cells.try_into().unwrap_or_else(|_| panic!("three cells, not: {row}"))
    };
    rows.map(cells).collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_claim_names_existing_files_and_tests() {
    let page = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let sources = sources();
    let named = functions(&sources);
    let claims = claims(&page);
    assert!(claims.len() > 20, "SECURITY.md makes {} claims", claims.len());
    for [claim, files, tests] in claims {
        let (files, tests) = (quoted(&files), quoted(&tests));
        assert!(!files.is_empty() && !tests.is_empty(), "nothing shows: {claim}");
        for file in files {
            assert!(Path::new(&root().join(file)).is_file(), "{claim}: there is no {file}");
        }
        for test in tests {
            let in_a_browser = sources.contains(&format!("\"{test}\""));
            let natively = named.contains(&test);
            assert!(in_a_browser || natively, "{claim}: there is no test {test:?}");
        }
    }
}
