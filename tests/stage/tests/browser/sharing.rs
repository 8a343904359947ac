//! Others can find a person by an address: against a real identity server, and
//! a real Synapse that shares the address there.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::synapse::Session;
use thirtyfour::prelude::*;

use crate::harness::{browser_test, stage, trusting_browser_test};
use crate::identity_server_env::{Identity, terms};
use crate::page_object::Page;

/// The request that shares an address.
pub const BIND: &str = "POST account/3pid/bind";
/// The requests that have a message sent, and the one that hands in its code.
pub const SEND_EMAIL: &str = "POST /_matrix/identity/v2/validate/email/requestToken";
const SEND_TEXT: &str = "POST /_matrix/identity/v2/validate/msisdn/requestToken";
/// What is said of an address that others can find the person by.
pub const SHARED: &str = "Others can find you with this address";
/// And of one that they can't.
pub const NOT_SHARED: &str = "Others can't find you with this address";

pub fn tests() -> Vec<Trial> {
    vec![
        trusting_browser_test("sharing: an email address, by the link in an email", email),
        trusting_browser_test("sharing: a phone number, by the code of a text message", phone),
        trusting_browser_test("sharing: removing an address stops sharing it", removed),
        browser_test("sharing: right-to-left letters do not reorder a text", isolated),
    ]
}

/// Somebody with this address on their account.
pub async fn person(identity: &Identity, name: &str, medium: &str) -> Result<(Session, String)> {
    let session = identity.synapse.user(name, "secret").await?;
    let address = match medium {
        "email" => format!("{name}@example.org"),
        _ => "447700900010".to_owned(),
    };
    identity.synapse.put_on(&session, medium, &address).await?;
    Ok((session, address))
}

/// A page whose element has this identity server, and these attributes.
pub fn page_of(identity: &Identity, session: &Session, server: &Value, more: &str) -> String {
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" user-id=\"{}\" {more}></matrix-threepids>",
        identity.homeserver.url, session.user_id
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         window.events = [];\n\
         for (const name of [\"threepid-shared\", \"threepid-unshared\", \"threepid-removed\",\n\
             \"threepid-verification-sent\", \"threepids-change\", \"threepids-error\"])\n\
           document.addEventListener(name, ({{ detail }}) => window.events.push([name, detail]));\n\
         window.told = (name) => window.events.filter(([it]) => it === name)\n\
           .map(([, detail]) => detail);\n\
         window.element.identityServer = {server};\n\
         window.element.accessToken = {};",
        json!(session.token)
    );
    stage().serve_page(&body, &script)
}

/// That page, with the identity server as it is.
pub async fn open(page: &Page, identity: &Identity, session: &Session) -> Result<()> {
    open_with(page, identity, session, "").await
}

/// The same, with these attributes.
pub async fn open_with(
    page: &Page,
    identity: &Identity,
    session: &Session,
    more: &str,
) -> Result<()> {
    page.goto(&page_of(identity, session, &json!({"url": identity.url}), more)).await
}

/// Accepts both policies.
pub async fn accept_terms(page: &Page) -> Result<()> {
    for policy in ["I accept Terms of Service", "I accept Privacy Policy"] {
        page.see("checkbox", policy).await?.click().await?;
    }
    page.press("Accept").await
}

/// Opens the link in the `nth` mail to this address.
pub async fn open_link(identity: &Identity, address: &str, nth: usize) -> Result<()> {
    let mail = stage().mails.wait_for(address, nth).await?;
    identity.synapse.open(mail.link().context("the mail has a link")?).await
}

/// Shares an address from its button to its end.
pub async fn share(page: &Page, identity: &Identity, address: &str) -> Result<()> {
    page.turn(&format!("Let others find me with {address}")).await?;
    finish_sharing(page, identity, address).await
}

/// Goes on from the group to the end.
pub async fn finish_sharing(page: &Page, identity: &Identity, address: &str) -> Result<()> {
    page.see("group", address).await?;
    open_link(identity, address, 1).await?;
    page.press("Continue").await?;
    page.read("status", &format!("Others can now find you with {address}")).await?;
    page.read("listitem", SHARED).await?;
    Ok(())
}

/// Nothing is wrong for those who can't see it.
pub async fn accessible(page: &Page) -> Result<()> {
    let found = page.find_by_axe().await?;
    ensure!(found.is_empty(), "{found:?}");
    Ok(())
}

/// What the element says of its addresses.
pub async fn shared(page: &Page) -> Result<Value> {
    page.run("return window.element.threepids.map((it) => it.shared ?? null)").await
}

/// What was told under this name.
pub async fn told(page: &Page, name: &str) -> Result<Value> {
    page.run(&format!("return window.told('{name}')")).await
}

/// The homeserver's token is none of the identity server's business.
pub fn is_discreet(identity: &Identity, session: &Session) -> Result<()> {
    let token = format!("Bearer {}", session.token);
    for asked in identity.proxy.all() {
        ensure!(asked.authorization != token, "{} got the homeserver's token", asked.what);
    }
    Ok(())
}

async fn email(page: Page) -> Result<()> {
    let identity = Identity::start("email", Value::Null).await?;
    let (session, address) = person(&identity, "shares", "email").await?;
    open(&page, &identity, &session).await?;
    page.read("listitem", NOT_SHARED).await?;
    accessible(&page).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    page.read("group", "We've sent you an email to verify your address.").await?;
    page.focus_is("it.role === 'group'").await?;
    accessible(&page).await?;
    ensure!(page.count("button", Some("Change address")).await? == 0);
    ensure!(page.count("switch", Some("Let others find me with shares@example.org")).await? == 0);
    let asked = identity.proxy.wait_for(SEND_EMAIL, 1).await?.body;
    ensure!(asked["email"] == address.as_str() && asked["send_attempt"] == 1, "{asked}");

    // Too early: nothing is lost.
    page.press("Continue").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    identity.homeserver.wait_for(BIND, 1).await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    stage().mails.wait_for(&address, 2).await?;
    page.reload().await?;
    page.see("group", &address).await?;
    page.read("listitem", NOT_SHARED).await?;
    let pending = page.run("return window.element.pending").await?;
    ensure!(pending == json!([]), "it is nothing to be added: {pending}");

    open_link(&identity, &address, 2).await?;
    page.press("Continue").await?;
    page.read("status", &format!("Others can now find you with {address}")).await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await?;
    page.focus_is("it.textContent.includes('shares@example.org')").await?;
    accessible(&page).await?;
    ensure!(identity.finds("email", &address).await? == Some(session.user_id.clone()));
    let it = json!({"medium": "email", "address": address});
    let heard = told(&page, "threepid-shared").await?;
    ensure!(heard == json!([it]), "{heard}");
    ensure!(shared(&page).await? == json!([true]));
    page.until("window.told('threepids-change').at(-1).threepids[0].shared === true").await?;
    ensure!(told(&page, "threepid-verification-sent").await? == json!([]));
    ensure!(told(&page, "threepids-error").await? == json!([]));

    stop_sharing(&page, &identity, &address).await?;
    is_discreet(&identity, &session)
}

async fn stop_sharing(page: &Page, identity: &Identity, address: &str) -> Result<()> {
    let switch = format!("Let others find me with {address}");
    let dialog = format!("Stop sharing {address}?");
    page.turn(&switch).await?;
    page.see("alertdialog", &dialog).await?;
    page.read("alertdialog", "Others will no longer find you with it. It stays on your account.")
        .await?;
    accessible(page).await?;
    page.press("Cancel").await?;
    page.gone("alertdialog", &dialog).await?;
    page.focus_is(&format!("it.getAttribute('aria-label') === '{switch}'")).await?;
    page.read("listitem", SHARED).await?;
    let unbind = "POST account/3pid/unbind";
    ensure!(identity.homeserver.passed(unbind).is_empty(), "though it was cancelled");

    page.turn(&switch).await?;
    page.see("alertdialog", &dialog).await?;
    page.press("Stop sharing").await?;
    page.read("status", &format!("Others can no longer find you with {address}")).await?;
    page.read("listitem", NOT_SHARED).await?;
    page.gone("alertdialog", &dialog).await?;
    page.until("window.stage.focused() !== document.body").await?;
    ensure!(identity.finds("email", address).await?.is_none());
    let it = json!({"medium": "email", "address": address, "unbindResult": "success"});
    let heard = told(page, "threepid-unshared").await?;
    ensure!(heard == json!([it]), "{heard}");
    ensure!(shared(page).await? == json!([false]));
    let body = &identity.homeserver.wait_for(unbind, 1).await?.body;
    ensure!(body["id_server"] == identity.name.as_str(), "{body}");
    page.see_switch(&format!("Let others find me with {address}"), false).await?;
    Ok(())
}

async fn phone(page: Page) -> Result<()> {
    let identity = Identity::start("phone", terms("1")).await?;
    let (session, number) = person(&identity, "calls", "msisdn").await?;
    open_with(&page, &identity, &session, "mediums=\"email msisdn\"").await?;
    accept_terms(&page).await?;
    page.turn("Let others find me with +44 7700 900010").await?;
    page.see("group", "+44 7700 900010").await?;
    page.read("group", "We've sent you a text message with a code.").await?;
    accessible(&page).await?;
    let code = identity.sydent.code(&number, 1).await?;
    let asked = identity.proxy.wait_for(SEND_TEXT, 1).await?.body;
    ensure!(asked["phone_number"] == "+447700900010", "{asked}");

    for wrong in ["000", "111111"] {
        page.type_into("Code from the text message", wrong).await?;
        page.key(Key::Enter).await?;
        page.read("alert", "Wrong code").await?;
        page.focus_is("it.getAttribute('autocomplete') === 'one-time-code'").await?;
    }
    page.press("Resend text message").await?;
    page.read("status", "Text message sent again").await?;
    ensure!(identity.sydent.code(&number, 2).await? == code);
    page.reload().await?;
    page.see("group", "+44 7700 900010").await?;
    // This line comes last, and moves everything below.
    page.read("listitem", "Others can't find you with this number").await?;
    page.type_into("Code from the text message", &code).await?;
    page.press("Continue").await?;
    page.read("status", "Others can now find you with +44 7700 900010").await?;
    page.read("listitem", "Others can find you with this number").await?;
    ensure!(identity.finds("msisdn", &number).await? == Some(session.user_id.clone()));
    let heard = told(&page, "threepid-shared").await?;
    ensure!(heard == json!([{"medium": "msisdn", "address": number}]), "{heard}");

    page.turn("Let others find me with +44 7700 900010").await?;
    page.see("alertdialog", "Stop sharing +44 7700 900010?").await?;
    page.press("Stop sharing").await?;
    page.read("status", "Others can no longer find you with +44 7700 900010").await?;
    ensure!(identity.finds("msisdn", &number).await?.is_none());
    is_discreet(&identity, &session)
}

async fn removed(page: Page) -> Result<()> {
    let identity = Identity::start("removed", Value::Null).await?;
    let (session, address) = person(&identity, "removes", "email").await?;
    open(&page, &identity, &session).await?;
    share(&page, &identity, &address).await?;
    page.press(&format!("Remove {address}")).await?;
    page.see("alertdialog", &format!("Remove {address}?")).await?;
    page.press("Remove").await?;
    let done = format!("{address} was removed. Others can no longer find you with it.");
    page.read("status", &done).await?;
    page.list_is(&[]).await?;
    ensure!(identity.finds("email", &address).await?.is_none());
    let delete = identity.homeserver.wait_for("POST account/3pid/delete", 1).await?.body;
    let wanted = json!({"medium": "email", "address": address, "id_server": identity.name});
    ensure!(delete == wanted, "{delete}");
    let heard = told(&page, "threepid-removed").await?;
    ensure!(heard[0]["unbindResult"] == "success", "{heard}");
    Ok(())
}

/// The same rule as `Locale::put_into` has for the texts of Rust.
async fn isolated(page: Page) -> Result<()> {
    page.goto(&stage().serve_page("", "")).await?;
    let script = "const { draw } = await import('/npm/identity.js');\
        const messages = { shareAddress: 'Share {}', notShared: 'Not shared' };\
        return given[0].map(([address, rtl]) => {\
          const container = document.createElement('div');\
          const state = { shared: false, may: true, busy: false, address };\
          draw(container, state, () => {}, { lang: 'en', rtl, messages });\
          return container.querySelector('button').getAttribute('aria-label');\
        })";
    let given = json!([["a@b.example", false], ["דנה@b.example", false], ["a@b.example", true]]);
    let names = page.run_async(script, vec![given]).await?.0;
    let isolated = |address: &str| format!("Share \u{2068}{address}\u{2069}");
    let expected = json!(["Share a@b.example", isolated("דנה@b.example"), isolated("a@b.example")]);
    ensure!(names == expected, "{names}");
    Ok(())
}
