//! Builds the npm package from the WebAssembly, its glue and `www/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use walrus::Module;

use crate::wasm_build::{copy, recreate_dir};
use crate::wasm_size::{self, ELEMENTS, Pass};
use crate::{
    budget, integrity, javascript, late_imports, licenses, locales, package_page, sbom, sh, tools,
    wasm_build, wasm_split,
};

/// Files that are copied from `www/`.
const COPIED: [&str; 3] = ["package.json", "README.md", "threepids.wasm.d.ts"];

/// Files whose declarations are copied from `www/declarations/`.
const DECLARED: [&str; 7] = ["angular", "classic", "lit", "preact", "solid", "svelte", "vue"];

/// Packages that are not in a bundle, because the host application has them.
const PEERS: [&str; 9] = [
    "--external:@angular/core",
    "--external:lit",
    "--external:lit/directive.js",
    "--external:preact",
    "--external:preact/hooks",
    "--external:react",
    "--external:solid-js",
    "--external:svelte",
    "--external:vue",
];

/// `cargo xtask package [--without PASS]… [--pass-sizes]`
pub fn run(arguments: &[&str]) -> Result<()> {
    let Options { passes, has_pass_sizes } = Options::read(arguments)?;
    if passes == Pass::ALL {
        package()?;
    } else {
        // Not in target/npm/, where tests and releases find the whole package.
        let folder = sh::target().join("npm-without");
        build(&folder, &passes)?;
        budget::print(&folder.join("package"))?;
        println!("{}", folder.display());
    }
    if has_pass_sizes { print_pass_sizes(&passes) } else { Ok(()) }
}

/// Options of `cargo xtask package`.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    passes: Vec<Pass>,
    has_pass_sizes: bool,
}

impl Options {
    fn read(arguments: &[&str]) -> Result<Options> {
        let mut options = Options { passes: Pass::ALL.to_vec(), has_pass_sizes: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--pass-sizes" => options.has_pass_sizes = true,
                "--without" => {
                    let name = arguments.next().context("--without requires the name of a pass")?;
                    let without = Pass::parse(name)?;
                    options.passes.retain(|pass| *pass != without);
                }
                _ => bail!("cargo xtask package [--without PASS]… [--pass-sizes]"),
            }
        }
        Ok(options)
    }
}

/// Prints the brotli bytes that each pass saves: builds the files that a page
/// loads with all of these passes but one.
fn print_pass_sizes(passes: &[Pass]) -> Result<()> {
    let npm = sh::target().join("npm-pass-sizes");
    let (work, package) = (npm.join("work"), npm.join("package"));
    build_files(&work, &package, passes)?;
    let with_all = budget::measure(&package)?;
    println!("{:<20} {:>8} {:>8}", "brotli bytes", "without", "saved");
    for without in passes {
        let others: Vec<Pass> = passes.iter().copied().filter(|pass| pass != without).collect();
        build_files(&work, &package, &others)?;
        let size = budget::measure(&package)?;
        let saved = size.cast_signed() - with_all.cast_signed();
        println!("{:<20} {size:>8} {saved:>8}", without.name());
    }
    Ok(())
}

/// Folder of the package.
pub fn folder() -> PathBuf {
    sh::target().join("npm/package")
}

/// Builds `target/npm/package/` and the tarball next to it, and checks the
/// budget. Returns the folder of the package.
pub fn package() -> Result<PathBuf> {
    let npm = sh::target().join("npm");
    build(&npm, &Pass::ALL)?;
    let package = npm.join("package");
    if !wasm_build::is_quick() {
        budget::check(&package)?;
    }
    Ok(package)
}

/// Builds the package in `package/` of this folder, and the tarball.
fn build(npm: &Path, passes: &[Pass]) -> Result<()> {
    let (work, package) = (npm.join("work"), npm.join("package"));
    let node = build_files(&work, &package, passes)?;
    javascript::write_declarations(&node, &work, &package)?;
    for file in COPIED {
        copy(&sh::root().join("www").join(file), &package.join(file))?;
    }
    for name in DECLARED {
        let file = format!("{name}.d.ts");
        copy(&sh::root().join("www/declarations").join(&file), &package.join(file))?;
    }
    copy(&sh::root().join("LICENSE"), &package.join("LICENSE"))?;
    fs::write(package.join("THIRD-PARTY-LICENSES.txt"), licenses::collect_text()?)?;
    sbom::write(&package)?;
    javascript::write_manifest(&node, &work, &package)?;
    integrity::write(&package)?;
    package_page::complete(&package)?;
    pack(&package)
}

/// Builds the files that a page may load: module, scripts and tables of
/// messages. Returns the folder `node_modules` with the tools.
fn build_files(work: &Path, package: &Path, passes: &[Pass]) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let wasm = wasm_build::compile_elements()?;
    recreate_dir(work)?;
    let sources = javascript::copy_sources(work)?;
    let glue = sources.join("glue");
    let split = wasm_split::split(&wasm, &work.join("split"))?;
    wasm_build::run_wasm_bindgen(&split.first, &glue)?;
    recreate_dir(package)?;
    let [first, late] = ["threepids.wasm", "threepids-actions.wasm"].map(|name| package.join(name));
    let script = move_late_imports(&glue)?;
    let late_module = wasm_size::LateModule { from: split.late, to: late.clone(), script };
    wasm_size::shrink(&node, &glue, &first, Some(&late_module), &ELEMENTS, passes)?;
    javascript::link_snippets(work)?;
    deflate(&first, &glue.join("threepids.deflate"))?;
    deflate(&late, &glue.join("threepids-actions.deflate"))?;
    locales::write_tables(&package.join("locales"))?;
    locales::write_types(&package.join("locales"))?;
    locales::write_json(&package.join("locales"))?;
    locales::write_scripts(&package.join("classic"))?;
    bundle(&sources, package)?;
    Ok(node)
}

/// Moves what only the second file calls from the glue to `late-imports.ts`, and
/// returns the path of this file.
fn move_late_imports(glue: &Path) -> Result<PathBuf> {
    let script = glue.join("threepids.js");
    let module = Module::from_file(glue.join("threepids_bg.wasm"))?;
    let scripts = late_imports::move_late_imports(&fs::read_to_string(&script)?, &module)?;
    fs::write(&script, scripts.glue)?;
    let declarations = glue.join("threepids.d.ts");
    fs::write(&declarations, fs::read_to_string(&declarations)? + late_imports::DECLARATION)?;
    let late = glue.with_file_name("late-imports.ts");
    fs::write(&late, scripts.late)?;
    Ok(late)
}

/// Bundles the JavaScript files of the package. `index.js`, `define.js`, `inline.js`
/// and `cdn.js` contain the classes and the glue.
fn bundle(sources: &Path, package: &Path) -> Result<()> {
    let hashes = serde_json::to_string(&integrity::hash_data_files(package)?)?;
    // Only pages that need these files load them. `cdn.js` contains them, because its
    // hash covers only itself. `inline.js` contains them, because it loads nothing.
    let [actions, identity, languages, phones] = [
        "--external:./actions.js",
        "--external:./identity.js",
        "--external:./languages.js",
        "--external:./phones.js",
    ];
    let index = &["--external:./index.js"];
    // React's server components take the file as the client's.
    let react = ["--external:./index.js", "--banner:js=\"use client\";"];
    // Angular's linker finds declarations by their names, as they are written.
    let angular = ["--external:./index.js", "--minify=false", "--charset=utf8"];
    let integrity = format!("--define:INTEGRITY={hashes}");
    let lazy = &[actions, identity, languages, phones];
    // `index.ts` has an effect: it sets the sources. package.json says that it has
    // none, so that unused exports cost nothing.
    let whole = &[actions, identity, languages, phones, "--ignore-annotations"];
    for (entry, file, external) in [
        ("index", "index", &lazy[..]),
        ("actions", "actions", &[]),
        ("identity", "identity", &[]),
        ("languages", "languages", &[]),
        ("phones", "phones", &[]),
        ("inline", "inline", &[]),
        ("cdn", "cdn", &[]),
        ("define", "define", whole),
        ("define", "define-import", index),
        ("react", "react", &react),
        ("angular", "angular", &angular),
        ("lit", "lit", index),
        ("preact", "preact", index),
        ("solid", "solid", index),
        ("svelte", "svelte", index),
        ("vue", "vue", index),
        ("matrix-js-sdk", "matrix-js-sdk", index),
        ("testing", "testing", index),
    ] {
        let to = package.join(file).with_extension("js");
        let common = ["--loader:.deflate=base64", "--external:./locales/*", &integrity];
        let arguments = [&common[..], &PEERS, external].concat();
        javascript::bundle(sources, &format!("{entry}.ts"), &to, &arguments)?;
    }
    bundle_scripts(sources, package)
}

/// Bundles the files that are not modules: `classic.js` for pages, and the stand-ins
/// for test runners.
fn bundle_scripts(sources: &Path, package: &Path) -> Result<()> {
    let classic = [
        "--loader:.deflate=base64",
        "--external:./locales/*",
        "--format=iife",
        "--global-name=matrixThreepids",
        // `sideEffects` in package.json lists the published files, not the sources.
        "--ignore-annotations",
    ];
    javascript::bundle(sources, "classic.ts", &package.join("classic.js"), &classic)?;
    for (entry, to) in [("testing-cjs", "testing.cjs"), ("testing-react-cjs", "testing-react.cjs")]
    {
        let arguments =
            [&["--format=cjs", "--external:./testing.cjs", "--platform=node"], &PEERS[..]].concat();
        javascript::bundle(sources, &format!("{entry}.ts"), &package.join(to), &arguments)?;
    }
    Ok(())
}

/// Compresses a file for `DecompressionStream("deflate-raw")`.
fn deflate(from: &Path, to: &Path) -> Result<()> {
    let mut encoder = DeflateEncoder::new(fs::File::create(to)?, Compression::best());
    std::io::copy(&mut fs::File::open(from)?, &mut encoder)?;
    encoder.finish()?;
    Ok(())
}

fn pack(package: &Path) -> Result<()> {
    println!("Packing");
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination", ".."]).current_dir(package);
    sh::run_quietly(&mut pack)
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::wasm_size::Pass;

    #[test]
    fn passes_can_be_left_out() {
        let all = Options { passes: Pass::ALL.to_vec(), has_pass_sizes: false };
        assert_eq!(Options::read(&[]).expect("all passes"), all);
        let one = ["--without", "strip-data", "--pass-sizes", "--without", "shorten-names"];
        let one = Options::read(&one).expect("one pass");
        let passes = vec![Pass::ShortenPanics, Pass::ReorderFunctions];
        let wanted = Options { passes, has_pass_sizes: true };
        assert_eq!(one, wanted);
        for (arguments, error) in [
            (&["--without"][..], "--without requires the name of a pass"),
            (&["--without", "all"], "all is not a pass"),
            (&["--fast"], "cargo xtask package"),
        ] {
            let message = Options::read(arguments).expect_err(error).to_string();
            assert!(message.contains(error), "{message}");
        }
    }
}
