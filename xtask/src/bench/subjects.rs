//! Subjects of the measurement: the package, its peers, and the package of
//! before. Peers are installed in `target/bench/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::options::Options;
use crate::{account_page, budget, built, npm, sh, tools, wasm_build};

/// Package of the peer: an element like ours, of another kind of server.
pub const PEER: &str = "@teamhanko/hanko-elements";
/// Version of the peer.
pub const PEER_VERSION: &str = "2.7.0";
/// Commit of the package of before: the last one that loads one WebAssembly
/// module, and draws all entries at once.
pub const BEFORE: &str = "65d2f5c659a752f474e0b6b7581a6916c6e24fe8";

/// Folders of everything that is measured.
pub struct Subjects {
    /// The npm package.
    pub package: PathBuf,
    /// The npm package of before.
    pub package_before: Option<PathBuf>,
    /// Subjects whose start and bytes are compared, and nothing else.
    pub others: Option<Others>,
}

/// Subjects whose start and bytes are compared, and nothing else.
pub struct Others {
    /// The account page.
    pub account_page: PathBuf,
    /// The account page of before.
    pub account_page_before: Option<PathBuf>,
    /// The peer's package.
    pub peer: PathBuf,
    /// A counter with Leptos.
    pub counter: PathBuf,
    /// Version of Leptos.
    pub leptos: String,
}

impl Subjects {
    /// Builds or installs them.
    pub fn build(options: &Options) -> Result<Subjects> {
        let folder = sh::target().join("bench");
        fs::create_dir_all(&folder)?;
        let before = options.has_before.then(|| build_before(&folder)).transpose()?;
        let has_others = options.has("sizes") || options.has("startup");
        let others = has_others.then(|| Others::build(&folder, before.as_deref())).transpose()?;
        let package = sh::target().join("npm/package");
        built::build_unless_same(&package, &built::PACKAGE_SOURCES, || npm::package().map(drop))?;
        Ok(Subjects {
            others,
            package,
            package_before: before.map(|target| target.join("npm/package")),
        })
    }

    /// Names and folders of the packages with our element.
    pub fn packages(&self) -> Vec<(&'static str, &Path)> {
        let before = self.package_before.as_deref().map(|folder| ("before", folder));
        [Some(("package", &*self.package)), before].into_iter().flatten().collect()
    }

    /// Links with which a page loads the files of the package at once.
    pub fn preload_links() -> String {
        let link = |name: &str| match name.ends_with(".js") {
            true => format!("<link rel=\"modulepreload\" href=\"./{name}\">"),
            false => format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"./{name}\">"),
        };
        budget::FIRST_LIST.iter().map(|name| link(name)).collect()
    }
}

impl Others {
    fn build(folder: &Path, before: Option<&Path>) -> Result<Others> {
        let leptos = read_locked_version("leptos")?;
        let page = sh::target().join("page");
        let sources = [&built::PACKAGE_SOURCES[..], &["index.html"]].concat();
        built::build_unless_same(&page, &sources, || account_page::build().map(drop))?;
        Ok(Others {
            peer: install_peer(folder)?,
            counter: build_counter(folder, &leptos)?,
            account_page: page,
            account_page_before: before.map(|target| target.join("page")),
            leptos,
        })
    }
}

/// Version of a crate in `Cargo.lock`.
fn read_locked_version(name: &str) -> Result<String> {
    let lock = fs::read_to_string(sh::root().join("Cargo.lock"))?;
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split_once(&entry).and_then(|(_, rest)| rest.split('"').next());
    version.map(str::to_owned).with_context(|| format!("Cargo.lock has no {name}"))
}

fn install_peer(folder: &Path) -> Result<PathBuf> {
    let folder = folder.join("peers");
    let package = folder.join("node_modules").join(PEER);
    let manifest = fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    if manifest["version"] != PEER_VERSION {
        println!("Installing {PEER} {PEER_VERSION}");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"]);
        sh::run_quietly(install.arg(format!("{PEER}@{PEER_VERSION}")).current_dir(&folder))?;
    }
    Ok(package.join("dist"))
}

/// Builds a counter with this version of Leptos, and no more of it than a page
/// needs that is rendered in the browser.
fn build_counter(folder: &Path, leptos: &str) -> Result<PathBuf> {
    let (crate_folder, page) = (folder.join("counter"), folder.join("counter-page"));
    let manifest = format!(
        "[package]\nname = \"counter\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\n\
         leptos = {{ version = \"={leptos}\", default-features = false, features = [\"csr\"] }}\n\
         wasm-bindgen = \"={}\"\n\n\
         [profile.release]\nopt-level = \"z\"\nlto = \"fat\"\ncodegen-units = 1\npanic = \"abort\"\n",
        read_locked_version("wasm-bindgen")?
    );
    let source = include_str!("pages/counter.rs");
    let same = |name: &str, text: &str| {
        fs::read_to_string(crate_folder.join(name)).is_ok_and(|before| before == text)
    };
    if page.join("counter.wasm").is_file()
        && same("Cargo.toml", &manifest)
        && same("src/lib.rs", source)
    {
        return Ok(page);
    }
    println!("Building a counter with Leptos {leptos}");
    tools::ensure_wasm_target()?;
    let node = tools::ensure_node_modules()?;
    fs::create_dir_all(crate_folder.join("src"))?;
    fs::write(crate_folder.join("src/lib.rs"), source)?;
    fs::write(crate_folder.join("Cargo.toml"), &manifest)?;
    // The same versions of everything else.
    wasm_build::copy(&sh::root().join("Cargo.lock"), &crate_folder.join("Cargo.lock"))?;
    let mut build = sh::cargo();
    build.current_dir(&crate_folder).env("CARGO_TARGET_DIR", folder.join("counter-target"));
    build.args(["build", "--quiet", "--release", "--target", "wasm32-unknown-unknown"]);
    sh::run(&mut build)?;
    let built = folder.join("counter-target/wasm32-unknown-unknown/release/counter.wasm");
    let work = folder.join("counter-work");
    wasm_build::recreate_dir(&work)?;
    wasm_build::run_wasm_bindgen(&built, &work)?;
    wasm_build::recreate_dir(&page)?;
    let mut optimize = tools::wasm_opt(&node);
    optimize.arg(work.join("threepids_bg.wasm")).args(["--all-features", "-Oz", "-o"]);
    sh::run_quietly(optimize.arg(page.join("counter.wasm")))?;
    let mut bundle = Command::new(node.join(".bin/esbuild"));
    bundle.args(["--bundle", "--format=esm", "--minify"]).arg(work.join("threepids.js"));
    sh::run_quietly(bundle.arg(format!("--outfile={}", page.join("counter.js").display())))?;
    Ok(page)
}

/// Builds package and account page of [`BEFORE`], with its own xtask. Returns its
/// target folder.
fn build_before(folder: &Path) -> Result<PathBuf> {
    let (sources, target) = (folder.join("before"), folder.join("before-target"));
    let done = target.join("bench-commit.txt");
    if fs::read_to_string(&done).is_ok_and(|commit| commit == BEFORE) {
        return Ok(target);
    }
    println!("Building the package of before ({BEFORE})");
    let archive = folder.join("before.tar");
    let mut git = Command::new("git");
    git.current_dir(sh::root()).args(["archive", "--format=tar", "-o"]).arg(&archive).arg(BEFORE);
    if sh::run_quietly(&mut git).is_err() {
        bail!("the repository has no commit {BEFORE}; --without-before leaves it out");
    }
    wasm_build::recreate_dir(&sources)?;
    sh::run_quietly(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&sources))?;
    tools::ensure_node_modules()?;
    fs::create_dir_all(target.join("tools"))?;
    let link = target.join("tools/node");
    if !link.exists() {
        std::os::unix::fs::symlink(sh::target().join("tools/node").canonicalize()?, link)?;
    }
    for command in ["package", "page"] {
        let mut xtask = sh::cargo();
        xtask.current_dir(&sources).env("CARGO_TARGET_DIR", &target).env_remove(sh::ROOT);
        xtask.args(["run", "--quiet", "--package", "xtask", "--", command]);
        sh::run_quietly(&mut xtask)?;
    }
    fs::write(done, BEFORE)?;
    Ok(target)
}
