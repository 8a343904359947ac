//! Builds the npm package from the WebAssembly, its glue and `www/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use regex::Regex;

use crate::wasm_build::{copy, recreate_dir};
use crate::wasm_size::{self, Pass};
use crate::{budget, integrity, licenses, locales, sbom, sh, tools, wasm_build};

/// Files that are copied from `www/`.
const COPIED: [&str; 10] = [
    "package.json",
    "README.md",
    "index.d.ts",
    "define.d.ts",
    "inline.d.ts",
    "cdn.d.ts",
    "react.d.ts",
    "vue.d.ts",
    "svelte.d.ts",
    "threepids.wasm.d.ts",
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
    let package = npm.join("package");
    let node = build_files(&npm.join("work"), &package, passes)?;
    for file in COPIED {
        copy(&sh::root().join("www").join(file), &package.join(file))?;
    }
    copy(&sh::root().join("LICENSE"), &package.join("LICENSE"))?;
    fs::write(package.join("THIRD-PARTY-LICENSES.txt"), licenses::collect_text()?)?;
    sbom::write(&package)?;
    manifest(&node, &package)?;
    integrity::write(&package)?;
    pack(&package)
}

/// Builds the files that a page may load: module, scripts and tables of
/// messages. Returns the folder `node_modules` with the tools.
fn build_files(work: &Path, package: &Path, passes: &[Pass]) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let wasm = wasm_build::compile("matrix-threepids", "matrix_threepids", wasm_build::profile())?;
    recreate_dir(work)?;
    wasm_build::run_wasm_bindgen(&wasm, &work.join("glue"))?;
    wasm_build::copy_www(work)?;

    recreate_dir(package)?;
    let wasm = package.join("threepids.wasm");
    wasm_size::shrink(&node, &work.join("glue"), &wasm, passes)?;
    deflate(&wasm, &work.join("glue/threepids.deflate"))?;
    locales::write_tables(&package.join("locales"))?;
    locales::write_json(&package.join("locales"))?;
    bundle(&node, work, package)?;
    Ok(node)
}

/// Bundles the JavaScript files of the package. `index.js`, `inline.js` and
/// `cdn.js` contain the classes and the glue.
fn bundle(node: &Path, work: &Path, package: &Path) -> Result<()> {
    let hashes = serde_json::to_string(&integrity::hash_data_files(package)?)?;
    // Only pages that need these files load them. `cdn.js` contains them, because its
    // hash covers only itself. `inline.js` contains them, because it loads nothing.
    let [identity, phones] = ["--external:./identity.js", "--external:./phones.js"];
    let index = &["--external:./index.js"];
    for (entry, external) in [
        ("index.js", &[identity, phones][..]),
        ("identity.js", &[]),
        ("phones.js", &[]),
        ("inline.js", &[]),
        ("cdn.js", &[]),
        ("define.js", index),
        ("react.js", index),
    ] {
        let mut esbuild = Command::new(node.join(".bin/esbuild"));
        esbuild
            .current_dir(work)
            .args(["--bundle", "--format=esm", "--target=es2022", "--minify"])
            .args(["--legal-comments=none", "--loader:.deflate=base64", "--external:react"])
            .args(["--external:./locales/*", entry])
            .args(external)
            .arg(format!("--define:INTEGRITY={hashes}"))
            .arg(format!("--outfile={}", package.join(entry).display()));
        sh::run_quietly(&mut esbuild)?;
        let text = fs::read_to_string(package.join(entry))?;
        fs::write(package.join(entry), list_own_members_only(&text)?)?;
    }
    Ok(())
}

/// Changes how esbuild lists the members of a namespace. Its `for … in` also
/// lists members that a page has added to `Object.prototype`.
fn list_own_members_only(text: &str) -> Result<String> {
    let listed = Regex::new(r"for\(var (\w+) in (\w+)\)([\w$]+)\((\w+),(\w+),\{get:")?;
    let own = "for(var $1 of Object.keys($2))$3($4,$5,{__proto__:null,get:";
    Ok(listed.replace_all(text, own).into_owned())
}

/// Compresses a file for `DecompressionStream("deflate-raw")`.
fn deflate(from: &Path, to: &Path) -> Result<()> {
    let mut encoder = DeflateEncoder::new(fs::File::create(to)?, Compression::best());
    std::io::copy(&mut fs::File::open(from)?, &mut encoder)?;
    encoder.finish()?;
    Ok(())
}

/// Writes `custom-elements.json` from the doc comments of the types.
fn manifest(node: &Path, package: &Path) -> Result<()> {
    let script = sh::root().join("xtask/manifest.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(node).arg(sh::root().join("www/index.d.ts"));
    sh::run_quietly(command.arg(package.join("custom-elements.json")))
}

fn pack(package: &Path) -> Result<()> {
    println!("Packing");
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination", ".."]).current_dir(package);
    sh::run_quietly(&mut pack)
}

#[cfg(test)]
mod tests {
    use super::{Options, list_own_members_only};
    use crate::wasm_size::Pass;

    #[test]
    fn passes_can_be_left_out() {
        let all = Options { passes: Pass::ALL.to_vec(), has_pass_sizes: false };
        assert_eq!(Options::read(&[]).expect("all passes"), all);
        let one = ["--without", "strip-data", "--pass-sizes", "--without", "shorten-names"];
        let one = Options::read(&one).expect("one pass");
        let wanted = Options { passes: vec![Pass::ReorderFunctions], has_pass_sizes: true };
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

    #[test]
    fn namespaces_have_their_own_members_only() {
        let bundled = "var ce=(r,e)=>{for(var t in e)$t(r,t,{get:e[t],enumerable:!0})};";
        let wanted = "var ce=(r,e)=>{for(var t of Object.keys(e))$t(r,t,\
            {__proto__:null,get:e[t],enumerable:!0})};";
        assert_eq!(list_own_members_only(bundled).expect("the pattern is valid"), wanted);
    }
}
