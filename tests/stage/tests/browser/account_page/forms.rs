//! What a person types into the page's own forms, and how they hand it in.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::site::{LOGIN, USER, becomes, fixed, homeserver, is_in, put_up, put_up_in_frame};
use crate::devtools::devtools;
use crate::harness::browser_test;
use crate::homeserver::error;
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: Enter submits a form once, and not while composing", enter),
        browser_test("account page: fields are left to right in every language", direction),
        browser_test(
            "account page: the user's first language that is offered is displayed",
            language,
        ),
        browser_test(
            "account page: an error stays at its field until the user edits it",
            at_fields,
        ),
        browser_test("account page: fields disable autocorrection and spell checking", uncorrected),
        browser_test("account page: forms work in a frame without allow-forms", in_frame),
        browser_test("account page: text stays readable with a small root font size", sizes),
    ]
}

/// Presses Enter, as an input method or a held key does it.
async fn press_enter(page: &Page, more: Value) -> Result<()> {
    let mut down = json!({"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r",
        "windowsVirtualKeyCode": 13});
    for (name, value) in more.as_object().into_iter().flatten() {
        down[name] = value.clone();
    }
    devtools(page, "Input.dispatchKeyEvent", down).await?;
    let up = json!({"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13});
    devtools(page, "Input.dispatchKeyEvent", up).await?;
    Ok(())
}

async fn enter(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("heading", "Sign in").await?;
    page.type_into(USER, "alice").await?;
    page.type_into("Password", "secret").await?;
    page.focus_is("it.id === 'password'").await?;
    press_enter(&page, json!({"windowsVirtualKeyCode": 229})).await?;
    press_enter(&page, json!({"autoRepeat": true})).await?;
    // Had one of these been taken, there would be two requests by now.
    press_enter(&page, json!({})).await?;
    page.read("alert", "Wrong username or password").await?;
    ensure!(
        homeserver.received(LOGIN).len() == 1,
        "sent {} times",
        homeserver.received(LOGIN).len()
    );

    // Held down, it does not hand in the next form, too.
    let site = put_up(json!({"homeserver": homeserver.url})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", "Matrix ID or server").await?.click().await?;
    press_enter(&page, json!({})).await?;
    page.focus_is("it.id === 'user'").await?;
    press_enter(&page, json!({"autoRepeat": true})).await?;
    press_enter(&page, json!({})).await?;
    page.read("alert", "Enter your username").await?;
    Ok(())
}

async fn direction(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(json!({"languages": ["ar"], "homeserver": homeserver.url})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    let all = "[...document.querySelectorAll('main input')]";
    let is_ltr = format!(
        "document.documentElement.dir === 'rtl' && \
         {all}.every((it) => getComputedStyle(it).direction === 'ltr')"
    );
    page.until(&format!("{all}.length === 1 && {is_ltr}")).await?;
    page.run("document.querySelector('main form button').click()").await?;
    page.until(&format!("{all}.length === 2 && {is_ltr}")).await?;
    Ok(())
}

async fn language(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let user_agent = page.run("return navigator.userAgent").await?;
    for (of_user, offered, [lang, dir, button]) in [
        ("xx,zh-TW,de", None, ["zh-TW", "ltr", "繼續"]),
        ("he-IL,en", Some(json!(["en", "he"])), ["he-IL", "rtl", "המשך"]),
        ("pt-BR,en", Some(json!(["en", "pt"])), ["pt-BR", "ltr", "Continuar"]),
        ("de,en", Some(json!(["fr"])), ["fr", "ltr", "Continuer"]),
        ("en-US", None, ["en-US", "ltr", "Continue"]),
    ] {
        let language = json!({"userAgent": user_agent, "acceptLanguage": of_user});
        devtools(&page, "Network.setUserAgentOverride", language).await?;
        let mut config = json!({"homeserver": homeserver.url});
        if let Some(offered) = offered {
            config["languages"] = offered;
        }
        let site = put_up(config).await?;
        page.goto(&format!("{}/", site.url)).await?;
        page.see("button", button).await?;
        let is_right = format!(
            "document.documentElement.lang === '{lang}' && document.documentElement.dir === '{dir}'"
        );
        page.until(&is_right).await?;
    }
    Ok(())
}

/// The alert that says something, and the field that it stands at.
async fn said(page: &Page) -> Result<Value> {
    page.run(
        "return [...document.querySelectorAll('main [role=alert]')].filter((it) => it.textContent)\
         .map((it) => [it.textContent, it.closest('.field')?.querySelector('input').id ?? null,\
            Boolean(it.closest('.field')?.querySelector(`input[aria-describedby~='${it.id}']`))])",
    )
    .await
}

async fn at_fields(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    let site = put_up(json!({})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", "Matrix ID or server").await?;
    page.press("Continue").await?;
    let wanted = json!([["Enter your Matrix ID or your server's name", "server", true]]);
    ensure!(said(&page).await? == wanted, "{}", said(&page).await?);
    page.see("textbox", "Matrix ID or server").await?.send_keys("h").await?;
    page.until("!document.querySelector('[aria-invalid]')").await?;
    ensure!(said(&page).await? == json!([]), "{}", said(&page).await?);
    page.type_into("Matrix ID or server", &homeserver.url).await?;
    page.press("Continue").await?;
    page.see("textbox", "Password").await?;

    page.press("Sign in").await?;
    let wanted = json!([["Enter your username", "user", true]]);
    ensure!(said(&page).await? == wanted, "{}", said(&page).await?);
    page.type_into(USER, "alice").await?;
    ensure!(said(&page).await? == json!([]), "{}", said(&page).await?);
    // By Enter, as by the button.
    page.see("textbox", "Password").await?.send_keys(Key::Enter + "").await?;
    page.read("alert", "Enter your password").await?;
    let wanted = json!([["Enter your password", "password", true]]);
    ensure!(said(&page).await? == wanted, "{}", said(&page).await?);
    page.type_into("Password", "guess").await?;
    ensure!(said(&page).await? == json!([]), "{}", said(&page).await?);
    page.press("Sign in").await?;
    page.read("alert", "Wrong username or password").await?;
    let wanted = json!([["Wrong username or password", "password", true]]);
    ensure!(said(&page).await? == wanted, "{}", said(&page).await?);
    page.see("textbox", USER).await?.send_keys("x").await?;
    page.until("!document.querySelector('[aria-invalid]')").await?;
    ensure!(said(&page).await? == json!([]), "{}", said(&page).await?);
    Ok(())
}

async fn in_frame(page: Page) -> Result<()> {
    // Chromium says of each form that it does not send it.
    page.allow("Blocked form submission");
    // And of a frame of the same origin that it could free itself.
    page.allow("can escape its sandboxing");
    let homeserver = homeserver().await?;
    let site = put_up_in_frame(fixed(&homeserver.url)).await?;
    page.driver.goto(&format!("{}/frame", site.url)).await?;
    page.driver.enter_frame(0).await?;
    becomes(&page, "document.querySelector('#password')").await?;
    page.bring_testing().await?;
    page.type_into(USER, "alice").await?;
    page.press("Sign in").await?;
    page.read("alert", "Enter your password").await?;
    page.see("textbox", "Password").await?.send_keys("secret" + Key::Enter).await?;
    is_in(&page, "@alice:example.org").await?;
    ensure!(
        homeserver.received(LOGIN).len() == 1,
        "sent {} times",
        homeserver.received(LOGIN).len()
    );
    page.press("Sign out").await?;
    page.read("status", "You're signed out").await?;
    Ok(())
}

async fn uncorrected(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", USER).await?;
    let said = "return [...document.querySelectorAll('input')].map((it) =>\
        ['autocapitalize', 'autocorrect', 'spellcheck'].map((name) => it.getAttribute(name)).join())";
    let said: Vec<String> = serde_json::from_value(page.run(said).await?)?;
    ensure!(said.len() >= 2 && said.iter().all(|it| it == "off,off,false"), "{said:?}");
    Ok(())
}

async fn sizes(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    for size in ["62.5%", "1px"] {
        let sheet = format!(
            "const sheet = new CSSStyleSheet();\
             sheet.replaceSync('html {{ font-size: {size} }}');\
             document.adoptedStyleSheets = [sheet];"
        );
        page.run(&sheet).await?;
        let small = "[...document.querySelectorAll('main *')].filter((it) => \
            it.textContent.trim() && parseFloat(getComputedStyle(it).fontSize) < 14)";
        page.until(&format!("{small}.length === 0")).await?;
    }
    Ok(())
}
