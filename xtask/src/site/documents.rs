//! Documents of the repository, and their pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::layout::{Page, escape, root_of};
use super::search_index::Entry;
use super::sources::Sources;
use super::{markdown, navigation, search_index};
use crate::sh;

/// Markdown file of the repository.
pub struct Document {
    /// Path in the repository.
    pub source: String,
    /// Path of its page in the site.
    pub output: String,
    /// Its first heading, without Markdown.
    pub title: String,
    /// Markdown.
    pub text: String,
}

/// Page of a document, and what belongs to it.
pub struct RenderedDocument {
    /// The page.
    pub page: Page,
    /// Entries of the search.
    pub entries: Vec<Entry>,
    /// Paths of pictures in the repository.
    pub pictures: BTreeSet<String>,
}

/// Documents outside `docs/`.
const OTHERS: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "examples/README.md",
    "tests/README.md",
];

/// Reads all documents.
pub fn read_all() -> Result<Vec<Document>> {
    let mut sources: BTreeSet<String> = OTHERS.map(str::to_owned).into();
    collect(Path::new("docs"), &mut sources)?;
    sources.into_iter().map(|source| read(&source)).collect()
}

fn collect(folder: &Path, sources: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(sh::root().join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            collect(&path, sources)?;
        } else if path.extension().is_some_and(|kind| kind == "md") {
            sources.insert(path.display().to_string());
        }
    }
    Ok(())
}

fn read(source: &str) -> Result<Document> {
    let text = super::read(source)?;
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    let title = heading.with_context(|| format!("{source} has no heading"))?.replace('`', "");
    let output = match source.strip_suffix("README.md") {
        Some("") => "readme.html".to_owned(),
        Some(folder) => format!("{folder}index.html"),
        None => format!("{}.html", source.trim_end_matches(".md")),
    };
    Ok(Document { source: source.to_owned(), output, title, text })
}

/// Renders the page of a document.
pub fn render(
    document: &Document,
    documents: &[Document],
    sources: &Sources,
) -> Result<RenderedDocument> {
    let root = root_of(&document.output);
    let mut pictures = BTreeSet::new();
    let rendered = markdown::render(&document.text, |url| {
        let Some(path) = to_repository_path(&document.source, url) else {
            return Ok(Some(url.to_owned()));
        };
        let (path, anchor) = path;
        let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let file = sh::root().join(&path);
        ensure!(file.exists(), "{}: {url} is no file of the repository", document.source);
        let page = documents.iter().find(|other| {
            let readme = format!("{path}/README.md");
            other.source == path || other.source == readme
        });
        if let Some(page) = page {
            return Ok(Some(format!("{root}{}{anchor}", page.output)));
        }
        if Path::new(&path).extension().is_some_and(|kind| kind == "png" || kind == "webp") {
            pictures.insert(path.clone());
            return Ok(Some(format!("{root}{path}")));
        }
        Ok(Some(format!("{root}{}", sources.link(&path)?)))
    })
    .with_context(|| document.source.clone())?;
    let description = rendered.sections.first().map(|section| first_sentence(&section.text));
    let entries = search_index::list(document, &rendered.sections);
    let page = Page {
        path: document.output.clone(),
        title: format!("{} – matrix-threepids", document.title),
        description: description.unwrap_or_default(),
        scripts: ["assets/docs.js", "assets/live.js", "assets/highlight-all.js"]
            .map(str::to_owned)
            .into(),
        styles: ["assets/docs.css", "assets/messages.css"].map(str::to_owned).into(),
        body: navigation::frame(document, documents, &rendered)?,
    };
    Ok(RenderedDocument { page, entries, pictures })
}

/// Path in the repository, and anchor, of a link in this document. `None` for
/// other URLs, and for anchors of the same document.
fn to_repository_path<'a>(source: &str, url: &'a str) -> Option<(String, Option<&'a str>)> {
    if url.starts_with('#') || url.contains("://") || url.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = match url.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (url, None),
    };
    let mut parts: Vec<&str> = source.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path: PathBuf = parts.iter().collect();
    Some((path.display().to_string(), anchor))
}

fn first_sentence(text: &str) -> String {
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    escape(text.get(..end).unwrap_or(text)).replace("&quot;", "'")
}
