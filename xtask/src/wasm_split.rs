//! Splits the linked WebAssembly in two files: what the first list needs, and the
//! rest. `src/element/split.rs` has the function at which it is split.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

/// The name of the split in `src/element/split.rs`.
const NAME: &str = "actions";

/// Linker flag that keeps the relocations, by which the split finds what each
/// function uses.
pub const LINK_ARGUMENT: &str = "-Clink-args=--emit-relocs";

/// The two files of a split.
pub struct SplitFiles {
    /// File that the first list needs. It has no glue yet.
    pub first: PathBuf,
    /// The rest. It imports functions and memory of the first one.
    pub late: PathBuf,
}

/// Splits a module that was linked with [`LINK_ARGUMENT`]. The files are in
/// `folder`.
///
/// # Errors
///
/// When the module does not have exactly one split of this name.
pub fn split(wasm: &Path, folder: &Path) -> Result<SplitFiles> {
    let bytes = fs::read(wasm)?;
    let first = folder.join("first.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &first;
    // The glue loads the second file, not the script that the library writes.
    options.main_module = "./threepids.js";
    let done = transform(options).map_err(|error| anyhow!("{error:?}"))?;
    let late = folder.join(format!("split_{NAME}.wasm"));
    ensure!(
        done.split_modules == [late.clone()],
        "the module is split into {:?}; src/element/split.rs must have one split `{NAME}`",
        done.split_modules
    );
    Ok(SplitFiles { first, late })
}
