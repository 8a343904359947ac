//! Builds the account page in `target/page/`, a folder of static files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use regex::Regex;

use crate::wasm_build::{copy, copy_all, recreate_dir};
use crate::wasm_size::{self, ACCOUNT_PAGE, Pass};
use crate::{budget, built, hash_filenames, javascript, locales, npm, sh, tools, wasm_build};

/// Folder of the page.
pub fn folder() -> PathBuf {
    sh::target().join("page")
}

/// Files of the package that the page loads, next to `locales/`.
const ELEMENTS: [&str; 3] = ["define.js", "threepids.wasm", "threepids-actions.wasm"];

/// Tag that starts the page.
const START: &str = "<script type=\"module\" src=\"./page.js\" data-wasm=\"./page.wasm\"></script>";

/// Builds the page from its own WebAssembly, which has no elements, and the files
/// of the package. Builds the package, too, if that is not built. Returns the folder
/// of the page.
pub fn build() -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let package = npm::folder();
    let sources = &built::PACKAGE_SOURCES;
    built::build_unless_same(&package, sources, || npm::package().map(drop))?;
    let page = folder();
    recreate_dir(&page)?;
    build_form(&node, &page)?;
    let scripts = javascript::LAZY.map(|name| format!("{name}.js"));
    for name in ELEMENTS.into_iter().chain(scripts.iter().map(String::as_str)) {
        copy(&package.join(name), &page.join(name))?;
    }
    let index = fs::read_to_string(sh::root().join("index.html"))?;
    fs::write(page.join("index.html"), render_index_html(&index, &page)?)?;
    write_tables(&page)?;
    hash_filenames::hash_filenames(&page)?;
    if !wasm_build::is_quick() {
        budget::check_form(&page)?;
    }
    Ok(page)
}

/// Builds `page.js` and `page.wasm`, which display the sign-in form.
fn build_form(node: &Path, page: &Path) -> Result<()> {
    let wasm = wasm_build::compile_account_page()?;
    let work = sh::target().join("page-work");
    recreate_dir(&work)?;
    let sources = javascript::copy_sources(&work)?;
    let glue = sources.join("glue");
    wasm_build::run_wasm_bindgen(&wasm, &glue)?;
    wasm_size::shrink(node, &glue, &page.join("page.wasm"), None, &ACCOUNT_PAGE, &Pass::ALL)?;
    fs::rename(glue.join("threepids.js"), glue.join("account-page.js"))?;
    javascript::link_snippets(&work)?;
    // These files exist once, for the page and the elements.
    let shared = ["./define.js", "./languages.js", "./locales/*", "./words.js"];
    let shared = shared.map(|path| format!("--external:{path}"));
    let arguments: Vec<&str> = shared.iter().map(String::as_str).collect();
    javascript::bundle(&sources, "page/page.ts", &page.join("page.js"), &arguments)
}

/// Adds the JavaScript to the folder of Trunk, and hashes to the file names. Trunk's
/// hook calls this.
pub fn finish(folder: &Path) -> Result<()> {
    javascript::bundle_with_lazy("page/boot.ts", folder, &["--external:./words.js"])?;
    write_tables(folder)?;
    hash_filenames::hash_filenames(folder)
}

/// Writes the texts of elements and page in all languages.
fn write_tables(folder: &Path) -> Result<()> {
    locales::write_tables(&folder.join("locales"))?;
    locales::write_page_tables(&folder.join("words"))?;
    locales::write_page_list(&folder.join("words.js"))
}

/// Copies the files that `index.html` lists for Trunk. Returns the page with the tags
/// of these files. Both builds read the same list.
fn render_index_html(index: &str, page: &Path) -> Result<String> {
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
