//! Post-processing of the linked WebAssembly: passes that make it smaller.
//!
//! [`shrink`] runs the passes before and after wasm-opt. A pass that finds
//! nothing to do returns an error: the compiler or wasm-bindgen then writes
//! something that the pass no longer recognizes, and its bytes would come back
//! without a warning. `cargo xtask package --without <pass>` leaves a pass out,
//! and `--pass-sizes` prints the bytes that each one saves.

mod reorder_functions;
mod shorten_names;
mod shorten_panics;
mod strip_data;
mod wasm_opt;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walrus::Module;

use crate::wasm_build;

/// A pass of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Shortens the names by which the module and its glue call each other.
    ShortenNames,
    /// Removes the arguments of panics, and the code that formats messages.
    ShortenPanics,
    /// Removes panic messages, panic locations, and blanks of the style sheet.
    StripData,
    /// Sorts the functions so that similar ones are adjacent.
    ReorderFunctions,
}

impl Pass {
    /// Every pass, in the order in which [`shrink`] runs them.
    pub const ALL: [Pass; 4] =
        [Pass::ShortenNames, Pass::ShortenPanics, Pass::StripData, Pass::ReorderFunctions];

    /// Name of the pass on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Pass::ShortenNames => "shorten-names",
            Pass::ShortenPanics => "shorten-panics",
            Pass::StripData => "strip-data",
            Pass::ReorderFunctions => "reorder-functions",
        }
    }

    /// Finds a pass by its name.
    ///
    /// # Errors
    ///
    /// When no pass has this name.
    pub fn parse(name: &str) -> Result<Pass> {
        match Pass::ALL.into_iter().find(|pass| pass.name() == name) {
            Some(pass) => Ok(pass),
            None => {
                bail!(
                    "{name} is not a pass; the passes are {}",
                    Pass::ALL.map(Pass::name).join(", ")
                )
            }
        }
    }

    /// Adds to an error how to build without this pass.
    fn explain<T>(self, result: Result<T>) -> Result<T> {
        let name = self.name();
        result.with_context(|| {
            format!("pass {name} (`cargo xtask package --without {name}` builds without it)")
        })
    }
}

/// Contents of a module that passes look for.
pub struct Contents {
    /// Style sheets that are compiled in.
    styles: &'static [&'static str],
    /// Number of panic locations that the module has at least.
    min_locations: usize,
    /// Number of known panic messages that the module has at least.
    min_messages: usize,
    /// True if the module imports functions of our own scripts as they are, and not
    /// only through functions of the glue.
    imports_scripts: bool,
}

/// Contents of the elements. The numbers are half of those of 2026-11-30.
pub const ELEMENTS: Contents = Contents {
    styles: &["src/ui/style.css", "src/ui/late_style.css"],
    min_locations: 90,
    min_messages: 25,
    imports_scripts: true,
};

/// Contents of the account page without the elements.
pub const ACCOUNT_PAGE: Contents =
    Contents { styles: &[], min_locations: 50, min_messages: 15, imports_scripts: false };

/// Line between two scripts, while they are changed together.
const BETWEEN: &str = "\n// ---\n";

/// Second file of a module that was split.
pub struct LateModule {
    /// Output of the split.
    pub from: PathBuf,
    /// File to write.
    pub to: PathBuf,
    /// Script with the functions that only this file calls.
    pub script: PathBuf,
}

/// Writes the smallest module that does the same to `to`. `glue` is the folder
/// with the output of wasm-bindgen; names are shortened in its script, too, and
/// in the second file. A quick build only copies the modules.
///
/// # Errors
///
/// When a pass finds nothing to do, or wasm-opt fails.
pub fn shrink(
    node_modules: &Path,
    glue: &Path,
    to: &Path,
    late: Option<&LateModule>,
    contents: &Contents,
    passes: &[Pass],
) -> Result<()> {
    let bound = glue.join("threepids_bg.wasm");
    if wasm_build::is_quick() {
        late.map_or(Ok(()), |late| wasm_build::copy(&late.from, &late.to))?;
        return wasm_build::copy(&bound, to);
    }
    println!("Optimizing");
    let mut module = Module::from_file(&bound)?;
    let mut late_module = late.map(|late| Module::from_file(&late.from)).transpose()?;
    if passes.contains(&Pass::ShortenNames) {
        let mut scripts = vec![glue.join("threepids.js")];
        scripts.extend(late.map(|late| late.script.clone()));
        let texts = scripts.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
        let text = shorten_names::shorten_names(
            &texts.join(BETWEEN),
            &mut module,
            late_module.as_mut(),
            contents,
        );
        let text = Pass::ShortenNames.explain(text)?;
        for (script, text) in scripts.iter().zip(text.split(BETWEEN)) {
            fs::write(script, text)?;
        }
    }
    if passes.contains(&Pass::ShortenPanics) {
        let shortened = shorten_panics::shorten_panics(&mut module, late_module.as_mut());
        Pass::ShortenPanics.explain(shortened)?;
    }
    if passes.contains(&Pass::StripData) {
        let esbuild = node_modules.join(".bin/esbuild");
        let mut modules: Vec<&mut Module> = vec![&mut module];
        modules.extend(late_module.as_mut());
        let stripped = strip_data::strip_data(&mut modules, &esbuild, contents);
        Pass::StripData.explain(stripped)?;
    }
    module.emit_wasm_file(&bound)?;
    optimize(node_modules, &bound, to, passes)?;
    if let (Some(late), Some(mut module)) = (late, late_module) {
        let from = late.from.with_extension("named.wasm");
        module.emit_wasm_file(&from)?;
        optimize(node_modules, &from, &late.to, passes)?;
    }
    Ok(())
}

/// Runs wasm-opt and the pass that reorders functions.
fn optimize(node_modules: &Path, from: &Path, to: &Path, passes: &[Pass]) -> Result<()> {
    wasm_opt::optimize(node_modules, from, to)?;
    let is_sorted = passes.contains(&Pass::ReorderFunctions);
    if is_sorted {
        let named =
            Pass::ReorderFunctions.explain(reorder_functions::write_sort_names(&fs::read(to)?))?;
        fs::write(to, named)?;
    }
    wasm_opt::strip_sections(node_modules, to, is_sorted)
}

#[cfg(test)]
mod tests {
    use super::Pass;

    #[test]
    fn a_pass_is_found_by_its_name() {
        for pass in Pass::ALL {
            assert_eq!(Pass::parse(pass.name()).expect("a pass has this name"), pass);
        }
        let error = Pass::parse("names").expect_err("no pass has this name").to_string();
        assert!(error.contains("names is not a pass"), "{error}");
        assert!(
            error.contains("shorten-names, shorten-panics, strip-data, reorder-functions"),
            "{error}"
        );
    }

    #[test]
    fn the_error_of_a_pass_says_how_to_build_without_it() {
        let error = Pass::StripData.explain::<()>(Err(anyhow::anyhow!("nothing to do")));
        let error = format!("{:#}", error.expect_err("the result is an error"));
        assert!(error.contains("--without strip-data"), "{error}");
        assert!(error.ends_with("nothing to do"), "{error}");
    }
}
