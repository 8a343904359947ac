//! Builds the site in `target/site/`: landing page, playground, gallery and the
//! documentation. It is a folder of static files that works under any path.

mod documents;
mod layout;
mod markdown;
mod navigation;
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
use layout::Page;

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
    for page in own_pages(sizes, &documents)? {
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

/// Pages that are no documents: their paths, files in `site/`, titles,
/// descriptions, scripts and styles.
const OWN: [(&str, &str, &str, &str, &[&str], &[&str]); 8] = [
    (
        "index.html",
        "index.html",
        "matrix-threepids: email addresses and phone numbers of a Matrix account",
        "Two custom elements for any web page, with which users manage the email addresses, phone numbers and the password of their Matrix account.",
        &["assets/live.js", "assets/highlight-all.js"],
        &["assets/landing.css", "assets/messages.css"],
    ),
    (
        "demo/index.html",
        "demo/index.html",
        "Playground – matrix-threepids",
        "Try the elements against a homeserver that runs in the page.",
        &["demo/playground.js"],
        &["assets/messages.css", "demo/playground.css"],
    ),
    (
        "states/index.html",
        "states/index.html",
        "Gallery – matrix-threepids",
        "The elements in every state that a user can see.",
        &["states/gallery.js"],
        &["states/gallery.css"],
    ),
    (
        "demo/homeserver/_matrix/client/v3/auth/m.login.sso/fallback/web/index.html",
        "demo/sign-in.html",
        "Single sign-on – playground",
        "Page of the homeserver in the playground.",
        &["demo/fallback.js"],
        &[],
    ),
    (
        "demo/homeserver/_matrix/client/unstable/add_threepid/email/submit_token/index.html",
        "demo/verified.html",
        "Address verified – playground",
        "Page of the homeserver in the playground.",
        &["demo/fallback.js"],
        &[],
    ),
    (
        "demo/homeserver/_matrix/identity/v2/validate/email/submitToken/index.html",
        "demo/verified.html",
        "Address verified – playground",
        "Page of the identity server in the playground.",
        &["demo/fallback.js"],
        &[],
    ),
    (
        "demo/homeserver/terms/index.html",
        "demo/terms.html",
        "Terms – playground",
        "Terms of the homeserver in the playground.",
        &[],
        &[],
    ),
    (
        "demo/homeserver/account/index.html",
        "demo/account.html",
        "Account – playground",
        "Account page of the homeserver in the playground.",
        &[],
        &[],
    ),
];

fn own_pages(sizes: [usize; 2], documents: &[documents::Document]) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for (path, file, title, description, scripts, styles) in OWN {
        let [first_list, everything] = sizes.map(|bytes| bytes.div_ceil(1000).to_string());
        let body = read(&format!("site/{file}"))?
            .replace("{languages}", &layout::language_options()?)
            .replace("{language-count}", &layout::count_languages().to_string())
            .replace("{first-list}", &first_list)
            .replace("{everything}", &everything);
        pages.push(Page {
            path: path.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            scripts: scripts.iter().map(|&script| script.to_owned()).collect(),
            styles: styles.iter().map(|&style| style.to_owned()).collect(),
            body,
        });
    }
    pages.push(navigation::contents_page(documents));
    Ok(pages)
}
