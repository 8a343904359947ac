//! The TypeScript of `www/`: bundles, declarations, the manifest, and lints.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::json;

use crate::{locales, sh, tools, wasm_build};

/// Folders of `www/` that need the frameworks' own types.
const DECLARATIONS: [&str; 1] = ["declarations"];

/// Files that the bundles load when a page needs them.
pub const LAZY: [&str; 4] = ["actions", "identity", "languages", "phones"];

/// Copies the sources to `www/` in a work folder. The glue is generated there.
pub fn copy_sources(work: &Path) -> Result<PathBuf> {
    let sources = work.join("www");
    wasm_build::copy_all(&sh::root().join("www"), &sources)?;
    locales::write_tables(&sources.join("locales"))?;
    locales::write_types(&sources.join("locales"))?;
    locales::write_lists(&sources)?;
    Ok(sources)
}

/// Links `src/` to the scripts of the glue. Modules of `www/` import these
/// scripts, too, and a bundle with both must have them once.
pub fn link_snippets(work: &Path) -> Result<()> {
    let mut folders = fs::read_dir(work.join("www/glue/snippets"))?;
    let folder = folders.next().context("the glue has no scripts")??.path();
    symlink(folder.join("src"), work.join("src")).context("src")
}

/// Bundles a module into one file.
pub fn bundle(sources: &Path, entry: &str, to: &Path, arguments: &[&str]) -> Result<()> {
    let mut esbuild = Command::new(tools::ensure_node_modules()?.join(".bin/esbuild"));
    esbuild
        .current_dir(sources)
        .args(["--bundle", "--format=esm", "--target=es2022", "--minify", "--legal-comments=none"])
        .arg(entry)
        .args(arguments)
        .arg(format!("--outfile={}", to.display()));
    sh::run_quietly(&mut esbuild)?;
    // Tools recognize the exports of CommonJS by the code of esbuild.
    if arguments.contains(&"--format=cjs") {
        return Ok(());
    }
    let text = list_own_members_only(&fs::read_to_string(to)?)?;
    fs::write(to, mark_dynamic_imports(&text)).context("the bundle")
}

/// esbuild removes the comments by which bundlers of host applications leave an
/// import alone whose URL is known only when it runs. Turbopack fails without.
fn mark_dynamic_imports(text: &str) -> String {
    text.replace("import(`", "import(/*webpackIgnore:true*//*@vite-ignore*/`")
}

/// Bundles a module that loads the lazy files, and these, into a folder.
pub fn bundle_with_lazy(entry: &str, folder: &Path, arguments: &[&str]) -> Result<()> {
    let work = sh::target().join("bundle-work");
    wasm_build::recreate_dir(&work)?;
    let sources = copy_sources(&work)?;
    // Modules of `www/` import its scripts.
    symlink(sh::root().join("src"), work.join("src")).context("src")?;
    let name = Path::new(entry).file_stem().context("a module has a name")?;
    let to = folder.join(name).with_extension("js");
    let external = LAZY.map(|name| format!("--external:./{name}.js"));
    let external: Vec<&str> =
        external.iter().map(String::as_str).chain(["--external:./locales/*"]).collect();
    bundle(&sources, entry, &to, &[&external, arguments].concat())?;
    for name in LAZY {
        let to = folder.join(name).with_extension("js");
        bundle(&sources, &format!("{name}.ts"), &to, &["--external:./locales/*"])?;
    }
    Ok(())
}

/// esbuild's code for a namespace lists the members by `for … in`, and so those,
/// too, that a page has put on `Object.prototype`.
fn list_own_members_only(text: &str) -> Result<String> {
    let listed = Regex::new(r"for\(var (\w+) in (\w+)\)([\w$]+)\((\w+),(\w+),\{get:")?;
    let own = "for(var $1 of Object.keys($2))$3($4,$5,{__proto__:null,get:";
    Ok(listed.replace_all(text, own).into_owned())
}

/// Writes the declarations of each entry into the package. This checks the types
/// again, with the declarations of the generated glue.
pub fn write_declarations(node: &Path, work: &Path, package: &Path) -> Result<()> {
    let emitted = work.join("types");
    let configuration = json!({
        "extends": "./www/tsconfig.json",
        "compilerOptions": {
            "noEmit": false,
            "declaration": true,
            "emitDeclarationOnly": true,
            // Lints check these.
            "skipLibCheck": true,
            "outDir": emitted,
            "rootDir": work,
            "rootDirs": [],
            "paths": framework_paths(node),
        },
        "include": ["www/**/*.ts"],
        "exclude": DECLARATIONS.map(|folder| format!("www/{folder}")),
    });
    let project = work.join("tsconfig.json");
    fs::write(&project, configuration.to_string())?;
    sh::run_quietly(Command::new(node.join(".bin/tsc")).arg("-p").arg(&project))?;
    let mut combine = Command::new("node");
    combine.arg(sh::root().join("xtask/types.mjs")).arg(node).arg(emitted.join("www")).arg(package);
    sh::run_quietly(&mut combine)
}

/// Types of the frameworks, for `paths` of TypeScript.
fn framework_paths(node: &Path) -> serde_json::Value {
    json!({
        "react": [node.join("@types/react")],
        "vue": [node.join("vue")],
    })
}

/// Writes `custom-elements.json`, from the doc comments of the sources, and what
/// editors and language models read in its place.
pub fn write_manifest(node: &Path, work: &Path, package: &Path) -> Result<()> {
    let mut analyzer = Command::new(node.join(".bin/cem"));
    analyzer
        .current_dir(work.join("www"))
        .args(["analyze", "--quiet", "--outdir", "../manifest", "--config"])
        .arg(sh::root().join("xtask/custom-elements.mjs"));
    sh::run_quietly(&mut analyzer)?;
    let name = "custom-elements.json";
    wasm_build::copy(&work.join("manifest").join(name), &package.join(name))?;
    let mut derive = Command::new("node");
    sh::run_quietly(derive.arg(sh::root().join("xtask/editor-data.mjs")).arg(package))
}

/// The command that checks the types of `www/` and of the scripts in `src/`.
pub fn type_check_command() -> Result<Command> {
    let node = tools::ensure_node_modules()?;
    let folder = sh::target().join("typescript");
    locales::write_types(&folder.join("locales"))?;
    let sources = sh::root().join("www");
    let configuration = json!({
        "extends": sources.join("tsconfig.json"),
        "compilerOptions": { "rootDirs": [sources, folder], "paths": framework_paths(&node) },
        "include": [sources.join("**/*.ts"), sh::root().join("src/**/*.js")],
        "exclude": DECLARATIONS.map(|folder| sources.join(folder)),
    });
    let project = folder.join("tsconfig.json");
    fs::write(&project, configuration.to_string())?;
    let mut tsc = Command::new(node.join(".bin/tsc"));
    tsc.arg("-p").arg(project);
    Ok(tsc)
}

/// The command that checks the format and the lints of all JavaScript.
pub fn lint_command() -> Result<Command> {
    let mut biome = Command::new(tools::ensure_node_modules()?.join(".bin/biome"));
    biome.current_dir(sh::root()).args(["check", "--error-on-warnings"]);
    Ok(biome)
}

#[cfg(test)]
mod tests {
    use super::{list_own_members_only, mark_dynamic_imports};

    #[test]
    fn bundlers_leave_alone_an_import_of_a_variable_url() {
        let marked = mark_dynamic_imports("a?import(`${b}?${c}`):import(\"./phones.js\")");
        let mark = "/*webpackIgnore:true*//*@vite-ignore*/";
        assert_eq!(marked, format!("a?import({mark}`${{b}}?${{c}}`):import(\"./phones.js\")"));
    }

    #[test]
    fn namespaces_have_their_list_own_members_only() {
        let made = "var ce=(r,e)=>{for(var t in e)$t(r,t,{get:e[t],enumerable:!0})};";
        let wanted = "var ce=(r,e)=>{for(var t of Object.keys(e))$t(r,t,\
            {__proto__:null,get:e[t],enumerable:!0})};";
        assert_eq!(list_own_members_only(made).expect("the pattern is one"), wanted);
    }
}
