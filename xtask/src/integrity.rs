//! Hashes by which a page can make sure that a CDN gives it what we made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha384};

/// The value of an attribute `integrity` for a file.
pub fn of(file: &Path) -> Result<String> {
    let hash = Sha384::digest(fs::read(file)?);
    Ok(format!("sha384-{}", BASE64_STANDARD.encode(hash)))
}

/// `sri.json`: the hash of each file that a browser may load.
pub fn write(package: &Path) -> Result<()> {
    let mut hashes = BTreeMap::new();
    for folder in ["", "locales/"] {
        for entry in fs::read_dir(package.join(folder))? {
            let file = entry?.path();
            let loaded = file.extension().is_some_and(|kind| kind == "js" || kind == "wasm");
            if loaded {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                hashes.insert(format!("{folder}{name}"), of(&file)?);
            }
        }
    }
    fs::write(package.join("sri.json"), serde_json::to_string_pretty(&hashes)? + "\n")?;
    Ok(())
}
