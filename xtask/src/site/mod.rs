//! Builds the site in `target/site/`: landing page, playground, gallery and the
//! documentation. It is a folder of static files that works under any path.

mod documents;
mod layout;
mod markdown;
mod navigation;
mod own_pages;
mod search_index;
mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::wasm_build::{copy, recreate_dir};
use crate::{budget, built, npm, sh, wasm_build};

/// Homeserver that the playground can use in addition to the one in the page.
pub enum Server {
    /// None: the site is published.
    InPage,
    /// That of `cargo xtask demo`, at this origin.
    Real(String),
}

/// File of the site.
enum Content {
    Text(String),
    /// Copy of a file of the repository.
    Copy(PathBuf),
}

/// Files of the site, by their paths.
type Files = BTreeMap<String, Content>;

/// Folders of `site/` whose scripts and styles are copied.
const COPIED: [&str; 4] = ["assets", "demo", "homeserver", "states"];
/// Kinds of files that are copied. Pages are rendered.
const COPIED_KINDS: [&str; 2] = ["js", "css"];
/// Kinds of files of the package that pages load.
const PACKAGE_KINDS: [&str; 2] = ["js", "wasm"];

/// `cargo xtask site [--quick]`
pub fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => {}
        ["--quick"] => wasm_build::build_quickly(),
        _ => bail!("cargo xtask site [--quick]"),
    }
    let package = npm::folder();
    built::build_unless_same(&package, &built::PACKAGE_SOURCES, || npm::package().map(drop))?;
    let folder = build(&package)?;
    println!("{}", folder.display());
    Ok(())
}

/// Builds the site from this package. Returns its folder.
pub fn build(package: &Path) -> Result<PathBuf> {
    let folder = sh::target().join("site");
    write(&folder, &Server::InPage, package)?;
    write_package(package, &folder.join("npm"))?;
    Ok(folder)
}

/// Writes all files of the site except those of the package.
pub fn write(folder: &Path, server: &Server, package: &Path) -> Result<()> {
    recreate_dir(folder)?;
    let [[.., first_list], [.., everything]] = budget::sums(package)?;
    for (path, content) in render(server, [first_list, everything])? {
        let to = folder.join(&path);
        fs::create_dir_all(to.parent().context("a file has a folder")?)?;
        match content {
            Content::Text(text) => fs::write(&to, text).with_context(|| path)?,
            Content::Copy(from) => copy(&from, &to)?,
        }
    }
    Ok(())
}

/// Renders the site. `sizes` are the brotli bytes of the first list, and of
/// everything.
fn render(server: &Server, sizes: [usize; 2]) -> Result<Files> {
    let mut files = copy_assets()?;
    // Otherwise GitHub Pages leaves out folders that begin with `_`.
    files.insert(".nojekyll".to_owned(), Content::Text(String::new()));
    let documents = documents::read_all()?;
    let sources = sources::Sources::default();
    let mut entries = Vec::new();
    for document in &documents {
        let page = documents::render(document, &documents, &sources)?;
        entries.extend(page.entries);
        files.insert(document.output.clone(), Content::Text(layout::render(&page.page, server)?));
        for picture in page.pictures {
            let from = sh::root().join(&picture);
            files.insert(picture, Content::Copy(from));
        }
    }
    for page in sources.render()? {
        files.insert(page.path.clone(), Content::Text(layout::render(&page, server)?));
    }
    let contents = navigation::contents_page(&documents);
    for page in own_pages::render(sizes)?.into_iter().chain([contents]) {
        files.insert(page.path.clone(), Content::Text(layout::render(&page, server)?));
    }
    let index = serde_json::to_string(&entries)?;
    files.insert("search.json".to_owned(), Content::Text(index));
    Ok(files)
}

fn copy_assets() -> Result<Files> {
    let mut files = Files::new();
    for name in COPIED {
        let folder = sh::root().join("site").join(name);
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let file =
                path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
            let is_copied = path.extension().is_some_and(|kind| {
                COPIED_KINDS.iter().any(|copied| kind.eq_ignore_ascii_case(copied))
            });
            if is_copied || file == "state.html" {
                files.insert(format!("{name}/{file}"), Content::Copy(path));
            }
        }
    }
    let icon = sh::root().join("www/page/icon.svg");
    files.insert("assets/icon.svg".to_owned(), Content::Copy(icon));
    Ok(files)
}

/// Copies what a page may load of the package.
fn write_package(package: &Path, to: &Path) -> Result<()> {
    for folder in [PathBuf::new(), PathBuf::from("locales")] {
        fs::create_dir_all(to.join(&folder))?;
        for entry in fs::read_dir(package.join(&folder))? {
            let path = entry?.path();
            let is_loaded = path.extension().is_some_and(|kind| {
                PACKAGE_KINDS.iter().any(|loaded| kind.eq_ignore_ascii_case(loaded))
            });
            if is_loaded {
                let name = path.file_name().context("a file has a name")?;
                copy(&path, &to.join(&folder).join(name))?;
            }
        }
    }
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(sh::root().join(path)).with_context(|| path.to_owned())
}
