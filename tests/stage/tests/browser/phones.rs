//! Phone numbers, against answers that a test writes down.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::error_responses::{ADD, LIST, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error};
use crate::page_object::Page;

/// The request that has a text message sent.
const SEND: &str = "POST account/3pid/msisdn/requestToken";
/// The one that hands in its code.
const SUBMIT: &str = "POST /submit";
const MINE: &str = "447700900001";
const NEW: &str = "447700900002";
const WRITTEN: &str = "+44 7700 900002";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("phones: the country follows the number, and a code adds it", by_code),
        browser_test("phones: every error of the token request has its message", words),
        browser_test("phones: without submit_url the user follows the text message", out_of_band),
        browser_test("phones: a code is sent only by https or to the homeserver", unsafe_url),
        browser_test(
            "phones: methods of the host application add, resend, cancel and remove",
            embedder,
        ),
        browser_test("phones: phones.js loads only when phone numbers are displayed", loaded),
    ]
}

fn listed(msisdns: &[&str]) -> Answer {
    let number = |it: &&str| json!({"medium": "msisdn", "address": it});
    let mut threepids = vec![json!({"medium": "email", "address": "alice@example.org"})];
    threepids.extend(msisdns.iter().map(number));
    Answer::Json(200, json!({ "threepids": threepids }))
}

fn sent(homeserver: &Homeserver) -> Answer {
    let url = [&homeserver.url, "/submit"].concat();
    Answer::Json(200, json!({"sid": "1", "submit_url": url}))
}

/// A page with an element that shows both kinds.
async fn start(page: &Page, homeserver: &Homeserver) -> Result<()> {
    homeserver.answers(LIST, [listed(&[MINE])]);
    homeserver.answers(SEND, [sent(homeserver)]);
    open(page, homeserver).await?;
    page.run("window.element.mediums = 'email msisdn'; window.element.country = 'GB'").await?;
    page.see("region", "Phone numbers").await?;
    page.see("button", "Remove +44 7700 900001").await?;
    Ok(())
}

async fn hand_in(page: &Page, typed: &str) -> Result<()> {
    page.type_into("Phone number", typed).await?;
    page.see("textbox", "Phone number").await?.send_keys("" + Key::Enter).await?;
    Ok(())
}

async fn country_is(page: &Page, name: &str) -> Result<()> {
    country_is_of(page, "Country", name).await
}

async fn country_is_of(page: &Page, label: &str, name: &str) -> Result<()> {
    page.see("combobox", label).await?;
    let list = format!("window.stage.all('combobox', '{label}', null)[0]");
    page.until(&format!("{list}.selectedOptions[0].textContent.startsWith('{name} ')")).await
}

async fn by_code(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    start(&page, &homeserver).await?;
    country_is(&page, "United Kingdom").await?;
    // Found by typing; and by the number itself.
    page.see("combobox", "Country").await?.send_keys("switz").await?;
    country_is(&page, "Switzerland").await?;
    page.type_into("Phone number", "+44 (0)7700").await?;
    country_is(&page, "United Kingdom").await?;

    hand_in(&page, "07700 900002").await?;
    page.see("group", WRITTEN).await?;
    page.read("group", "We've sent you a text message with a code. Enter it").await?;
    page.focus_is("it.role === 'group'").await?;
    let asked = homeserver.wait_for(SEND, 1).await?.body;
    let secret = asked["client_secret"].clone();
    let want = json!({"client_secret": secret, "country": "GB", "phone_number": "07700900002",
        "send_attempt": 1});
    ensure!(asked == want, "{asked}");
    ensure!(page.count("listitem", None).await? == 2, "it is not on the list yet");

    homeserver.answers(SUBMIT, [Answer::Json(200, json!({"success": false}))]);
    page.press("Continue").await?;
    page.read("alert", "Enter the code from the text message").await?;
    page.type_into("Code from the text message", "111111").await?;
    page.key(Key::Enter).await?;
    page.read("alert", "Wrong code").await?;
    let handed_in = homeserver.wait_for(SUBMIT, 1).await?;
    ensure!(handed_in.authorization.is_empty(), "the token went along");
    let want = json!({"sid": "1", "client_secret": secret, "token": "111111"});
    ensure!(handed_in.body == want, "{handed_in:?}");
    let mode = "it.inputMode === 'numeric' && it.getAttribute('autocomplete') === 'one-time-code'";
    page.focus_is(mode).await?;

    homeserver.answers(SUBMIT, [error(400, "M_SESSION_EXPIRED")]);
    page.press("Continue").await?;
    page.read("status", "The code may have expired. Resend the message to get a new one.").await?;
    page.press("Resend text message").await?;
    let again = homeserver.wait_for(SEND, 2).await?.body;
    ensure!(again["phone_number"] == "07700900002" && again["country"] == "GB", "{again}");
    page.read("status", "Text message sent again").await?;

    page.reload().await?;
    page.run("window.element.mediums = 'email msisdn'").await?;
    page.see("group", WRITTEN).await?;
    homeserver.answers(SUBMIT, [Answer::Json(200, json!({"success": true}))]);
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    page.type_into("Code from the text message", " 123456 ").await?;
    page.press("Continue").await?;
    ensure!(homeserver.wait_for(SUBMIT, 3).await?.body["token"] == "123456");
    page.read("dialog", "Enter your account password to add +44 7700 900002").await?;
    homeserver.answers(LIST, [listed(&[MINE, NEW])]);
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.read("status", "+44 7700 900002 was added").await?;
    page.focus_is("it.textContent.includes('+44 7700 900002')").await?;
    page.list_is_written(&["alice@example.org", "+44 7700 900001", WRITTEN]).await
}

async fn words(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    start(&page, &homeserver).await?;
    for typed in ["", "12", "call me", "+999 12345678"] {
        hand_in(&page, typed).await?;
        page.read("alert", "Enter a valid phone number").await?;
        page.focus_is("it.type === 'tel' && it.ariaInvalid === 'true'").await?;
    }
    ensure!(homeserver.received(SEND).is_empty(), "asked for what is no number");
    hand_in(&page, "+44 7700 900 001").await?;
    page.read("alert", "This phone number is already on your account").await?;
    for (status, errcode, text) in [
        (400, "M_INVALID_PARAM", "Enter a valid phone number"),
        (400, "M_THREEPID_IN_USE", "Another account already uses this phone number"),
        (403, "M_THREEPID_DENIED", "This server doesn't allow this phone number"),
        (400, "M_INVALID_PHONE_NUMBER", "Enter a valid phone number"),
        (400, "M_DESTINATION_REJECTED", "This server doesn't allow this phone number"),
        (500, "M_UNKNOWN", "The server couldn't send the text message. Try again later."),
        (429, "M_LIMIT_EXCEEDED", "Too many attempts. Try again in 1 minute."),
    ] {
        homeserver.answers(SEND, [error(status, errcode)]);
        hand_in(&page, "07700 900002").await?;
        page.read("alert", text).await?;
        // The other form is another matter.
        page.see("textbox", "Email address").await?;
        ensure!(page.count("button", Some("Add")).await? >= 1, "no button is left");
    }
    Ok(())
}

async fn out_of_band(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    start(&page, &homeserver).await?;
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1", "msisdn": "447700900003"}))]);
    hand_in(&page, "07700 900002").await?;
    // The server knows best which number it is.
    page.see("group", "+44 7700 900003").await?;
    page.read("group", "Please follow the instructions there").await?;
    ensure!(page.count("textbox", Some("Code from the text message")).await? == 0);
    homeserver
        .answers(ADD, [Answer::Json(401, challenge("s")), error(400, "M_THREEPID_AUTH_FAILED")]);
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.read("status", "We'll finish as soon as you've followed the text message").await?;
    homeserver.answers(LIST, [listed(&[MINE, "447700900003"])]);
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    page.read("status", "+44 7700 900003 was added").await?;
    Ok(())
}

async fn unsafe_url(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    start(&page, &homeserver).await?;
    let url = "http://id.example.org/submit";
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1", "submit_url": url}))]);
    hand_in(&page, "07700 900002").await?;
    page.type_into("Code from the text message", "123456").await?;
    page.press("Continue").await?;
    page.read("alert", "For your safety, the code wasn't sent").await?;
    Ok(())
}

async fn embedder(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    start(&page, &homeserver).await?;
    let run = async |script: &str| -> Result<Value> {
        Ok(page.run_async(&format!("return {script}"), vec![]).await?.0)
    };
    let sent = run("window.element.addPhone('07700 900002')").await?;
    ensure!(sent == json!({"medium": "msisdn", "address": NEW, "attempt": 1}), "{sent}");
    let again = run("window.element.addPhone('+44 7700 900002', 'FR')").await?;
    ensure!(again == sent, "{again}");
    let resent = run("window.element.resend('+44 7700 900002')").await?;
    ensure!(resent["attempt"] == 2, "{resent}");
    let rejected = run("window.rejected(window.element.addPhone('nonsense'))").await?;
    ensure!(rejected["code"] == "invalid-address", "{rejected}");

    // The number goes back into its field, with its country.
    page.see("combobox", "Country").await?.send_keys("switz").await?;
    page.press("Change number").await?;
    page.focus_is("it.type === 'tel' && it.value === '+44 7700 900002'").await?;
    country_is(&page, "United Kingdom").await?;

    // What is not shown is not forgotten.
    page.run("window.element.mediums = 'email'").await?;
    page.gone("region", "Phone numbers").await?;
    let shown = run("[window.element.threepids.length, window.element.pending.length]").await?;
    ensure!(shown == json!([1, 0]), "{shown}");
    let rejected = run("window.rejected(window.element.addPhone('07700 900003'))").await?;
    ensure!(rejected["code"] == "readonly", "{rejected}");
    page.run("window.element.mediums = 'msisdn email'").await?;
    page.see("group", WRITTEN).await?;
    let order = "window.stage.all('heading', null, null).map((it) => it.textContent).join()";
    page.until(&format!("{order}.endsWith('Phone numbers,Email addresses')")).await?;
    run("window.element.cancel('+44 7700 900002')").await?;
    page.gone("group", WRITTEN).await?;
    run("window.element.remove('msisdn', '+44 7700 900001').catch(() => {}), 0").await?;
    page.see("alertdialog", "Remove +44 7700 900001?").await?;
    Ok(())
}

async fn loaded(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [listed(&[MINE])]);
    for (entry, fetched) in [("define.js", 1), ("inline.js", 0), ("cdn.js", 0)] {
        let body = format!(
            "<matrix-threepids homeserver=\"{}\" lang=\"de\"></matrix-threepids>",
            homeserver.url
        );
        let script = format!(
            "import \"/npm/{entry}\";\n\
             window.element = document.querySelector(\"matrix-threepids\");\n\
             window.element.accessToken = \"token\";\n\
             window.loaded = () => performance.getEntriesByType(\"resource\")\n\
               .filter((it) => it.name.endsWith(\"phones.js\")).length;"
        );
        page.goto(&stage().serve_page(&body, &script)).await?;
        page.see("button", "alice@example.org entfernen").await?;
        ensure!(page.run("return window.loaded()").await? == json!(0), "{entry}: for nothing");
        page.run("window.element.mediums = 'msisdn'").await?;
        page.see("button", "+44 7700 900001 entfernen").await?;
        country_is_of(&page, "Land", "Deutschland").await?;
        ensure!(page.run("return window.loaded()").await? == json!(fetched), "{entry}");
    }
    Ok(())
}
