//! Panics without messages: they call the panic hook's function, and trap.
//!
//! The hook displays neither message nor location. So the functions of the
//! standard library that panic need no arguments, and the code that formats
//! messages is never needed. wasm-opt then removes the arguments from all calls.

use anyhow::{Context, Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ValType};

/// Function that informs JavaScript, in `src/element/panic.rs`.
const REPORT: &str = "matrix_threepids7element5panic6report";
/// Name under which the second file imports [`REPORT`].
const EXPORT: &str = "$p";
/// Module name of the imports of the second file.
const SHARED: &str = "__wasm_split";

/// Parts of the names of functions that only panic.
const PANICS: [&str; 16] = [
    "4core9panicking",
    "4core6option13expect_failed",
    "4core6option13unwrap_failed",
    "4core6result13unwrap_failed",
    "4core4cell22panic_already_borrowed",
    "4core4cell30panic_already_mutably_borrowed",
    "4core4cell4lazy14panic_poisoned",
    "16slice_index_fail",
    "17len_mismatch_fail",
    "18panic_access_error",
    "5alloc7raw_vec12handle_error",
    "5alloc7raw_vec17capacity_overflow",
    "5alloc5alloc18handle_alloc_error",
    "5alloc8rust_oom",
    "9panicking13panic_handler0",
    "9panicking15panic_with_hook",
];

/// Parts of the names of functions that only format messages of panics.
const FORMATS: [&str; 3] = ["4core3fmt", "core..fmt..", "FormatStringPayload"];

/// Functions of each kind that a module has at least: half of today's number.
const MIN_PANICS: usize = 8;
const MIN_FORMATS: usize = 8;

/// Shortens the panics of a module, and of the second file if the module was
/// split.
///
/// # Errors
///
/// When a module has no function that reports panics, or fewer functions to
/// shorten than expected.
pub fn shorten_panics(module: &mut Module, late: Option<&mut Module>) -> Result<()> {
    let report = find(module, &[REPORT]).first().copied();
    let report = report.context("src/element/panic.rs has no function `report`")?;
    let panics = find(module, &PANICS);
    let formats = find(module, &FORMATS);
    ensure!(
        panics.len() >= MIN_PANICS && formats.len() >= MIN_FORMATS,
        "the module has {} functions that panic and {} that format, but at least {MIN_PANICS} and \
         {MIN_FORMATS} are expected; compare the names in xtask/src/wasm_size/shorten_panics.rs",
        panics.len(),
        formats.len()
    );
    for function in panics {
        replace(module, function, Some(report));
    }
    for function in formats {
        replace(module, function, None);
    }
    let Some(late) = late else { return Ok(()) };
    module.exports.add(EXPORT, report);
    let of_type = late.types.add(&[], &[]);
    let (report, _) = late.add_import_func(SHARED, EXPORT, of_type);
    let panics = find(late, &PANICS);
    ensure!(!panics.is_empty(), "the second file has no function that panics");
    for function in panics {
        replace(late, function, Some(report));
    }
    Ok(())
}

/// Finds the functions of the module whose names have one of these parts.
fn find(module: &Module, parts: &[&str]) -> Vec<FunctionId> {
    let has_part = |name: &str| parts.iter().any(|part| name.contains(part));
    let functions = module.funcs.iter_local().map(|(id, _)| id);
    functions.filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(has_part)).collect()
}

/// Replaces the body of a function: it calls `report`, if there is one, and traps.
fn replace(module: &mut Module, function: FunctionId, report: Option<FunctionId>) {
    let of_type = module.types.get(module.funcs.get(function).ty());
    let (parameters, results) = (of_type.params().to_vec(), of_type.results().to_vec());
    let locals = parameters.iter().map(|kind: &ValType| module.locals.add(*kind)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    let mut body = builder.func_body();
    if let Some(report) = report {
        body.call(report);
    }
    body.unreachable();
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(locals));
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ValType};

    use super::{EXPORT, FORMATS, PANICS, REPORT, SHARED, shorten_panics};

    fn add(module: &mut Module, name: &str) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
        builder.func_body().i32_const(7);
        let parameter = module.locals.add(ValType::I32);
        let function = builder.finish(vec![parameter], &mut module.funcs);
        module.funcs.get_mut(function).name = Some(name.to_owned());
        function
    }

    /// A module with a function of each name, and one of another name.
    fn module() -> (Module, FunctionId) {
        let mut module = Module::default();
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body();
        let report = builder.finish(Vec::new(), &mut module.funcs);
        module.funcs.get_mut(report).name = Some(format!("_ZN{REPORT}17h0E"));
        for name in PANICS {
            add(&mut module, name);
        }
        for number in 0..10 {
            add(&mut module, &format!("{}{number}", FORMATS[0]));
        }
        let other = add(&mut module, "matrix_threepids5model5Model6update");
        (module, other)
    }

    fn instructions(module: &Module, function: FunctionId) -> usize {
        match &module.funcs.get(function).kind {
            FunctionKind::Local(local) => local.block(local.entry_block()).instrs.len(),
            FunctionKind::Import(_) | FunctionKind::Uninitialized(_) => 0,
        }
    }

    #[test]
    fn functions_that_panic_call_the_report_and_others_stay() {
        let (mut first, other) = module();
        let mut late = Module::default();
        let panic = add(&mut late, &format!("{} indirect_call_shim", PANICS[0]));
        shorten_panics(&mut first, Some(&mut late)).expect("there are panics");
        // The call, and the trap.
        assert_eq!(instructions(&late, panic), 2);
        assert_eq!(instructions(&first, other), 1);
        let import = late.imports.iter().next().expect("the second file imports the report");
        assert_eq!((&*import.module, &*import.name), (SHARED, EXPORT));
        assert!(first.exports.iter().any(|export| export.name == EXPORT));
    }

    #[test]
    fn a_module_without_panics_is_an_error() {
        let error = shorten_panics(&mut Module::default(), None).expect_err("it has no function");
        assert!(error.to_string().contains("no function `report`"), "{error}");
        let mut module = Module::default();
        add(&mut module, REPORT);
        let error = shorten_panics(&mut module, None).expect_err("it has no panics").to_string();
        assert!(error.contains("has 0 functions that panic and 0 that format"), "{error}");
    }
}
