//! Software bill of materials of the package, in the format CycloneDX 1.5.
//!
//! <https://cyclonedx.org/docs/1.5/json/>

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use cyclonedx_bom::external_models::normalized_string::NormalizedString;
use cyclonedx_bom::external_models::spdx::SpdxExpression;
use cyclonedx_bom::external_models::uri::Purl;
use cyclonedx_bom::models::bom::SpecVersion;
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::prelude::{Bom, Validate};

use crate::{linked_crates, sh};

/// Name of the file in the package.
pub const FILE: &str = "sbom.cdx.json";

/// Writes the bill of materials into the folder of the package.
pub fn write(package: &Path) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let text = render(&read_manifest_version(package).unwrap_or_else(|| version.to_owned()))?;
    Ok(fs::write(package.join(FILE), text)?)
}

fn read_manifest_version(package: &Path) -> Option<String> {
    let text = fs::read_to_string(package.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest["version"].as_str().map(str::to_owned)
}

/// Text of the bill of materials. It has no time and no random number, so that
/// builds are reproducible.
fn render(version: &str) -> Result<String> {
    let mut components = vec![build_std_component()?];
    for package in linked_crates::list_packages()? {
        components.push(build_component(
            "cargo",
            &package.name,
            &package.version,
            &package.license,
        )?);
    }
    let mut ours = build_component("npm", "matrix-threepids", version, "Apache-2.0")?;
    ours.bom_ref = Some(format!("pkg:npm/matrix-threepids@{version}"));
    let metadata = Metadata { component: Some(ours), ..Metadata::default() };
    let bom = Bom {
        serial_number: None,
        metadata: Some(metadata),
        components: Some(Components(components)),
        ..Bom::default()
    };
    let checked = bom.validate_version(SpecVersion::V1_5);
    ensure!(
        checked.passed(),
        "the bill of materials does not match the schema of CycloneDX 1.5: {checked:?}"
    );
    let mut out = Vec::new();
    bom.output_as_json_v1_5(&mut out).map_err(|error| anyhow!("{error}"))?;
    Ok(String::from_utf8(out)? + "\n")
}

fn build_component(registry: &str, name: &str, version: &str, license: &str) -> Result<Component> {
    let purl = Purl::new(registry, name, version).map_err(|error| anyhow!("{name}: {error}"))?;
    let mut component =
        Component::new(Classification::Library, name, version, Some(purl.to_string()));
    component.purl = Some(purl);
    // Older manifests write a slash for OR.
    let license = SpdxExpression::new(&license.replace('/', " OR "));
    component.licenses = Some(Licenses(vec![LicenseChoice::Expression(license)]));
    Ok(component)
}

/// Component of the standard library, which is in no registry.
fn build_std_component() -> Result<Component> {
    let printed = sh::output(Command::new("rustc").arg("--version"))?;
    let version =
        printed.split_whitespace().nth(1).context("`rustc --version` prints no version")?;
    let mut component = Component::new(Classification::Library, "std", version, None);
    component.description = Some(NormalizedString::new("The Rust standard library"));
    let license = SpdxExpression::new("MIT OR Apache-2.0");
    component.licenses = Some(Licenses(vec![LicenseChoice::Expression(license)]));
    Ok(component)
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn the_bill_of_materials_is_reproducible_and_lists_the_linked_crates() {
        let once = render("1.2.3").expect("a list");
        assert_eq!(once, render("1.2.3").expect("a list"));
        let json: serde_json::Value = serde_json::from_str(&once).expect("JSON");
        assert_eq!(json["bomFormat"], "CycloneDX");
        assert_eq!(json["metadata"]["component"]["version"], "1.2.3");
        assert!(json["serialNumber"].is_null() && json["metadata"]["timestamp"].is_null());
        let components = json["components"].as_array().expect("components");
        let names: Vec<_> =
            components.iter().filter_map(|component| component["name"].as_str()).collect();
        for name in ["std", "leptos", "wasm-bindgen"] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        // Crates that only build or test are not listed.
        assert!(!names.contains(&"cyclonedx-bom") && !names.contains(&"proptest"), "{names:?}");
        assert!(components.iter().all(|component| !component["licenses"].is_null()));
    }
}
