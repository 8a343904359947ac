//! Short names between the module and its glue.
//!
//! Names of wasm-bindgen end in 16 digits of a hash, which no compression
//! shortens.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use regex::Regex;
use walrus::Module;

use super::Contents;

/// Module name under which the second file of a split imports what the first one
/// exports.
const SHARED: &str = "__wasm_split";

/// Renames imports and exports of the module, and imports of the second file, if
/// the module was split. Returns the text of the glue with the same names.
///
/// # Errors
///
/// When one of the texts that this pass shortens is not in the glue.
pub fn shorten_names(
    glue: &str,
    module: &mut Module,
    late: Option<&mut Module>,
    contents: &Contents,
) -> Result<String> {
    let names = assign_short_names(glue)?;
    ensure!(!names.is_empty(), "no name in the glue ends in a hash");
    let mut renamed = 0;
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports) {
        if let Some(short) = names.get(name) {
            short.clone_into(name);
            renamed += 1;
        }
    }
    ensure!(renamed > 0, "the module imports and exports none of the names in the glue");
    let mut glue = shorten_debug_string(glue)?;
    if contents.imports_scripts {
        glue = shorten_modules(&glue, module)?;
    }
    let pattern = hashed_name_pattern()?;
    let shortened = pattern.replace_all(&glue, |found: &regex::Captures| names[&found[0]].clone());
    let shared = late.map(|late| shorten_shared_names(module, late)).transpose()?;
    shorten_exports(&shortened, module, names.len(), &shared.unwrap_or_default())
}

/// Renames what the second file imports from the first one. Returns the new names.
fn shorten_shared_names(first: &mut Module, late: &mut Module) -> Result<BTreeSet<String>> {
    let mut short: BTreeMap<String, String> = BTreeMap::new();
    for import in late.imports.iter_mut().filter(|import| import.module == SHARED) {
        let next = format!("$s{}", short.len());
        let name = short.entry(import.name.clone()).or_insert(next);
        name.clone_into(&mut import.name);
    }
    ensure!(!short.is_empty(), "the second file imports nothing of the first one");
    let mut shared = BTreeSet::new();
    for (name, short) in &short {
        let export = first.exports.iter().find(|export| export.name == *name);
        let item = export.with_context(|| format!("the first file does not export {name}"))?.item;
        // A second export, because the glue may use the same name.
        first.exports.add(short, item);
        shared.insert(short.clone());
    }
    Ok(shared)
}

/// Renames the exports that the glue reads as members of `wasm`, and deletes the
/// exports that neither the glue nor `kept` names. `first` is the number of the
/// first name.
fn shorten_exports(
    glue: &str,
    module: &mut Module,
    first: usize,
    kept: &BTreeSet<String>,
) -> Result<String> {
    let words = Regex::new(r"(\bwasm\.)?([\w$]+)")?;
    // `true` if each use is one of a member of `wasm`.
    let mut uses: BTreeMap<String, bool> = BTreeMap::new();
    for found in words.captures_iter(glue) {
        let is_member = found.get(1).is_some();
        *uses.entry(found[2].to_owned()).or_insert(true) &= is_member;
    }
    let mut short = BTreeMap::new();
    let mut unused = Vec::new();
    for (index, export) in module.exports.iter_mut().enumerate() {
        match uses.get(&export.name) {
            Some(true) if !export.name.starts_with("$w") => {
                let name = format!("$w{}", first + index);
                short.insert(std::mem::replace(&mut export.name, name.clone()), name);
            }
            Some(_) => {}
            None if kept.contains(&export.name) => {}
            None => unused.push(export.id()),
        }
    }
    unused.into_iter().for_each(|export| module.exports.delete(export));
    let renamed = words.replace_all(glue, |found: &regex::Captures| {
        match (found.get(1), short.get(&found[2])) {
            (Some(member), Some(name)) => [member.as_str(), name].concat(),
            (Some(_), None) | (None, _) => found[0].to_owned(),
        }
    });
    Ok(renamed.into_owned())
}

/// Replaces the paths under which the module imports functions of our own
/// scripts by numbers.
fn shorten_modules(glue: &str, module: &mut Module) -> Result<String> {
    let pattern = Regex::new(r#""(\./snippets/[^"]+)": import"#)?;
    let paths: BTreeSet<&str> =
        pattern.captures_iter(glue).map(|found| found.extract::<1>().1[0]).collect();
    ensure!(!paths.is_empty(), "the glue imports no script of ours");
    let paths: Vec<&str> = paths.into_iter().collect();
    let number_of = |path: &str| paths.iter().position(|known| *known == path);
    for import in module.imports.iter_mut() {
        if let Some(number) = number_of(&import.module) {
            import.module = number.to_string();
        }
    }
    let numbered = |found: &regex::Captures| match number_of(&found[1]) {
        Some(number) => format!("\"{number}\": import"),
        None => found[0].to_owned(),
    };
    Ok(pattern.replace_all(glue, numbered).into_owned())
}

/// Replaces the function that describes JavaScript values for panic messages.
/// The panic hook does not display these messages.
fn shorten_debug_string(glue: &str) -> Result<String> {
    const START: &str = "function debugString(val) {\n";
    let (before, rest) = glue.split_once(START).context("the glue has no `debugString`")?;
    let (_, after) = rest.split_once("\n}\n").context("`debugString` has no end")?;
    Ok([before, START, "    return String(val);\n}\n", after].concat())
}

/// Pattern of names that end in a hash.
fn hashed_name_pattern() -> Result<Regex> {
    Ok(Regex::new(
        r"\b(_*(wbg|wbindgen|wasm_bindgen)_\w*?_h?[0-9a-f]{16}(_\d+)?|_ZN\w+17h[0-9a-f]{16}E)\b",
    )?)
}

/// Assigns a short name to each name that ends in a hash. No other name in the
/// glue begins with `$w`.
fn assign_short_names(glue: &str) -> Result<BTreeMap<String, String>> {
    let pattern = hashed_name_pattern()?;
    let mut names: Vec<&str> = pattern.find_iter(glue).map(|found| found.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let assign = |(index, name): (usize, &str)| (name.to_owned(), format!("$w{index}"));
    Ok(names.into_iter().enumerate().map(assign).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use walrus::{FunctionBuilder, Module};

    use super::{SHARED, shorten_exports, shorten_names};
    use crate::wasm_size::ELEMENTS;

    const NAME: &str = "__wbg_fetch_0123456789abcdef";
    const PATH: &str = "./snippets/matrix-threepids-1/text.js";

    /// Glue with everything that the pass shortens.
    fn glue() -> String {
        format!(
            "const imports = {{ \"{PATH}\": import1, {NAME}: fetch }};\n\
             function debugString(val) {{\n    return `a long ${{val}}`;\n}}\nend();\n"
        )
    }

    /// A module that imports and exports functions under these names.
    fn module(name: &str) -> Module {
        let mut module = Module::default();
        let of_type = module.types.add(&[], &[]);
        module.add_import_func(PATH, name, of_type);
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body();
        let function = builder.finish(Vec::new(), &mut module.funcs);
        module.exports.add(name, function);
        module
    }

    #[test]
    fn module_and_glue_have_the_same_short_names() {
        let mut module = module(NAME);
        let text = shorten_names(&glue(), &mut module, None, &ELEMENTS)
            .expect("there are names to shorten");
        assert!(text.contains("{ \"0\": import1, $w0: fetch }"), "{text}");
        assert!(text.contains("    return String(val);\n}\nend();"), "{text}");
        let import = module.imports.iter().next().expect("the module has an import");
        assert_eq!((&*import.module, &*import.name), ("0", "$w0"));
        let export = module.exports.iter().next().expect("the module has an export");
        assert_eq!(export.name, "$w0");
    }

    #[test]
    fn the_second_file_has_the_same_short_names() {
        let (mut first, mut late) = (module(NAME), Module::default());
        let function = first.funcs.iter_local().next().expect("the module has a function").0;
        first.exports.add("__wasm_split12", function);
        let of_type = late.types.add(&[], &[]);
        late.add_import_func(SHARED, "__wasm_split12", of_type);
        shorten_names(&glue(), &mut first, Some(&mut late), &ELEMENTS)
            .expect("there are names to shorten");
        let import = late.imports.iter().next().expect("the second file has an import");
        assert_eq!(import.name, "$s0");
        let names: Vec<&str> = first.exports.iter().map(|export| &*export.name).collect();
        assert_eq!(names, ["$w0", "$s0"]);
    }

    #[test]
    fn exports_have_short_names_and_unused_ones_are_deleted() {
        let mut module = module("addEmail");
        let function = module.funcs.iter_local().next().expect("the module has a function").0;
        for name in ["removed", "shared", "$w0"] {
            module.exports.add(name, function);
        }
        let glue = "wasm.addEmail(addEmails); wasm.shared(); call(shared); wasm.$w0();";
        let glue = shorten_exports(glue, &mut module, 7, &BTreeSet::new())
            .expect("the patterns are valid");
        assert_eq!(glue, "wasm.$w7(addEmails); wasm.shared(); call(shared); wasm.$w0();");
        let names: Vec<&str> = module.exports.iter().map(|export| &*export.name).collect();
        assert_eq!(names, ["$w7", "shared", "$w0"]);
    }

    #[test]
    fn nothing_to_shorten_is_an_error() {
        let error_for = |glue: &str, name: &str| {
            let shortened = shorten_names(glue, &mut module(name), None, &ELEMENTS);
            shortened.expect_err("there is nothing to shorten").to_string()
        };
        assert!(error_for(&glue().replace(NAME, "fetch"), NAME).contains("ends in a hash"));
        assert!(error_for(&glue(), "fetch").contains("imports and exports none"));
        assert!(error_for(&glue().replace("snippets", "scripts"), NAME).contains("no script"));
        assert!(
            error_for(&glue().replace("debugString", "describe"), NAME).contains("debugString")
        );
    }
}
