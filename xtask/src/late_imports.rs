//! JavaScript functions that only the second WebAssembly file calls.
//!
//! The split leaves all imported functions in the first file: the second one calls
//! them through the table. So the glue of the first file would have the code of
//! all of them. [`move_late_imports`] moves the code of those that nothing but the
//! table has into a module that is loaded with the second file. In their place, the
//! glue has functions that call this module.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use regex::Regex;
use walrus::ir::{Call, RefFunc, Visitor, dfs_in_order};
use walrus::{ElementItems, ExportItem, FunctionId, ImportKind, Module};

use crate::short_glue;

/// Module name of the imports that the glue implements.
const MODULE: &str = "./threepids_bg.js";
/// End of the names of functions that the split writes, so that the second file can
/// call an import through the table.
const SPLIT_SHIM: &str = " local_shim";
/// End of the names of functions by which wasm-bindgen passes objects to imports.
const EXTERNREF_SHIM: &str = " externref shim";
/// Variables of the glue that change.
const VARIABLES: [&str; 2] = ["wasm", "WASM_VECTOR_LEN"];
/// Imports that only the second file calls at least: half of today's number.
const MIN_IMPORTS: usize = 20;

/// Beginning and end of the imports in the glue.
const START: &str =
    "function __wbg_get_imports() {\n    const import0 = {\n        __proto__: null,\n";
const END: &str = "\n    };\n    return {\n";

/// Declaration of the function that the glue gets.
pub const DECLARATION: &str = "export function setLateImports(create: unknown): void;\n";

/// Scripts that import JavaScript for WebAssembly.
#[derive(Debug)]
pub struct Scripts {
    /// Glue of the first file.
    pub glue: String,
    /// Module that is loaded with the second file: `www/late-imports.ts`.
    pub late: String,
}

/// Moves the code that only the second file calls out of the glue. `module` is the
/// first file.
///
/// # Errors
///
/// When the glue is not as expected, or hardly any code can be moved: another
/// version of wasm-bindgen generated it.
pub fn move_late_imports(glue: &str, module: &Module) -> Result<Scripts> {
    let late = find_late_imports(module);
    ensure!(
        late.len() >= MIN_IMPORTS,
        "only the second file calls {} imports, but at least {MIN_IMPORTS} are expected",
        late.len()
    );
    split_glue(&short_glue::shorten_glue(glue)?, &late)
}

/// Names of the imports that only the second file calls.
fn find_late_imports(module: &Module) -> BTreeSet<String> {
    let uses = Uses::new(module);
    let of_glue = module.imports.iter().filter(|import| import.module == MODULE);
    let late = of_glue.filter(|import| match import.kind {
        ImportKind::Function(function) => uses.is_late(module, function),
        ImportKind::Table(_)
        | ImportKind::Memory(_)
        | ImportKind::Global(_)
        | ImportKind::Tag(_) => false,
    });
    late.map(|import| import.name.clone()).collect()
}

/// Uses of the functions of a module.
struct Uses {
    /// Functions that call a function, or refer to it.
    callers: BTreeMap<FunctionId, BTreeSet<FunctionId>>,
    /// Functions that JavaScript calls.
    roots: BTreeSet<FunctionId>,
    in_table: BTreeSet<FunctionId>,
}

impl Uses {
    fn new(module: &Module) -> Uses {
        let mut callers: BTreeMap<FunctionId, BTreeSet<FunctionId>> = BTreeMap::new();
        for (caller, function) in module.funcs.iter_local() {
            let mut called = Called::default();
            dfs_in_order(&mut called, function, function.entry_block());
            for function in called.0 {
                callers.entry(function).or_default().insert(caller);
            }
        }
        let exported = module.exports.iter().filter_map(|export| as_function(export.item));
        let roots = exported.chain(module.start).collect();
        let lists = module.elements.iter().filter_map(|element| match &element.items {
            ElementItems::Functions(functions) => Some(functions),
            ElementItems::Expressions(..) => None,
        });
        Uses { callers, roots, in_table: lists.flatten().copied().collect() }
    }

    /// True if only the second file calls the function: all of its callers are
    /// functions of the split that only the table has, or of wasm-bindgen that only
    /// these call.
    fn is_late(&self, module: &Module, function: FunctionId) -> bool {
        let is_shim = |function: FunctionId, end: &str| {
            module.funcs.get(function).name.as_deref().is_some_and(|name| name.ends_with(end))
        };
        let is_late_caller = |caller: &FunctionId| {
            let has_callers = self.callers.contains_key(caller);
            match self.in_table.contains(caller) {
                true => {
                    is_shim(*caller, SPLIT_SHIM) && !has_callers && !self.roots.contains(caller)
                }
                false => is_shim(*caller, EXTERNREF_SHIM) && self.is_late(module, *caller),
            }
        };
        !self.roots.contains(&function)
            && !self.in_table.contains(&function)
            && self.callers.get(&function).is_some_and(|callers| callers.iter().all(is_late_caller))
    }
}

fn as_function(item: ExportItem) -> Option<FunctionId> {
    match item {
        ExportItem::Function(function) => Some(function),
        ExportItem::Table(_)
        | ExportItem::Memory(_)
        | ExportItem::Global(_)
        | ExportItem::Tag(_) => None,
    }
}

/// Functions that a function calls or refers to.
#[derive(Default)]
struct Called(BTreeSet<FunctionId>);

impl Visitor<'_> for Called {
    fn visit_call(&mut self, call: &Call) {
        self.0.insert(call.func);
    }

    fn visit_ref_func(&mut self, reference: &RefFunc) {
        self.0.insert(reference.func);
    }
}

/// Moves these imports out of the glue.
fn split_glue(glue: &str, late: &BTreeSet<String>) -> Result<Scripts> {
    let (head, rest) = glue.split_once(START).context("the glue has no imports")?;
    let (imports, tail) = rest.split_once(END).context("the imports of the glue have no end")?;
    let (mut first_imports, mut late_imports) = (Vec::new(), Vec::new());
    for (name, import) in split_imports(imports)? {
        let to = if late.contains(name) { &mut late_imports } else { &mut first_imports };
        to.push(import);
    }
    ensure!(
        late_imports.len() == late.len(),
        "the glue has {} of the {} functions that only the second file calls",
        late_imports.len(),
        late.len()
    );
    let late_imports = late_imports.concat();
    let shared = find_shared_functions(glue, &late_imports)?.join(", ");
    let getters = VARIABLES.map(|name| format!("get {name}() {{ return {name}; }}")).join(", ");
    let glue = format!(
        "{head}let lateImports;\n\
         /** Sets the functions that only the second file calls. */\n\
         export function setLateImports(create) {{\n    \
             lateImports = create({{ __proto__: null, {getters} }}, {shared});\n\
         }}\n\
         function __wbg_get_imports(module) {{\n    \
             const import0 = {{\n        __proto__: null,\n{}    }};\n    \
             for (const {{ name }} of WebAssembly.Module.imports(module)) {{\n        \
                 import0[name] ??= (...given) => lateImports[name](...given);\n    \
             }}\n    return {{\n{tail}",
        first_imports.concat()
    );
    let scripts = Regex::new(r"(?m)^import \{.* from '\./")?
        .replace_all(head, |found: &regex::Captures| [&found[0], "glue/"].concat());
    let scripts: String = scripts
        .lines()
        .filter(|line| line.starts_with("import {"))
        .map(|line| [line, "\n"].concat())
        .collect();
    let late = format!(
        "// @ts-nocheck\n{scripts}export const lateImports = (glue, {shared}) => ({{\n        \
         __proto__: null,\n{}}});\n",
        Regex::new(&format!(r"\b({})\b", VARIABLES.join("|")))?
            .replace_all(&late_imports, "glue.$1")
    );
    Ok(Scripts { glue, late })
}

/// Splits the imports of the glue into names and code.
fn split_imports(imports: &str) -> Result<Vec<(&str, &str)>> {
    let name = Regex::new(r"(?m)^        ([\w$]+): function")?;
    let starts: Vec<(&str, usize)> = name
        .captures_iter(imports)
        .filter_map(|found| {
            let at = found.get(0)?.start();
            Some((found.extract::<1>().1[0], at))
        })
        .collect();
    ensure!(starts.first().is_some_and(|(_, at)| *at == 0), "the imports begin with no function");
    let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([imports.len()]);
    Ok(starts.iter().zip(ends).map(|((name, at), end)| (*name, &imports[*at..end])).collect())
}

/// Functions of the glue that the imports call.
fn find_shared_functions<'a>(glue: &'a str, imports: &str) -> Result<Vec<&'a str>> {
    let words: BTreeSet<&str> =
        Regex::new(r"[\w$]+")?.find_iter(imports).map(|found| found.as_str()).collect();
    let functions = Regex::new(r"(?m)^function ([\w$]+)")?;
    let names = functions.captures_iter(glue).map(|found| found.extract::<1>().1[0]);
    Ok(names.filter(|name| words.contains(name)).collect())
}

#[cfg(test)]
mod tests {
    use walrus::{
        ConstExpr, ElementItems, ElementKind, FunctionBuilder, FunctionId, Module, RefType,
        ir::Value,
    };

    use super::*;

    const GLUE: &str = "import { parse } from './snippets/text.js';\n\
        import * as import1 from \"./snippets/rows.js\"\n\
        function __wbg_get_imports() {\n    const import0 = {\n        __proto__: null,\n        \
        first: function(arg0) {\n            return arg0;\n        },\n        \
        late: function() { return handleError(function (arg0) {\n            \
        parse(arg0, wasm.malloc, WASM_VECTOR_LEN);\n        }, arguments); },\n    };\n    \
        return {\n        \"./threepids_bg.js\": import0,\n    };\n}\n\
        function handleError(f, args) {\n}\nfunction isLikeNone(x) {\n}\n\
        export { __wbg_init as default };\n";

    /// Adds a function that calls another one.
    fn add_caller(module: &mut Module, name: &str, of: FunctionId) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body().call(of);
        let function = builder.finish(Vec::new(), &mut module.funcs);
        module.funcs.get_mut(function).name = Some(name.to_owned());
        function
    }

    /// Adds a table with these functions.
    fn add_table(module: &mut Module, functions: Vec<FunctionId>) {
        let table = module.tables.add_local(false, 9, None, RefType::FUNCREF);
        let offset = ConstExpr::Value(Value::I32(1));
        let kind = ElementKind::Active { table, offset };
        module.elements.add(kind, ElementItems::Functions(functions));
    }

    #[test]
    fn imports_that_only_functions_of_the_split_call_are_late() {
        let mut module = Module::default();
        let of_type = module.types.add(&[], &[]);
        let names = ["direct", "object", "called", "pointer", "of both"];
        let [direct, object, called, pointer, of_both] =
            names.map(|name| module.add_import_func(MODULE, name, of_type).0);
        let direct = add_caller(&mut module, "direct local_shim", direct);
        let object = add_caller(&mut module, "object externref shim", object);
        let object = add_caller(&mut module, "object local_shim", object);
        let called = add_caller(&mut module, "caller", called);
        let first = add_caller(&mut module, "both externref shim", of_both);
        let of_both = add_caller(&mut module, "both local_shim", first);
        let other = add_caller(&mut module, "other", first);
        add_table(&mut module, vec![direct, object, called, pointer, of_both, other]);
        let late = find_late_imports(&module);
        assert_eq!(late.iter().collect::<Vec<_>>(), ["direct", "object"]);
    }

    #[test]
    fn a_late_import_is_moved_and_called_by_its_name() {
        let Scripts { glue, late } =
            split_glue(GLUE, &BTreeSet::from(["late".to_owned()])).expect("it has every part");
        assert!(
            glue.contains("first: function(arg0)") && !glue.contains("late: function"),
            "{glue}"
        );
        assert!(glue.contains("lateImports[name](...given)"), "{glue}");
        assert!(glue.contains("WASM_VECTOR_LEN; } }, handleError);"), "{glue}");
        assert!(glue.contains("\"./threepids_bg.js\": import0"), "{glue}");
        assert!(late.contains("from './glue/snippets/text.js';"), "{late}");
        assert!(!late.contains("rows.js"), "{late}");
        assert!(late.contains("(glue, handleError) => ({"), "{late}");
        assert!(late.contains("parse(arg0, glue.wasm.malloc, glue.WASM_VECTOR_LEN);"), "{late}");
    }

    #[test]
    fn other_glue_is_an_error() {
        let error = |glue: &str, late: &str| {
            let split = split_glue(glue, &BTreeSet::from([late.to_owned()]));
            split.expect_err("it is another glue").to_string()
        };
        assert!(error(GLUE, "missing").contains("0 of the 1 functions"));
        assert!(error("other", "late").contains("no imports"));
        let error = move_late_imports(GLUE, &Module::default()).expect_err("it has no imports");
        assert!(error.to_string().contains("calls 0 imports"), "{error}");
    }
}
