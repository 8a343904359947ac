//! Frame of a document: the list of all documents, and a live element.

use anyhow::Result;

use super::documents::Document;
use super::layout::{Page, escape};
use super::markdown::Rendered;

/// Groups of the list of documents. A path that ends in `/` stands for the other
/// documents in this folder.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Start",
        &[
            "README.md",
            "docs/embedding/quick-start.md",
            "docs/embedding/frameworks.md",
            "docs/comparison.md",
        ],
    ),
    ("Embedding", &["docs/embedding.md", "docs/embedding/"]),
    ("Servers and accounts", &["docs/servers.md", "docs/account-page.md", "examples/README.md"]),
    (
        "Project",
        &[
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
            "tests/README.md",
            "docs/",
        ],
    ),
    ("Decisions", &["docs/decisions/README.md", "docs/decisions/"]),
];

/// Shorter names of documents, where the title names the project again.
const NAMES: [(&str, &str); 2] = [("README.md", "Overview"), ("docs/embedding.md", "All topics")];

/// Documents whose live element is a special one: source, settings of `live.js`.
const LIVE: [(&str, &str); 11] = [
    ("docs/embedding/password.md", r#"{"tag":"matrix-account-password"}"#),
    ("docs/embedding/password-reset.md", r#"{"tag":"matrix-password-reset"}"#),
    (
        "docs/embedding/phone-numbers.md",
        r#"{"attributes":{"mediums":"email msisdn","country":"GB"}}"#,
    ),
    ("docs/embedding/on-phones.md", r#"{"attributes":{"mediums":"email msisdn","country":"GB"}}"#),
    ("docs/embedding/languages.md", r#"{"attributes":{"lang":"fr"}}"#),
    ("docs/embedding/theming.md", r##"{"attributes":{"density":"compact"},"accent":"#6d28d9"}"##),
    ("docs/embedding/identity-server.md", r#"{"identity":true}"#),
    ("docs/embedding/authentication.md", r#"{"server":"stages"}"#),
    ("docs/servers.md", r#"{"server":"either"}"#),
    ("docs/decisions/0011-the-password.md", r#"{"tag":"matrix-account-password"}"#),
    ("docs/decisions/0008-phone-numbers.md", r#"{"attributes":{"mediums":"email msisdn"}}"#),
];

fn name_of(document: &Document) -> &str {
    let short = NAMES.iter().find(|(source, _)| *source == document.source);
    short.map_or(&*document.title, |(_, name)| name)
}

/// Documents of each group, in order. A document is in the first group that names
/// it.
fn group(documents: &[Document]) -> Vec<(&'static str, Vec<&Document>)> {
    let is_named = |document: &Document| {
        GROUPS.iter().flat_map(|(_, paths)| *paths).any(|path| *path == document.source)
    };
    let is_in = |document: &Document, folder: &str| {
        let below = document.source.strip_prefix(folder);
        below.is_some_and(|name| !name.contains('/')) && !is_named(document)
    };
    let find = |path: &&str| -> Vec<&Document> {
        let matches = |document: &&Document| match path.ends_with('/') {
            true => is_in(document, path),
            false => document.source == *path,
        };
        let mut found: Vec<&Document> = documents.iter().filter(matches).collect();
        found.sort_by_key(|document| find_position(documents, document));
        found
    };
    GROUPS.iter().map(|(title, paths)| (*title, paths.iter().flat_map(find).collect())).collect()
}

/// Position of a document in the table of `docs/embedding.md`. Others are first, in
/// alphabetical order.
fn find_position(documents: &[Document], document: &Document) -> Option<usize> {
    let below = document.source.strip_prefix("docs/")?;
    let table = documents.iter().find(|other| other.source == "docs/embedding.md")?;
    table.text.find(&format!("({below})"))
}

fn list(documents: &[Document], current: Option<&Document>) -> String {
    let mut html = String::new();
    for (title, members) in group(documents) {
        html += &format!("<div class=\"documents\">\n<h2>{title}</h2>\n<ul>\n");
        for document in members {
            let is_current = current.is_some_and(|current| current.source == document.source);
            let mark = if is_current { " aria-current=\"page\"" } else { "" };
            let name = escape(name_of(document));
            html += &format!("<li><a href=\"{{root}}{}\"{mark}>{name}</a></li>\n", document.output);
        }
        html += "</ul>\n</div>\n";
    }
    html
}

/// The page of a document: navigation, text and live element.
pub fn frame(document: &Document, documents: &[Document], rendered: &Rendered) -> Result<String> {
    let live = LIVE.iter().find(|(source, _)| *source == document.source);
    let settings = escape(live.map_or("{}", |(_, settings)| settings));
    // The text of a document must not have placeholders.
    let html = rendered.html.replace("{root}", "&#123;root}");
    Ok(format!(
        "    <div class=\"doc-columns\">\n\
         <nav class=\"doc-nav\" aria-label=\"Documentation\">\n<details>\n<summary>All pages</summary>\n{}</details>\n</nav>\n\
         <main id=\"main\" class=\"doc\">\n{html}</main>\n\
         {}</div>\n",
        list(documents, Some(document)),
        live_element(&settings),
    ))
}

/// A live element, with the messages that the homeserver in the page sends.
fn live_element(settings: &str) -> String {
    format!(
        "<aside class=\"live\" aria-labelledby=\"live-title\">\n\
         <h2 id=\"live-title\" class=\"card-title\">Live</h2>\n\
         <p class=\"live-about\">The homeserver is in this page. Alice’s password is <code>wonderland</code>. <a href=\"{{root}}demo/index.html\">Playground</a></p>\n\
         <div class=\"live-stage\" data-live=\"{settings}\"></div>\n\
         <div class=\"live-messages\">\n\
         <h3>Messages</h3>\n\
         <p class=\"messages-empty\">None yet. Add an address.</p>\n\
         <ul class=\"messages\" aria-live=\"polite\"></ul>\n</div>\n</aside>\n"
    )
}

/// `docs/index.html`: all documents.
pub fn contents_page(documents: &[Document]) -> Page {
    let about =
        "How to embed the elements, what they do with which server, and how they are built.";
    let body = format!(
        "    <main id=\"main\" class=\"contents\">\n<h1>Documentation</h1>\n\
         <p class=\"lead\">{about}</p>\n<div class=\"contents-groups\">\n{}</div>\n</main>\n",
        list(documents, None),
    );
    Page {
        path: "docs/index.html".to_owned(),
        title: "Documentation – matrix-threepids".to_owned(),
        description: about.to_owned(),
        scripts: Vec::new(),
        styles: vec!["assets/docs.css".to_owned()],
        body,
    }
}
