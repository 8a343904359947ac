//! Pages that display files of the repository to which documents link, such as the
//! examples.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::layout::{Page, escape};
use crate::sh;

/// Kinds of files that are displayed.
const KINDS: [&str; 12] =
    ["conf", "css", "html", "js", "json", "jsx", "mjs", "rs", "toml", "ts", "tsx", "vue"];

/// Files and folders to which documents link.
#[derive(Default)]
pub struct Sources {
    paths: RefCell<BTreeSet<String>>,
}

impl Sources {
    /// Path of the page of a file or folder.
    pub fn link(&self, path: &str) -> Result<String> {
        let is_folder = sh::root().join(path).is_dir();
        self.paths.borrow_mut().insert(path.to_owned());
        Ok(if is_folder { format!("{path}/index.html") } else { format!("{path}.html") })
    }

    /// Renders the pages.
    pub fn render(&self) -> Result<Vec<Page>> {
        self.paths.borrow().iter().map(|path| render(path)).collect()
    }
}

fn render(path: &str) -> Result<Page> {
    let file = sh::root().join(path);
    let mut files = BTreeSet::new();
    let output = if file.is_dir() {
        collect(&file, &mut files)?;
        format!("{path}/index.html")
    } else {
        files.insert(path.to_owned());
        format!("{path}.html")
    };
    let mut body = format!(
        "    <main id=\"main\" class=\"doc doc-alone\">\n<h1><code>{}</code></h1>\n",
        escape(path)
    );
    for name in &files {
        let text = fs::read_to_string(sh::root().join(name)).with_context(|| name.clone())?;
        if files.len() > 1 {
            body += &format!("<h2><code>{}</code></h2>\n", escape(name));
        }
        body += &format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", escape(&text));
    }
    body += "    </main>\n";
    Ok(Page {
        path: output,
        title: format!("{path} – matrix-threepids"),
        description: format!("{path} in the repository."),
        scripts: vec!["assets/highlight-all.js".to_owned()],
        styles: vec!["assets/docs.css".to_owned()],
        // `{root}` in a source is not a placeholder.
        body: body.replace("{root}", "&#123;root}"),
    })
}

fn collect(folder: &Path, files: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        let is_text = path
            .extension()
            .is_none_or(|kind| KINDS.iter().any(|shown| kind.eq_ignore_ascii_case(shown)));
        if path.is_dir() && !["node_modules", "dist"].contains(&&*name) {
            collect(&path, files)?;
        } else if path.is_file() && is_text && name != "package-lock.json" {
            files.insert(path.strip_prefix(sh::root())?.display().to_string());
        }
    }
    Ok(())
}
