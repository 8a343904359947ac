//! Adds a hash of the content to file names. Browsers can then cache every file
//! of the account page forever, except `index.html` and `config.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use regex::{Captures, Regex};
use sha2::{Digest, Sha256};

/// Extensions of the files that are renamed.
const KINDS: [&str; 4] = ["js", "css", "wasm", "svg"];

/// Renames the files of a folder and the names by which they import each other.
pub fn hash_filenames(folder: &Path) -> Result<()> {
    let mut renames = Renames {
        folder,
        // Relative paths that modules import or load. The keys of the glue's imports are
        // not matched, because the WebAssembly has them, too.
        imported: Regex::new(r#"(["'])(\.[\w./-]*\.(?:js|wasm))["'](\s*:)?"#)?,
        required: Regex::new(r#"(?m)^import [^"]*"(\.[\w./-]*\.js)""#)?,
        // Hashes that Trunk added, which are of the earlier content.
        before: Regex::new(r"-[0-9a-f]{16}(_bg)?$")?,
        names: BTreeMap::new(),
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

/// The files of a folder that have new names.
struct Renames<'a> {
    folder: &'a Path,
    imported: Regex,
    /// Static imports, whose files must exist.
    required: Regex,
    before: Regex,
    /// New name of each file. Both are relative to the folder.
    names: BTreeMap<PathBuf, PathBuf>,
}

impl Renames<'_> {
    /// Renames a file, after the files that it imports. Returns the new name.
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
        let stem = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .context("a file name must be Unicode")?;
        let kind = file
            .extension()
            .and_then(|kind| kind.to_str())
            .context("an extension must be Unicode")?;
        let stem = self.before.replace(stem, "");
        let name = file.with_file_name(format!("{stem}-{hash}.{kind}"));
        fs::remove_file(&path)?;
        fs::write(self.folder.join(&name), bytes)?;
        self.names.insert(file.to_owned(), name.clone());
        Ok(name)
    }

    /// Returns a module with the new names of the files that it imports.
    fn rewrite_module(&mut self, file: &Path, text: String) -> Result<String> {
        let within = file.parent().context("a file is in a folder")?;
        let imported: Vec<String> =
            self.imported.captures_iter(&text).map(|found| found[2].to_owned()).collect();
        let mut named = BTreeMap::new();
        for path in imported {
            let other = normalize_path(&within.join(&path));
            // A text that looks like a path may have no file.
            if self.folder.join(&other).is_file() || self.names.contains_key(&other) {
                let name = self.rename_file(&other)?;
                let name = name
                    .file_name()
                    .and_then(|name| name.to_str())
                    .context("a file name must be Unicode")?;
                let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
                let renamed = format!("{folder}/{name}");
                named.insert(path, renamed);
            }
        }
        for found in self.required.captures_iter(&text) {
            ensure!(
                named.contains_key(&found[1]),
                "{} imports {}, which is missing",
                file.display(),
                &found[1]
            );
        }
        let renamed = |found: &Captures| match (named.get(&found[2]), found.get(3)) {
            (Some(name), None) => format!("{0}{name}{0}", &found[1]),
            (Some(_), Some(_)) | (None, _) => found[0].to_owned(),
        };
        Ok(self.imported.replace_all(&text, renamed).into_owned())
    }

    /// Returns a text with the new names of the files in quotes.
    fn rewrite_names(&self, text: &str) -> Result<String> {
        let path = Regex::new(r#""(?:\./)?([\w./-]+\.(?:js|css|wasm|svg))""#)?;
        let renamed = path.replace_all(text, |found: &Captures| {
            match self.names.get(&normalize_path(Path::new(&found[1]))) {
                Some(name) => format!("\"./{}\"", name.display()),
                None => found[0].to_owned(),
            }
        });
        Ok(renamed.into_owned())
    }

    /// Rewrites the names in `index.html` and the manifest, which keep their own names,
    /// and adds links that load the WebAssembly of the script's tag early.
    fn rewrite_index(&self) -> Result<()> {
        let manifest = self.folder.join("manifest.webmanifest");
        if manifest.is_file() {
            fs::write(&manifest, self.rewrite_names(&fs::read_to_string(&manifest)?)?)?;
        }
        let page = self.folder.join("index.html");
        let renamed = self.rewrite_names(&fs::read_to_string(&page)?)?;
        // Not of all files: the sign-in form does not wait for those of the elements.
        let wasm = Regex::new(r#" data-wasm="([^"]+)""#)?.captures(&renamed);
        let wasm = &wasm.context("the script in index.html has no attribute `data-wasm`")?[1];
        let link = format!(
            "  <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" \
             crossorigin />\n  </head>"
        );
        fs::write(page, renamed.replacen("</head>", &link, 1))?;
        Ok(())
    }
}

/// Returns a path without `.` and `..`.
fn normalize_path(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normalized.pop();
            }
            other => normalized.push(other),
        }
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_files_import_each_other_by_their_new_names() {
        let folder = std::env::temp_dir().join(format!("hash-filenames-{}", std::process::id()));
        fs::create_dir_all(folder.join("words")).expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
        write("words/fr.js", "export default {};");
        write("host.js", "export const host = './nothing.js';");
        write(
            "boot.js",
            "import { host } from \"./host.js\"; import(\"./words/fr.js\"); \
             new URL(\"./late.wasm\", import.meta.url);",
        );
        write("late.wasm", "\0asm late");
        write("glue-0123456789abcdef.js", "export {};");
        write("glue-0123456789abcdef_bg.wasm", "\0asm");
        write("config.json", "{}");
        write("icon.svg", "<svg/>");
        write("manifest.webmanifest", "{ \"src\": \"icon.svg\" }");
        write(
            "index.html",
            "<head></head><script src=\"./boot.js\" data-glue=\"./glue-0123456789abcdef.js\" \
             data-wasm=\"glue-0123456789abcdef_bg.wasm\"></script>",
        );
        hash_filenames(&folder).expect("renamed");
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
        let late = names.iter().find(|name| name.starts_with("late-")).expect("late");
        assert!(text.contains(&format!("\"./{late}\"")), "{text}");
        assert!(!html.contains(&**late), "{html}");
        let icon = names.iter().find(|name| name.starts_with("icon-")).expect("icon");
        let manifest = fs::read_to_string(folder.join("manifest.webmanifest")).expect("manifest");
        assert!(manifest.contains(&format!("\"./{icon}\"")), "{manifest}");
        assert_eq!(names.len(), 7, "{names:?}");
        let hashed = Regex::new("^[a-z/]+-[0-9a-f]{16}\\.[a-z]+$").expect("an expression");
        assert!(names.iter().all(|name| hashed.is_match(name)), "{names:?}");
        for name in names.iter().filter(|name| *name == boot || name.starts_with("glue")) {
            assert!(html.contains(&**name), "{name} is not in {html}");
        }
        assert!(folder.join("config.json").is_file());
        fs::remove_dir_all(folder).expect("removed");
    }
}
