//! The package's page in a registry: fields of package.json, and the README.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use regex::{Captures, Regex};
use serde_json::{Value, json};

use crate::{budget, sh};

/// Completes package.json and the README that were copied into a package.
pub fn complete(package: &Path) -> Result<()> {
    let cargo = fs::read_to_string(sh::root().join("Cargo.toml"))?;
    let repository = find_repository(&cargo)?;
    let manifest = package.join("package.json");
    let text = fs::read_to_string(&manifest)?;
    let version = serde_json::from_str::<Value>(&text)?["version"].as_str().map(str::to_owned);
    let version = version.context("package.json has no version")?;
    fs::write(&manifest, complete_manifest(&text, repository.as_deref())?)?;
    let readme = package.join("README.md");
    let text = fs::read_to_string(&readme)?;
    let text = text.replace("{sizes}", &describe_sizes(package)?);
    fs::write(&readme, complete_links(&text, repository.as_deref(), &version)?)?;
    Ok(())
}

/// URL of the repository: `repository` of the workspace. None until it has one.
fn find_repository(cargo: &str) -> Result<Option<String>> {
    let line = Regex::new(r#"(?m)^repository = "([^"]+?)/?"$"#)?;
    Ok(line.captures(cargo).map(|found| found[1].to_owned()))
}

/// Adds the fields that name the repository.
fn complete_manifest(text: &str, repository: Option<&str>) -> Result<String> {
    let Some(url) = repository else { return Ok(text.to_owned()) };
    let fields = [
        ("repository", json!({"type": "git", "url": format!("git+{url}.git")})),
        ("homepage", json!(format!("{url}#readme"))),
        ("bugs", json!(format!("{url}/issues"))),
    ];
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("  \"{name}\": {value},\n")).collect();
    let before = "  \"type\": \"module\",\n";
    ensure!(text.contains(before), "package.json has no `type`");
    Ok(text.replacen(before, &format!("{}{before}", fields.concat()), 1))
}

/// Makes relative links absolute, to the files of this version. Without a
/// repository, the text of a link is left, and no picture and no list of documents.
fn complete_links(text: &str, repository: Option<&str>, version: &str) -> Result<String> {
    let list = Regex::new(r"(?m)^Documentation: .*\n\n|^!\[.*\)\n\n")?;
    let text = if repository.is_some() { text.into() } else { list.replace_all(text, "") };
    let link = Regex::new(r"(!?)\[([^\]]*)\]\(((?:docs|examples)/[^)]*)\)")?;
    let complete = |found: &Captures| {
        let (is_picture, label, path) = (!found[1].is_empty(), &found[2], &found[3]);
        match repository {
            Some(url) if is_picture => format!("![{label}]({url}/raw/v{version}/{path})"),
            Some(url) => format!("[{label}]({url}/blob/v{version}/{path})"),
            None if is_picture => String::new(),
            None => label.to_owned(),
        }
    };
    Ok(link.replace_all(&text, complete).into_owned())
}

/// Sizes of the files that a page loads, in kilobytes.
fn describe_sizes(package: &Path) -> Result<String> {
    let sums = budget::sums(package)?.map(|sum| sum.map(|bytes| bytes.div_ceil(1000)));
    let [[raw, gzip, brotli], [.., everything]] = sums;
    Ok(format!(
        "{brotli} KB with Brotli before the first list ({gzip} KB with gzip, {raw} KB without \
         compression), and {everything} KB in all"
    ))
}

#[cfg(test)]
mod tests {
    use super::{complete_links, complete_manifest, find_repository};

    const URL: &str = "https://code.example.org/matrix-threepids";

    #[test]
    fn the_repository_is_that_of_the_workspace() {
        let cargo = format!("[workspace.package]\nrepository = \"{URL}/\"\nversion = \"1.0.0\"\n");
        assert_eq!(find_repository(&cargo).expect("the pattern is valid").as_deref(), Some(URL));
        assert_eq!(find_repository("version = \"1.0.0\"\n").expect("the pattern is valid"), None);
    }

    #[test]
    fn the_manifest_names_the_repository() {
        let text = "{\n  \"name\": \"a\",\n  \"type\": \"module\",\n  \"files\": []\n}\n";
        let with = complete_manifest(text, Some(URL)).expect("it has a type");
        let manifest: serde_json::Value = serde_json::from_str(&with).expect("it is JSON");
        assert_eq!(manifest["repository"]["url"], format!("git+{URL}.git"));
        assert_eq!(manifest["homepage"], format!("{URL}#readme"));
        assert_eq!(manifest["bugs"], format!("{URL}/issues"));
        assert_eq!(complete_manifest(text, None).expect("it has a type"), text);
    }

    #[test]
    fn links_point_to_the_files_of_the_version() {
        let text = "![a](docs/a.png) [b](docs/b.md#c) [d](https://example.org)";
        let with = complete_links(text, Some(URL), "1.2.3").expect("the pattern is valid");
        let wanted = format!(
            "![a]({URL}/raw/v1.2.3/docs/a.png) [b]({URL}/blob/v1.2.3/docs/b.md#c) [d](https://example.org)"
        );
        assert_eq!(with, wanted);
        let without = complete_links(text, None, "1.2.3").expect("the pattern is valid");
        assert_eq!(without, " b [d](https://example.org)");
        let lists = "A\n\n![a](docs/a.png)\n\nDocumentation: [b](docs/b.md).\n\nB\n";
        let without = complete_links(lists, None, "1.2.3").expect("the pattern is valid");
        assert_eq!(without, "A\n\nB\n");
    }
}
