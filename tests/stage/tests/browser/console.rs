//! What a browser says of a page.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::harness::stage;
use crate::page_object::Page;

/// The browser's own log, of those that have one to give, without its lines
/// about answers with an error status: UIA begins with one.
pub async fn browser_log(page: &Page) -> Result<Vec<String>> {
    if stage().engine != Engine::Chromium {
        return Ok(Vec::new());
    }
    let (driver, session) = (&page.driver_url, page.driver.session_id());
    let answer: Value = reqwest::Client::new()
        .post(format!("{driver}/session/{session}/se/log"))
        .json(&json!({"type": "browser"}))
        .send()
        .await?
        .json()
        .await?;
    let entries = answer["value"].as_array().cloned().unwrap_or_default();
    let line = |entry: &Value| {
        let text = entry["message"].as_str().unwrap_or_default();
        let network = entry["source"] == "network";
        (!network).then(|| format!("{}: {text}", entry["level"]))
    };
    Ok(entries.iter().filter_map(line).collect())
}

/// An error if anything was said.
pub fn nothing_said(lines: &[String]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    bail!("the page is not silent:\n{}", lines.join("\n"))
}
