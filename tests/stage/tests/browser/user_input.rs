//! People in a hurry, with a keyboard alone, or who change their mind.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::error_responses::{ADD, LIST, NEW, SEND, add, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("user input: a double click and Enter held down send one request", hurry),
        browser_test(
            "user input: closing the dialog during a request reloads the list",
            closed_dialog,
        ),
        browser_test("user input: the keyboard alone is enough", keyboard),
        browser_test(
            "user input: a dialog of the host page receives none of the element's keys",
            in_dialog,
        ),
    ]
}

async fn hurry(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let held = Answer::Held(Box::new(Answer::Json(200, json!({"sid": "1"}))));
    homeserver.answers(SEND, [held]);
    open(&page, &homeserver).await?;
    page.type_into("Email address", NEW).await?;
    let button = page.see("button", "Add").await?;
    page.driver.action_chain().double_click_element(&button).perform().await?;
    homeserver.wait_for(SEND, 1).await?;
    page.see("textbox", "Email address").await?.send_keys("" + Key::Enter).await?;
    homeserver.let_go();
    page.see("group", NEW).await?;
    ensure!(homeserver.received(SEND).len() == 1, "sent twice");

    let wrong = json!({"session": "s2", "flows": [{"stages": ["m.login.password"]}],
        "params": {}, "completed": [], "errcode": "M_FORBIDDEN", "error": "no"});
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(401, wrong)]);
    let button = page.see("button", "Continue").await?;
    page.driver.action_chain().double_click_element(&button).perform().await?;
    page.see("dialog", "Confirm it's you").await?;
    ensure!(homeserver.received(ADD).len() == 1, "added twice");

    // Enter held down: the browser repeats the key, and says so.
    page.type_into("Password", "guess").await?;
    page.run(
        "const field = window.stage.focused();\
         const press = (repeat) => field.dispatchEvent(new KeyboardEvent('keydown',\
           {key: 'Enter', repeat, bubbles: true, composed: true, cancelable: true}));\
         window.prevented = [press(false), press(true)].map((went) => !went);",
    )
    .await?;
    let prevented = page.run("return window.prevented").await?;
    ensure!(prevented == json!([false, true]), "{prevented}");
    Ok(())
}

async fn closed_dialog(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let held = Answer::Held(Box::new(Answer::Json(200, json!({}))));
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), held]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    homeserver.wait_for(ADD, 2).await?;
    page.key(Key::Escape).await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.see("group", NEW).await?;
    // It may have gone through: the list is looked at again.
    homeserver.wait_for(LIST, 2).await?;
    homeserver.let_go();
    Ok(())
}

async fn keyboard(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (list_before, list_after) = (list(&["alice@example.org"]), list(&[]));
    homeserver.answers(LIST, [list_before, list_after]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("window.keys = []; addEventListener('keydown', (it) => window.keys.push(it.key))")
        .await?;
    page.key(Key::Tab).await?;
    page.focus_is("it.getAttribute('aria-label') === 'Remove alice@example.org'").await?;
    page.key(Key::Enter).await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.key(Key::Escape).await?;
    page.gone("alertdialog", "Remove alice@example.org?").await?;
    page.focus_is("it.getAttribute('aria-label') === 'Remove alice@example.org'").await?;
    page.key(Key::Enter).await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.key(Key::Tab).await?;
    page.focus_is("it.textContent.trim() === 'Remove'").await?;
    page.key(Key::Enter).await?;
    page.read("status", "alice@example.org was removed").await?;
    page.focus_is("it.type === 'email'").await?;
    let keys = page.run("return window.keys").await?;
    ensure!(keys == json!(["Tab", "Enter", "Enter"]), "of the dialog's keys, the page saw {keys}");
    Ok(())
}

async fn in_dialog(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.run(
        "const host = document.createElement('dialog'); host.id = 'host';\
         document.querySelector('main').append(host); host.append(window.element);\
         host.showModal();\
         window.heard = [];\
         for (const name of ['keydown', 'keyup', 'focusin', 'cancel', 'close'])\
           host.addEventListener(name, () => window.heard.push(name));",
    )
    .await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    page.run("window.heard = []").await?;
    page.key(Key::Escape).await?;
    page.gone("alertdialog", "Remove alice@example.org?").await?;
    page.until("document.querySelector('#host').open").await?;
    let heard = page.run("return window.heard.filter((name) => name !== 'focusin')").await?;
    // The key went up when our dialog was closed already.
    ensure!(heard == json!(["keyup"]) || heard == json!([]), "the host heard {heard}");
    Ok(())
}
