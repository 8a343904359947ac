//! Binaryen's wasm-opt.

use std::path::Path;

use anyhow::Result;

use crate::{sh, tools};

/// WebAssembly features that LLVM may use and every supported browser has.
/// `--all-features` would produce modules that browsers refuse.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Passes that make the code smaller, with what they save (brotli):
///
/// - `--converge`, `--flatten` and `--rereloop`: 0.8 KB. They repeat the passes
///   and rebuild the control flow.
/// - `--low-memory-unused`: 0.6 KB. The lowest 1 KB of memory is the far end of
///   the stack, so nothing is stored there.
/// - `--one-caller-inline-max-function-size`: 0.2 KB. If a large function with
///   one caller is inlined, similar functions are no longer found.
/// - Without `memory-packing`: 0.1 KB. Brotli needs less for zeros than for the
///   segments between which they are left out.
const WASM_OPT_PASSES: [&str; 10] = [
    "--one-caller-inline-max-function-size=20",
    "--low-memory-unused",
    "--precompute",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "--strip-debug",
    "--skip-pass=memory-packing",
];

/// Sorts functions by the names of [`super::reorder_functions`].
const WASM_OPT_SORT_PASSES: [&str; 1] = ["--reorder-functions-by-name"];

/// Removes sections that browsers do not need, such as the names.
const WASM_OPT_STRIP_PASSES: [&str; 3] =
    ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// Writes the optimized module to `to`.
pub fn optimize(node_modules: &Path, from: &Path, to: &Path) -> Result<()> {
    run(node_modules, &WASM_OPT_PASSES, from, to)
}

/// Removes sections that browsers do not need. If `is_sorted`, sorts the
/// functions by their names first.
pub fn strip_sections(node_modules: &Path, module: &Path, is_sorted: bool) -> Result<()> {
    let sort = if is_sorted { &WASM_OPT_SORT_PASSES[..] } else { &[] };
    run(node_modules, &[sort, &WASM_OPT_STRIP_PASSES].concat(), module, module)
}

fn run(node_modules: &Path, passes: &[&str], from: &Path, to: &Path) -> Result<()> {
    let mut wasm_opt = tools::wasm_opt(node_modules);
    wasm_opt.args(passes).args(WASM_FEATURES);
    sh::run_quietly(wasm_opt.arg(from).arg("-o").arg(to))
}
