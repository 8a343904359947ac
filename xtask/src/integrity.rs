//! Hashes with which a page checks the files that a CDN serves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha384};

/// Value of the attribute `integrity` for a file.
pub fn hash_file(file: &Path) -> Result<String> {
    let hash = Sha384::digest(fs::read(file)?);
    Ok(format!("sha384-{}", BASE64_STANDARD.encode(hash)))
}

/// Writes `sri.json`: the hash of each file that a browser may load.
pub fn write(package: &Path) -> Result<()> {
    let mut hashes = hash_data_files(package)?;
    for folder in ["", "classic/", "locales/"] {
        hashes.extend(hash_files_of_kind(package, folder, "js")?);
    }
    fs::write(package.join("sri.json"), serde_json::to_string_pretty(&hashes)? + "\n")?;
    Ok(())
}

/// Hashes of the files that `cdn.js` loads from its own folder, by their paths.
pub fn hash_data_files(package: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = hash_files_of_kind(package, "", "wasm")?;
    hashes.extend(hash_files_of_kind(package, "locales/", "json")?);
    Ok(hashes)
}

fn hash_files_of_kind(
    package: &Path,
    folder: &str,
    kind: &str,
) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    for entry in fs::read_dir(package.join(folder))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == kind) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            hashes.insert(format!("{folder}{name}"), hash_file(&file)?);
        }
    }
    Ok(hashes)
}
