//! The npm package: what is laid around the WebAssembly and its glue.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use regex::Regex;
use walrus::Module;

use crate::wasm_build::{copy, recreate_dir};
use crate::{budget, integrity, licenses, locales, sbom, sh, tools, wasm_build, wasm_size};

/// Written by hand, and copied as they are.
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

/// Makes `target/npm/package/` and the tarball beside it; its folder is given.
pub fn package() -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    let wasm = wasm_build::compile("matrix-threepids", "matrix_threepids", wasm_build::profile())?;
    let work = sh::target().join("npm/work");
    recreate_dir(&work)?;
    wasm_build::run_wasm_bindgen(&wasm, &work.join("glue"))?;
    let bound = work.join("glue/threepids_bg.wasm");
    if !wasm_build::is_quick() {
        let mut module = Module::from_file(&bound)?;
        wasm_size::shorten_names::shorten(&work.join("glue"), &mut module)?;
        wasm_size::strip_data::strip_panic_data(
            &mut module,
            &node.join(".bin/esbuild"),
            &sh::root().join("src/ui/style.css"),
        )?;
        module.emit_wasm_file(&bound)?;
    }
    wasm_build::copy_www(&work)?;

    let package = sh::target().join("npm/package");
    recreate_dir(&package)?;
    let wasm = package.join("threepids.wasm");
    wasm_build::optimize(&node, &bound, &wasm)?;
    deflate(&wasm, &work.join("glue/threepids.deflate"))?;
    locales::write_tables(&package.join("locales"))?;
    locales::write_json(&package.join("locales"))?;
    bundle(&node, &work, &package)?;
    for file in COPIED {
        copy(&sh::root().join("www").join(file), &package.join(file))?;
    }
    copy(&sh::root().join("LICENSE"), &package.join("LICENSE"))?;
    fs::write(package.join("THIRD-PARTY-LICENSES.txt"), licenses::collect_text()?)?;
    sbom::write(&package)?;
    manifest(&node, &package)?;
    integrity::write(&package)?;
    pack(&package)?;
    if !wasm_build::is_quick() {
        budget::check(&package)?;
    }
    Ok(package)
}

/// The JavaScript files of the package. `index.js` has class and glue in it;
/// so have `inline.js` and `cdn.js`, which are whole by themselves.
fn bundle(node: &Path, work: &Path, package: &Path) -> Result<()> {
    let hashes = serde_json::to_string(&integrity::hash_data_files(package)?)?;
    // What few pages want is loaded by those: the hash of `cdn.js` would not
    // answer for it, and `inline.js` loads nothing.
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

/// What esbuild makes of a namespace lists the members by `for … in`, and so
/// those, too, that a page has put on `Object.prototype`.
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

/// `custom-elements.json`, from the doc comments of the types.
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
    use super::list_own_members_only;

    #[test]
    fn namespaces_have_their_own_members_only() {
        let made = "var ce=(r,e)=>{for(var t in e)$t(r,t,{get:e[t],enumerable:!0})};";
        let wanted = "var ce=(r,e)=>{for(var t of Object.keys(e))$t(r,t,\
            {__proto__:null,get:e[t],enumerable:!0})};";
        assert_eq!(list_own_members_only(made).expect("the pattern is one"), wanted);
    }
}
