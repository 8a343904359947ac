//! The layers of `src/`: each uses only the layers below it. The number of
//! files in import cycles does not grow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the lowest to the highest, as in `src/lib.rs`.
///
/// The number is the files of the layer that are in an import cycle: each of
/// them uses another one and is used by it, directly or indirectly. Lower the
/// number with each cycle that is removed.
const LAYERS: [(&str, usize); 6] =
    [("matrix", 7), ("model", 18), ("locale", 0), ("ui", 5), ("element", 2), ("account_page", 6)];

/// A module path relative to the crate, such as `["matrix", "email"]`.
type Module = Vec<String>;

/// A path in the code, from the root of the crate.
struct Import {
    path: Module,
    /// A re-export declares no use of its own.
    is_reexport: bool,
}

/// A source file.
struct Source {
    path: PathBuf,
    imports: Vec<Import>,
}

/// All files of `src/`, by their modules. `src/account_page/main.rs` is a crate of its
/// own.
fn sources() -> BTreeMap<Module, Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src/ is readable") {
            let path = entry.expect("src/ is readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !name.ends_with(".rs") || ["lib.rs", "main.rs"].contains(&name) {
                continue;
            }
            let relative = path.strip_prefix(&src).expect("the file is in src/").with_extension("");
            let mut module: Module =
                relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            module.pop_if(|last| last == "mod");
            let text = fs::read_to_string(&path).expect("a source is text");
            let imports = read_imports(&module, &tokenize(&text));
            sources.insert(module, Source { path, imports });
        }
    }
    sources
}

/// Splits code into identifiers, `::` and single characters. Comments and texts
/// are left out, and so is a module `tests` at the end.
fn tokenize(text: &str) -> Vec<String> {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            text_length(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|next: char| !next.is_alphanumeric() && next != '_');
            let identifier = &rest[..end.unwrap_or(rest.len())];
            tokens.push(identifier.to_owned());
            identifier.len()
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// Length of the text at the beginning, with its quotation marks.
fn text_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (index, next) in rest.char_indices().skip(1) {
        match next {
            '"' if !is_escaped => return index + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    rest.len()
}

/// Paths that begin with `crate`, `super` or `self`, or with a module that this
/// file declares.
fn read_imports(module: &Module, tokens: &[String]) -> Vec<Import> {
    let declared: BTreeSet<&str> = tokens
        .windows(3)
        .filter(|next| next[0] == "mod" && next[2] == ";")
        .map(|next| &*next[1])
        .collect();
    let mut imports = Vec::new();
    let mut depth = 0;
    // Depths at which modules inside the file begin.
    let mut inner: Vec<usize> = Vec::new();
    let mut is_reexport = false;
    let mut index = 0;
    while index < tokens.len() {
        let token = &*tokens[index];
        let is_start = index == 0 || tokens[index - 1] != "::";
        let is_path = is_start && tokens.get(index + 1).is_some_and(|next| next == "::");
        match token {
            "{" => {
                depth += 1;
                if index >= 2 && tokens[index - 2] == "mod" {
                    inner.push(depth);
                }
            }
            "}" => {
                inner.pop_if(|start| *start == depth);
                depth -= 1;
            }
            ";" => is_reexport = false,
            "use" => is_reexport = index > 0 && ["pub", ")"].contains(&&*tokens[index - 1]),
            "crate" | "super" | "self" if is_path => {
                let mut base = if token == "crate" { Vec::new() } else { module.clone() };
                let mut supers = 0;
                while tokens[index] == "super" {
                    supers += 1;
                    index += 2;
                }
                if token != "super" {
                    index += 2;
                }
                base.truncate(base.len() - supers.min(base.len()).saturating_sub(inner.len()));
                let mut paths = Vec::new();
                index = read_tree(tokens, index, &base, &mut paths);
                imports.extend(paths.into_iter().map(|path| Import { path, is_reexport }));
                continue;
            }
            name if is_path && declared.contains(name) => {
                let mut paths = Vec::new();
                index = read_tree(tokens, index, module, &mut paths);
                imports.extend(paths.into_iter().map(|path| Import { path, is_reexport }));
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    imports
}

/// Reads `a::b`, or `a::{b, c::d}`, from this token on, and returns the index
/// of the token after it.
fn read_tree(tokens: &[String], mut index: usize, base: &Module, paths: &mut Vec<Module>) -> usize {
    let mut path = base.clone();
    while let Some(token) = tokens.get(index) {
        if token == "{" {
            index += 1;
            while tokens[index] != "}" {
                index = read_tree(tokens, index, &path, paths);
                // Skips the comma, and the name after `as`.
                while ![",", "}"].contains(&&*tokens[index]) {
                    index += 1;
                }
                index += usize::from(tokens[index] == ",");
            }
            return index + 1;
        }
        path.push(token.clone());
        index += 1;
        if tokens.get(index).is_none_or(|next| next != "::") {
            break;
        }
        index += 1;
    }
    paths.push(path);
    index
}

/// The module of the file that declares what a path names. Follows re-exports.
fn find_file(sources: &BTreeMap<Module, Source>, path: &[String]) -> Option<Module> {
    let file = (1..=path.len()).rev().map(|length| &path[..length]);
    let file = file.into_iter().find(|prefix| sources.contains_key(*prefix))?;
    let Some(name) = path.get(file.len()) else { return Some(file.to_vec()) };
    let reexports = sources[file].imports.iter().filter(|import| import.is_reexport);
    let mut reexports = reexports.filter(|import| import.path != path);
    match reexports.find(|import| import.path.last() == Some(name)) {
        Some(reexport) => find_file(sources, &reexport.path),
        None => Some(file.to_vec()),
    }
}

/// The files that each file uses, itself excluded.
fn find_uses(sources: &BTreeMap<Module, Source>) -> BTreeMap<&Module, BTreeSet<Module>> {
    let mut uses = BTreeMap::new();
    for (module, source) in sources {
        let imports = source.imports.iter().filter(|import| !import.is_reexport);
        let mut files: BTreeSet<Module> =
            imports.filter_map(|import| find_file(sources, &import.path)).collect();
        files.remove(module);
        uses.insert(module, files);
    }
    uses
}

/// All files that a file uses, directly or indirectly.
fn find_reachable<'a>(
    uses: &'a BTreeMap<&Module, BTreeSet<Module>>,
    module: &Module,
) -> BTreeSet<&'a Module> {
    let mut reachable = BTreeSet::new();
    let mut left: Vec<&Module> = uses[module].iter().collect();
    while let Some(next) = left.pop() {
        if reachable.insert(next) {
            left.extend(&uses[next]);
        }
    }
    reachable
}

#[test]
fn each_folder_of_src_is_a_layer() {
    let modules = sources();
    let folders: BTreeSet<&str> = modules.keys().map(|module| &*module[0]).collect();
    let layers: BTreeSet<&str> = LAYERS.iter().map(|(layer, _)| *layer).collect();
    assert_eq!(folders, layers, "list each module of src/lib.rs in LAYERS of tests/layers.rs");
}

#[test]
fn no_layer_uses_a_higher_one() {
    let rank = |layer: &str| LAYERS.iter().position(|(known, _)| *known == layer);
    let (mut errors, mut checked) = (Vec::new(), 0);
    for (module, source) in sources() {
        for import in &source.imports {
            let Some(layer) = import.path.first() else { continue };
            if rank(layer) > rank(&module[0]) {
                let path = import.path.join("::");
                errors.push(format!("{} uses crate::{path}", source.path.display()));
            }
            checked += usize::from(rank(layer) < rank(&module[0]));
        }
    }
    assert!(errors.is_empty(), "a layer uses a higher one:\n{}", errors.join("\n"));
    assert!(checked > 100, "only {checked} uses of lower layers were found");
}

#[test]
fn the_number_of_files_in_import_cycles_does_not_grow() {
    let sources = sources();
    let uses = find_uses(&sources);
    let mut errors = String::new();
    for (layer, allowed) in LAYERS {
        let mut cyclic = Vec::new();
        for module in sources.keys().filter(|module| module[0] == layer) {
            if find_reachable(&uses, module).contains(module) {
                let mut partners = uses[module].clone();
                partners.retain(|other| find_reachable(&uses, other).contains(module));
                let partners: Vec<String> = partners.iter().map(|other| other.join("::")).collect();
                cyclic.push(format!("  {} uses {}\n", module.join("::"), partners.join(", ")));
            }
        }
        let found = cyclic.len();
        if found > allowed {
            errors += &format!("{layer}: {found} files, {allowed} allowed\n{}", cyclic.concat());
        } else if found < allowed {
            errors += &format!("{layer}: {found} files; lower the number {allowed} in LAYERS\n");
        }
    }
    assert!(errors.is_empty(), "files in import cycles:\n{errors}");
}

#[test]
fn paths_are_read_from_code_but_not_from_comments_or_texts() {
    let code = "// crate::a\nuse super::{b::C as D, self::e, f::{g, h}};\npub use super::i::J;\n\
        mod k { use super::l; }\nconst M: &str = \"crate::n\"; fn o() { crate::p::q(); }";
    let module = ["x".to_owned(), "y".to_owned()].to_vec();
    let imports = read_imports(&module, &tokenize(code));
    let paths: Vec<String> = imports.iter().map(|import| import.path.join("::")).collect();
    assert_eq!(
        paths,
        ["x::b::C", "x::self::e", "x::f::g", "x::f::h", "x::i::J", "x::y::l", "p::q"]
    );
    let reexports: Vec<bool> = imports.iter().map(|import| import.is_reexport).collect();
    assert_eq!(reexports, [false, false, false, false, true, false, false]);
}

#[test]
fn architecture_names_existing_files() {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md");
    let paths: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|path| ["src/", "www/", "xtask/", "tests/"].iter().any(|top| path.starts_with(top)))
        .collect();
    assert!(paths.len() > 40, "only {} paths were found", paths.len());
    for path in paths {
        assert!(Path::new(path).exists(), "ARCHITECTURE.md names {path}");
    }
}
