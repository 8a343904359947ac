//! Bytes of the files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::report::Table;
use super::subjects::{PEER, PEER_VERSION, Subjects};
use crate::budget::{self, Form};

/// Endings of the files that a page may load.
const LOADED: [&str; 2] = [".js", ".wasm"];

/// Measures the files of all packages.
pub fn measure(subjects: &Subjects) -> Result<Table> {
    let mut rows = Vec::new();
    let others = subjects.others.as_ref().context("the peers were built")?;
    let counter = format!("Leptos {} counter", others.leptos);
    let peer = format!("{PEER} {PEER_VERSION}");
    for (name, folder) in subjects.packages() {
        add_files(&mut rows, name, folder)?;
    }
    add_files(&mut rows, "account page", &others.account_page)?;
    add_form(&mut rows, &others.account_page)?;
    add_files(&mut rows, &peer, &others.peer)?;
    add_files(&mut rows, &counter, &others.counter)?;
    let columns = ["of", "file", "raw", "gzip", "brotli"].map(str::to_owned).to_vec();
    let text = "Bytes of each file that a page may load, gzip 9 and brotli 11. `cdn.js` and \
                `inline.js` are for pages that load one file. The account page loads the \
                bytes of `form` until its sign-in form is displayed."
        .to_owned();
    Ok(Table { title: "Bytes", text, columns, rows })
}

/// Adds the sum of what the account page loads until its form is displayed.
fn add_form(rows: &mut Vec<Vec<String>>, page: &Path) -> Result<()> {
    let form = Form::measure(page)?;
    let sum: usize = form.files.iter().map(|(_, size)| size).sum();
    for (name, size) in [("form, English", sum), ("form, at most", form.sum())] {
        let cells = ["account page", name, "", "", &size.to_string()];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    Ok(())
}

fn add_files(rows: &mut Vec<Vec<String>>, of: &str, folder: &Path) -> Result<()> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().display().to_string();
        if LOADED.iter().any(|end| name.ends_with(end)) {
            names.push(name);
        }
    }
    names.sort();
    for name in names {
        let bytes = fs::read(folder.join(&name))?;
        let sizes =
            [bytes.len(), budget::measure_gzip(&bytes)?, budget::compress_brotli(&bytes)?.len()];
        let sizes = sizes.map(|size| size.to_string());
        rows.push([vec![of.to_owned(), name], sizes.to_vec()].concat());
    }
    Ok(())
}
