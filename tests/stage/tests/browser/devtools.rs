//! Chromium's own protocol, for what WebDriver has no words for.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::page_object::Page;

/// Tells Chromium something; what it answers.
pub async fn devtools(page: &Page, command: &str, parameters: Value) -> Result<Value> {
    let url = format!("{}/session/{}/goog/cdp/execute", page.driver_url, page.driver.session_id());
    let body = json!({"cmd": command, "params": parameters});
    let answer: Value = reqwest::Client::new().post(url).json(&body).send().await?.json().await?;
    ensure!(answer["value"]["error"].is_null(), "{command}: {answer}");
    Ok(answer["value"].clone())
}
