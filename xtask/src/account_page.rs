//! Builds the account page in `target/page/`, a folder of static files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use regex::Regex;

use crate::wasm_build::{copy, copy_all, recreate_dir};
use crate::wasm_size::{self, Pass};
use crate::{hash_filenames, javascript, locales, sh, tools, wasm_build};

/// Folder of the page.
pub fn folder() -> PathBuf {
    sh::target().join("page")
}

/// Builds the page. Returns its folder.
pub fn build() -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let wasm = wasm_build::compile_account_page()?;
    let work = sh::target().join("page-work");
    recreate_dir(&work)?;
    wasm_build::run_wasm_bindgen(&wasm, &work)?;
    let page = folder();
    recreate_dir(&page)?;
    wasm_size::shrink(&node, &work, &page.join("account-page.wasm"), None, &Pass::ALL)?;
    copy(&work.join("threepids.js"), &page.join("account-page.js"))?;
    copy_all(&work.join("snippets"), &page.join("snippets"))?;
    let index = fs::read_to_string(sh::root().join("index.html"))?;
    fs::write(page.join("index.html"), render_index_html(&index, &page)?)?;
    finish(&page)?;
    Ok(page)
}

/// Adds the JavaScript to a folder with the other files of the page, and adds
/// hashes to the file names. Trunk's hook calls this in Trunk's folder.
pub fn finish(folder: &Path) -> Result<()> {
    javascript::bundle_with_lazy("page/boot.ts", folder, &["--external:./words.js"])?;
    locales::write_tables(&folder.join("locales"))?;
    locales::write_page_tables(&folder.join("words"))?;
    locales::write_page_list(&folder.join("words.js"))?;
    hash_filenames::hash_filenames(folder)
}

/// Copies the files that `index.html` lists for Trunk. Returns the page as Trunk
/// renders it. Both builds read the same list.
fn render_index_html(index: &str, page: &Path) -> Result<String> {
    const START: &str = "<script type=\"module\" src=\"./boot.js\" \
        data-glue=\"./account-page.js\" data-wasm=\"./account-page.wasm\"></script>";
    let link = Regex::new(r#"^\s*<link data-trunk rel="([\w-]+)"(?: href="([^"]+)")?"#)?;
    let mut lines = Vec::new();
    for line in index.lines() {
        let Some(found) = link.captures(line) else {
            lines.push(line.to_owned());
            continue;
        };
        let from = sh::root().join(found.get(2).map_or("", |href| href.as_str()));
        let name = from.file_name().context("a file has a name")?;
        let to = page.join(name);
        match &found[1] {
            "rust" => lines.push(format!("    {START}")),
            "copy-file" => copy(&from, &to)?,
            "copy-dir" => copy_all(&from, &to)?,
            kind @ ("css" | "icon") => {
                copy(&from, &to)?;
                let rel = if kind == "css" { "stylesheet" } else { "icon" };
                lines.push(format!("    <link rel=\"{rel}\" href=\"./{}\" />", name.display()));
            }
            other => bail!(
                "index.html has a link `data-trunk rel=\"{other}\"`, which xtask does not know; add it to render_index_html"
            ),
        }
    }
    Ok(lines.join("\n") + "\n")
}
