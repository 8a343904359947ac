//! Frame of every page: head, header and footer.

use std::iter;

use anyhow::{Context, Result};

use super::{Server, read};
use crate::locales;

/// Page of the site.
pub struct Page {
    /// Path in the site.
    pub path: String,
    /// Title of the window.
    pub title: String,
    /// Sentence for search engines.
    pub description: String,
    /// Paths of modules in the site.
    pub scripts: Vec<String>,
    /// Paths of style sheets in the site.
    pub styles: Vec<String>,
    /// HTML between header and footer. `{root}` is the relative URL of the site.
    pub body: String,
}

/// Links of the header: a folder, which is highlighted on its pages, the path, and
/// the text.
const LINKS: [(&str, &str, &str); 3] = [
    ("demo/", "demo/index.html", "Playground"),
    ("states/", "states/index.html", "Gallery"),
    ("docs/", "docs/index.html", "Docs"),
];

/// Scripts and styles of the site only; no inline script or style.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self'; frame-src 'self'; connect-src 'self'{server}; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Relative URL from a page to the root of the site.
pub fn root_of(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// Escapes a text for HTML and for attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Renders a page.
pub fn render(page: &Page, server: &Server) -> Result<String> {
    let root = root_of(&page.path);
    let origin = match server {
        Server::InPage => String::new(),
        Server::Real(origin) => format!(" {origin}"),
    };
    let meta = match server {
        Server::InPage => "",
        Server::Real(_) => "\n    <meta name=\"demo-server\" content=\"real\" />",
    };
    let nav = LINKS.map(|(folder, path, text)| {
        let current = if page.path.starts_with(folder) { " aria-current=\"true\"" } else { "" };
        format!("<a href=\"{{root}}{path}\"{current}>{text}</a>")
    });
    let styles: String = page
        .styles
        .iter()
        .map(|path| format!("\n    <link rel=\"stylesheet\" href=\"{{root}}{path}\" />"))
        .collect();
    let scripts: String = page
        .scripts
        .iter()
        .map(|path| format!("\n    <script type=\"module\" src=\"{{root}}{path}\"></script>"))
        .collect();
    let layout = read("site/layout.html")?;
    // The body is last: a document may contain such a placeholder.
    let (head, foot) = layout.split_once("{body}").context("the layout has a body")?;
    let fill = |text: &str| {
        text.replace("{csp}", &POLICY.replace("{server}", &origin))
            .replace("{title}", &escape(&page.title))
            .replace("{description}", &escape(&page.description))
            .replace("{meta}", meta)
            .replace("{nav}", &nav.concat())
            .replace("{styles}", &styles)
            .replace("{scripts}", &scripts)
            .replace("{version}", env!("CARGO_PKG_VERSION"))
            .replace("{root}", &root)
    };
    Ok([fill(head), page.body.replace("{root}", &root), fill(foot)].concat())
}

/// Options of a field that selects the language of the elements, with the names
/// that `docs/languages.md` has.
pub fn language_options() -> Result<String> {
    let table = read("docs/languages.md")?;
    let option = |tag: &str| -> Result<String> {
        let name = match tag {
            "en" => "English",
            tag => own_name(&table, tag).with_context(|| format!("docs/languages.md: {tag}"))?,
        };
        Ok(format!("<option value=\"{tag}\" lang=\"{tag}\">{name}</option>"))
    };
    iter::once("en").chain(locales::tags()).map(option).collect()
}

/// Name of a language in itself: third column of the table.
fn own_name<'a>(table: &'a str, tag: &str) -> Option<&'a str> {
    let row = table.lines().find(|line| line.starts_with(&format!("| `{tag}` |")))?;
    row.split('|').nth(3).map(str::trim)
}
