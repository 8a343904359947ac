//! On a phone, as Chromium emulates one: 360 × 640, with fingers and a keyboard
//! on the screen.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::account_page::site::{fixed, homeserver as page_homeserver, put_up};
use crate::devtools::devtools;
use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, open};
use crate::fallback_window::DIALOG;
use crate::harness::{browser_test, phone_test};
use crate::homeserver::{Answer, Homeserver, challenge, list};
use crate::page_object::Page;
use crate::states;

pub fn tests() -> Vec<Trial> {
    vec![
        phone_test("mobile: no field makes iOS zoom, every target fits a finger", sizes),
        phone_test("mobile: the account page has no iOS zoom and large targets", account_page),
        phone_test("mobile: an address is added and removed by touch", touched),
        phone_test("mobile: a dialog stays above the keyboard", keyboard),
        phone_test("mobile: the phone fills in a code", filled),
        browser_test("mobile: each field has its inputmode, autocomplete and enterkeyhint", fields),
    ]
}

/// What is too small for a finger, or makes iOS zoom; in a shadow root or page.
/// A target may be taller than what is seen. Nothing outside an open dialog is a target.
const SMALL: &str = "\
    const isHit = (root, it) => {\
      it.scrollIntoView({ block: 'center' });\
      const { left, top, width, height } = it.getBoundingClientRect();\
      return [-21, 21].every((by) =>\
        root.elementFromPoint(left + width / 2, top + height / 2 + by) === it);\
    };\
    const small = (root) => [...(root.querySelector('dialog[open]') ?? root).querySelectorAll(\
      'button, select, .button, .choice, .check, input:not([type=checkbox])')]\
      .filter((it) => it.checkVisibility() && !it.matches('.visually-hidden'))\
      .filter((it) => {\
        const { height, width } = it.getBoundingClientRect();\
        const zooms = it.matches('input, select') && parseFloat(getComputedStyle(it).fontSize) < 16;\
        return !(height >= 44 || isHit(root, it)) || width < 44 || zooms;\
      }).map((it) => it.outerHTML.slice(0, 120));";
const ELEMENT: &str = "document.querySelector('main > :defined:last-child').shadowRoot";

async fn sizes(page: Page) -> Result<()> {
    let coarse = "return matchMedia('(pointer: coarse)').matches";
    for state in states::names(&page).await? {
        states::draw(&page, &state, "").await?;
        ensure!(page.run(coarse).await? == json!(true), "no finger");
        for font in ["", "10px"] {
            let script = format!(
                "document.documentElement.style.fontSize = '{font}'; {SMALL} return small({ELEMENT})"
            );
            let small = page.run(&script).await?;
            ensure!(small == json!([]), "{state}, {font}: {small}");
        }
    }
    Ok(())
}

async fn account_page(page: Page) -> Result<()> {
    let homeserver = page_homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", "Password").await?;
    for font in ["", "10px"] {
        let script = format!(
            "document.documentElement.style.fontSize = '{font}'; {SMALL} return small(document)"
        );
        let small = page.run(&script).await?;
        ensure!(small == json!([]), "{font}: {small}");
    }
    // Whoever has to, can zoom.
    let viewport = page.run("return document.querySelector('meta[name=viewport]').content").await?;
    ensure!(viewport == "width=device-width, initial-scale=1", "{viewport}");
    Ok(())
}

async fn touched(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("window.touches = 0; addEventListener('touchstart', () => window.touches++, true)")
        .await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    page.type_into("Password", "secret").await?;
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.press("Confirm").await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    homeserver.answers(DELETE, [Answer::Json(200, json!({}))]);
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    homeserver.answers(LIST, [list(&[NEW])]);
    page.press("Remove").await?;
    page.list_is(&[NEW]).await?;
    let touches = page.run("return window.touches").await?;
    ensure!(touches.as_u64() >= Some(5), "{touches} touches");
    ensure!(homeserver.received(SEND).len() == 1 && homeserver.received(DELETE).len() == 1);
    // What is pressed does not look so afterwards.
    let hovers = page.run("return matchMedia('(hover: hover)').matches").await?;
    ensure!(hovers == json!(false), "a finger hovers");
    Ok(())
}

/// A keyboard of this height (in pixels of the page) is over the page; browsers
/// tell of it by the visual viewport alone.
async fn show_keyboard(page: &Page, height: u32) -> Result<()> {
    page.run(&format!(
        "Object.defineProperty(visualViewport, 'height',\
           {{ configurable: true, get: () => innerHeight - {height} }});\
         visualViewport.dispatchEvent(new Event('resize'))"
    ))
    .await?;
    Ok(())
}

async fn keyboard(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    crate::error_responses::add(&page).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    page.focus_is("it.type === 'password'").await?;
    let dialog = "window.element.shadowRoot.querySelector('dialog[open]')";
    for (width, height) in [(360, 640), (320, 480), (640, 360)] {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": true});
        devtools(&page, "Emulation.setDeviceMetricsOverride", screen).await?;
        for keyboard in [0, height * 2 / 5] {
            show_keyboard(&page, keyboard).await?;
            let edge = format!("innerHeight - {keyboard} + 0.5");
            // All of it can be reached, and the field is seen.
            page.until(&format!("{dialog}.getBoundingClientRect().bottom <= {edge}")).await?;
            page.until(&format!("{dialog}.getBoundingClientRect().top >= 0")).await?;
            let field = "window.stage.focused().getBoundingClientRect()";
            page.until(&format!("{field}.top >= 0 && {field}.bottom <= {edge}")).await?;
            page.until(&format!("{dialog}.scrollWidth <= {dialog}.clientWidth")).await?;
        }
    }
    show_keyboard(&page, 0).await?;
    let covered = format!("getComputedStyle({dialog}).getPropertyValue('--_covered')");
    page.until(&format!("{covered} === '0px'")).await?;
    // A dialog that comes while the keyboard is there stays above it, too.
    page.press("Cancel").await?;
    page.gone("dialog", DIALOG).await?;
    show_keyboard(&page, 200).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    page.until(&format!("{covered} === '200px'")).await
}

async fn filled(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let code = json!({"sid": "1", "submit_url": format!("{}/submit", homeserver.url)});
    homeserver.answers(SEND, [Answer::Json(200, code)]);
    homeserver.answers("POST /submit", [Answer::Json(200, json!({"success": true}))]);
    open(&page, &homeserver).await?;
    crate::error_responses::add(&page).await?;
    // As the suggestion over the keyboard does it: no key is pressed.
    page.run(
        "const field = window.element.shadowRoot.querySelector('[autocomplete=one-time-code]');\
         field.value = '123 456';\
         field.dispatchEvent(new InputEvent('input',\
           { bubbles: true, composed: true, inputType: 'insertReplacementText' }))",
    )
    .await?;
    page.press("Continue").await?;
    let sent = homeserver.wait_for("POST /submit", 1).await?;
    ensure!(sent.body["token"] == "123456", "{}", sent.body);
    Ok(())
}

/// `type`, `inputmode`, `autocomplete`, `enterkeyhint` of each field.
const FIELDS: [(&str, [&str; 4]); 9] = [
    ("code", ["text", "", "one-time-code", "done"]),
    ("code", ["text", "numeric", "one-time-code", "done"]),
    ("email", ["email", "", "email", "send"]),
    ("new-password", ["password", "", "new-password", "go"]),
    // It is shown.
    ("new-password", ["text", "", "new-password", "go"]),
    ("password", ["password", "", "current-password", "go"]),
    // The field of the dialog, for a code.
    ("password", ["text", "", "one-time-code", "go"]),
    ("phone", ["tel", "", "tel", "send"]),
    ("repeated-password", ["password", "", "new-password", "go"]),
];

async fn fields(page: Page) -> Result<()> {
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    for state in states::names(&page).await? {
        states::draw(&page, &state, "").await?;
        let script = format!(
            "return [...{ELEMENT}.querySelectorAll('input:not([type=checkbox])')]\
               .filter((it) => it.checkVisibility() && !it.readOnly)\
               .map((it) => [it.id.replace(/-?\\d+$/, ''), ['type', 'inputmode', 'autocomplete',\
                 'enterkeyhint'].map((name) => it.getAttribute(name) ?? ''),\
                 it.getAttribute('autocapitalize'), it.getAttribute('spellcheck')])"
        );
        let Value::Array(found) = page.run(&script).await? else { continue };
        for field in found {
            ensure!(field[2] == "off" && field[3] == "false", "{state}: {field}");
            seen.insert(format!("{} {}", field[0], field[1]), field);
        }
    }
    let wanted: Vec<Value> = FIELDS.iter().map(|(id, says)| json!([id, says])).collect();
    let seen: Vec<Value> = seen.values().map(|it| json!([it[0], it[1]])).collect();
    ensure!(seen == wanted, "{}", serde_json::to_string_pretty(&seen)?);
    Ok(())
}
