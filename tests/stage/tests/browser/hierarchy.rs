//! Visual hierarchy: one primary action, notices where they belong, and the way
//! back from what was begun.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::error_responses::{ADD, NEW, add, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge};
use crate::page_object::Page;
use crate::states;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("hierarchy: every state has at most one primary action", one_primary),
        browser_test("hierarchy: every state has at most one way to try again", one_way_on),
        browser_test("hierarchy: a notice stands in its section for ten seconds", notice),
        browser_test("hierarchy: Escape and Cancel leave the change of an address", change),
        browser_test("hierarchy: the dialog shows its password until it closes", reveal),
        browser_test("hierarchy: a busy button keeps its size", busy),
    ]
}

/// Visible elements of a selector, in the open dialog if there is one.
const VISIBLE: &str = "const { shadowRoot } = document.querySelector('main > :defined:last-child');\
    const within = shadowRoot.querySelector('dialog[open]') ?? shadowRoot;\
    const outside = (it) => within !== shadowRoot || !it.closest('dialog');\
    const visible = (selector) => [...within.querySelectorAll(selector)]\
      .filter((it) => it.checkVisibility() && outside(it));";

async fn one_primary(page: Page) -> Result<()> {
    for state in states::names(&page).await? {
        states::draw(&page, &state, "").await?;
        let script =
            [VISIBLE, "return visible('[part~=button-primary], .primary').length"].concat();
        let count = page.run(&script).await?;
        ensure!(count.as_u64().is_some_and(|count| count <= 1), "{state}: {count} primary buttons");
    }
    Ok(())
}

async fn one_way_on(page: Page) -> Result<()> {
    for state in states::names(&page).await? {
        states::draw(&page, &state, "").await?;
        let again = "const again = visible('.alert button').length;\
            return again && again + visible('[part~=button-primary]:not([aria-disabled])')\
              .filter((it) => it.closest('.alert, .group, dialog, form')\
                === visible('.alert button')[0].closest('.alert, .group, dialog, form')).length";
        let count = page.run(&[VISIBLE, again].concat()).await?;
        ensure!(count.as_u64().is_some_and(|count| count <= 1), "{state}: {count} ways on");
    }
    Ok(())
}

async fn notice(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    page.stop_time().await?;
    page.press("Cancel").await?;
    let said = format!("Verification of {NEW} was canceled");
    let notice = page.read("status", &said).await?;
    let place = "const section = given[0].closest('section');\
        const heading = section.querySelector('[role=heading]');\
        return section.ariaLabel === 'Email addresses'\
          && Boolean(heading.compareDocumentPosition(given[0]) & Node.DOCUMENT_POSITION_FOLLOWING)";
    let is_in_place = page.run_async(place, vec![notice.to_json()?]).await?.0;
    ensure!(is_in_place == json!(true), "it is elsewhere");

    let pointer = |name: &str| {
        let script = format!("given[0].dispatchEvent(new PointerEvent('pointer{name}'))");
        let (page, notice) = (page.clone(), notice.clone());
        async move { page.run_async(&script, vec![notice.to_json()?]).await }
    };
    page.pass(9_000).await?;
    pointer("enter").await?;
    page.pass(60_000).await?;
    page.read("status", &said).await?;
    pointer("leave").await?;
    page.pass(9_000).await?;
    page.read("status", &said).await?;
    page.pass(2_000).await?;
    page.until("window.stage.all('status', null, 'canceled').length === 0").await
}

async fn change(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    let shows_group = "window.stage.all('button', 'Continue', null).length === 1";
    for by_key in [true, false] {
        page.press("Change address").await?;
        let field = page.see("textbox", "New email address").await?;
        ensure!(field.prop("value").await?.as_deref() == Some(NEW), "another address");
        page.see("button", "Change").await?;
        page.gone("button", "Continue").await?;
        if by_key {
            page.key(Key::Escape).await?;
        } else {
            page.press("Cancel").await?;
        }
        page.see("textbox", "Email address").await?;
        page.see("button", "Add").await?;
        page.until(shows_group).await?;
        page.focus_is("it.role === 'group'").await?;
    }
    Ok(())
}

async fn reveal(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.type_into("Password", "secret").await?;
    let kind = "window.element.shadowRoot.querySelector('#password').type";
    page.until(&format!("{kind} === 'password'")).await?;
    let choice = page.see("checkbox", "Show password").await?;
    page.click(&choice).await?;
    page.until(&format!("{kind} === 'text'")).await?;
    page.press("Cancel").await?;
    page.gone("dialog", "Confirm it's you").await?;
    page.press("Continue").await?;
    page.see("dialog", "Confirm it's you").await?;
    page.until(&format!("{kind} === 'password'")).await?;
    let choice = page.see("checkbox", "Show password").await?;
    ensure!(choice.prop("checked").await?.as_deref() == Some("false"), "still checked");
    Ok(())
}

async fn busy(page: Page) -> Result<()> {
    let size =
        [VISIBLE, "return visible('.row > *').map((it) => it.getBoundingClientRect().width)"];
    let mut sizes = Vec::new();
    for state in ["send-unreachable", "sending"] {
        states::names(&page).await?;
        states::draw(&page, state, "").await?;
        sizes.push(page.run(&size.concat()).await?);
    }
    ensure!(sizes[0] == sizes[1], "{sizes:?}");
    Ok(())
}
