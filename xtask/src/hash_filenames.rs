//! Names that end in a hash of what is in the file, so that browsers may keep
//! every file of the account page for good, but for its `index.html` and its
//! `config.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use regex::{Captures, Regex};
use sha2::{Digest, Sha256};

use crate::locales;

/// What gets another name, and may name others.
const KINDS: [&str; 4] = ["js", "css", "wasm", "svg"];

/// Renames the files in a folder, and what they call each other by; with the
/// table that is made of the words in Rust.
pub fn hash_filenames(folder: &Path) -> Result<()> {
    locales::write_english(&folder.join("locales"))?;
    rename(folder)
}

fn rename(folder: &Path) -> Result<()> {
    let mut renames = Renames {
        folder,
        // What modules import, by a path of their own. Not the keys of the
        // glue's imports, which the WebAssembly has, too.
        imported: Regex::new(r#"(["'])(\.[\w./-]*\.js)["'](\s*:)?"#)?,
        needed: Regex::new(r#"(?m)^import [^"]*"(\.[\w./-]*\.js)""#)?,
        // Trunk's, which are of what was in the file before.
        before: Regex::new(r"-[0-9a-f]{16}(_bg)?$")?,
        names: BTreeMap::new(),
        modules: Vec::new(),
    };
    let mut files = Vec::new();
    list_files(folder, folder, &mut files)?;
    for file in &files {
        renames.rename_file(file)?;
    }
    renames.rewrite_index()
}

fn list_files(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list_files(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| KINDS.iter().any(|kind| extension == *kind))
        {
            files.push(path.strip_prefix(root)?.to_owned());
        }
    }
    files.sort();
    Ok(())
}

struct Renames<'a> {
    folder: &'a Path,
    imported: Regex,
    /// What they cannot do without.
    needed: Regex,
    before: Regex,
    /// The new name of each file, both relative to the folder.
    names: BTreeMap<PathBuf, PathBuf>,
    /// What the page's script imports, so that it can be loaded at once.
    modules: Vec<PathBuf>,
}

impl Renames<'_> {
    /// Renames a file, after those that it names.
    fn rename_file(&mut self, file: &Path) -> Result<PathBuf> {
        if let Some(name) = self.names.get(file) {
            return Ok(name.clone());
        }
        let path = self.folder.join(file);
        let mut bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        if file.extension().is_some_and(|extension| extension == "js") {
            bytes = self.rewrite_module(file, String::from_utf8(bytes)?)?.into_bytes();
        }
        let hash: String =
            Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let stem = file.file_stem().and_then(|stem| stem.to_str()).context("a name")?;
        let kind = file.extension().and_then(|kind| kind.to_str()).context("a kind")?;
        let stem = self.before.replace(stem, "");
        let name = file.with_file_name(format!("{stem}-{hash}.{kind}"));
        fs::remove_file(&path)?;
        fs::write(self.folder.join(&name), bytes)?;
        self.names.insert(file.to_owned(), name.clone());
        Ok(name)
    }

    /// A module with the new names of those that it imports.
    fn rewrite_module(&mut self, file: &Path, text: String) -> Result<String> {
        let within = file.parent().context("a folder")?;
        let imported: Vec<String> =
            self.imported.captures_iter(&text).map(|found| found[2].to_owned()).collect();
        let mut named = BTreeMap::new();
        for path in imported {
            let other = normalize_path(&within.join(&path));
            // Texts may look like paths.
            if self.folder.join(&other).is_file() || self.names.contains_key(&other) {
                let name = self.rename_file(&other)?;
                let name = name.file_name().and_then(|name| name.to_str()).context("a name")?;
                let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
                let renamed = format!("{folder}/{name}");
                named.insert(path, renamed);
            }
        }
        for found in self.needed.captures_iter(&text) {
            ensure!(named.contains_key(&found[1]), "{}: {} is missing", file.display(), &found[1]);
        }
        if file == Path::new("boot.js") {
            self.modules = named.values().map(|path| normalize_path(Path::new(path))).collect();
        }
        let renamed = |found: &Captures| match (named.get(&found[2]), found.get(3)) {
            (Some(name), None) => format!("{0}{name}{0}", &found[1]),
            (Some(_), Some(_)) | (None, _) => found[0].to_owned(),
        };
        Ok(self.imported.replace_all(&text, renamed).into_owned())
    }

    /// The page itself keeps its name; it says what will be needed.
    fn rewrite_index(&self) -> Result<()> {
        let page = self.folder.join("index.html");
        let text = fs::read_to_string(&page)?;
        let path = Regex::new(r#""(?:\./)?([\w./-]+\.(?:js|css|wasm|svg))""#)?;
        let renamed = path.replace_all(&text, |found: &Captures| {
            match self.names.get(&normalize_path(Path::new(&found[1]))) {
                Some(name) => format!("\"./{}\"", name.display()),
                None => found[0].to_owned(),
            }
        });
        let mut links = String::new();
        for module in &self.modules {
            links +=
                &format!("<link rel=\"modulepreload\" href=\"./{}\" />\n    ", module.display());
        }
        for name in self
            .names
            .values()
            .filter(|name| name.extension().is_some_and(|extension| extension == "wasm"))
        {
            links += &format!(
                "<link rel=\"preload\" href=\"./{}\" as=\"fetch\" type=\"application/wasm\" crossorigin />\n  ",
                name.display()
            );
        }
        let text = renamed.replacen("</head>", &format!("  {links}</head>"), 1);
        ensure!(text.contains("data-glue"), "index.html does not say where the glue is");
        fs::write(page, text)?;
        Ok(())
    }
}

/// A path without `.` and `..`.
fn normalize_path(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_what_is_in_them_and_find_each_other() {
        let folder = std::env::temp_dir().join(format!("stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("words")).expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
        write("words/fr.js", "export default {};");
        write("host.js", "export const host = './nothing.js';");
        write("boot.js", "import { host } from \"./host.js\"; import(\"./words/fr.js\");");
        write("glue-0123456789abcdef.js", "export {};");
        write("glue-0123456789abcdef_bg.wasm", "\0asm");
        write("config.json", "{}");
        write(
            "index.html",
            "<head></head><script src=\"./boot.js\" data-glue=\"./glue-0123456789abcdef.js\" \
             data-wasm=\"glue-0123456789abcdef_bg.wasm\"></script>",
        );
        rename(&folder).expect("renamed");
        let mut files = Vec::new();
        list_files(&folder, &folder, &mut files).expect("a list");
        let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let html = fs::read_to_string(folder.join("index.html")).expect("the page");
        let boot = names.iter().find(|name| name.starts_with("boot-")).expect("boot");
        let text = fs::read_to_string(folder.join(boot)).expect("boot");
        let words = names.iter().find(|name| name.starts_with("words/fr-")).expect("words");
        let host = names.iter().find(|name| name.starts_with("host-")).expect("host");
        assert!(text.contains(&format!("\"./{words}\"")), "{text}");
        assert!(text.contains(&format!("\"./{host}\"")), "{text}");
        assert_eq!(names.len(), 5, "{names:?}");
        let hashed = Regex::new("^[a-z/]+-[0-9a-f]{16}\\.[a-z]+$").expect("an expression");
        assert!(names.iter().all(|name| hashed.is_match(name)), "{names:?}");
        for name in &names {
            assert!(html.contains(&**name), "{name} is not in {html}");
        }
        assert!(folder.join("config.json").is_file());
        fs::remove_dir_all(folder).expect("removed");
    }
}
