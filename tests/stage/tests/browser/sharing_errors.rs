//! Sharing where something is in the way: a server that is down, an answer that
//! is lost, a message that is too old, a homeserver that asks for the password.
//! All servers are real; the proxy before them takes care of what goes wrong.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::web;

use crate::email_flow::{add, confirm};
use crate::error_responses::{cut_off, reconnect};
use crate::fault_injection::CORS;
use crate::harness::{browser_test, stage, trusting_browser_test};
use crate::homeserver::{Homeserver, list};
use crate::identity_server_env::{Identity, stand_in, terms};
use crate::page_object::Page;
use crate::proxy::Trick;
use crate::sharing::{
    BIND, NOT_SHARED, SEND_EMAIL, SHARED, accept_terms, accessible, finish_sharing, open,
    open_link, person, share, told,
};

const DETAILS: &str = "GET /_matrix/identity/v2/hash_details";
const UNBIND: &str = "POST account/3pid/unbind";
const DELETE: &str = "POST account/3pid/delete";
/// The homeserver wants to know whether it is the person.
const CHALLENGE: &str =
    r#"{"session": "s", "flows": [{"stages": ["m.login.password"]}], "params": {}}"#;
const NOBODY_THERE: &str = "Can't reach the server. Check your connection and try again.";

pub fn tests() -> Vec<Trial> {
    vec![
        trusting_browser_test("sharing: the identity server is down", down),
        trusting_browser_test("sharing: the identity server goes down later", down_later),
        trusting_browser_test("sharing: unusable responses of the identity server", odd_answers),
        trusting_browser_test("sharing: the homeserver asks for the password", password),
        trusting_browser_test("sharing: the host application authenticates", embedder),
        trusting_browser_test("sharing: lost responses are resolved", lost),
        trusting_browser_test("sharing: an expired link", expired),
        trusting_browser_test("sharing: too many emails", too_many),
        trusting_browser_test("sharing: a rate limit of the lookup", too_many_questions),
        trusting_browser_test("sharing: offline, then online", offline),
        browser_test("sharing: identity.js does not load", without_file),
    ]
}

async fn down(page: Page) -> Result<()> {
    let identity = Identity::start("down", terms("1")).await?;
    let (session, address) = person(&identity, "down", "email").await?;
    identity.proxy.close().await;
    open(&page, &identity, &session).await?;
    page.read("alert", NOBODY_THERE).await?;
    page.see("group", "Let others find you").await?;
    page.list_is(&[&address]).await?;
    accessible(&page).await?;

    // It is in nobody's way.
    add(&page, "down-too@example.org").await?;
    let mail = stage().mails.wait_for("down-too@example.org", 1).await?;
    identity.synapse.open(mail.link().unwrap_or_default()).await?;
    page.press("Continue").await?;
    confirm(&page, "secret").await?;
    page.list_is(&[&address, "down-too@example.org"]).await?;
    page.press("Remove down-too@example.org").await?;
    page.see("alertdialog", "Remove down-too@example.org?").await?;
    page.press("Remove").await?;
    page.read("status", "down-too@example.org was removed").await?;
    page.list_is(&[&address]).await?;
    let removed = identity.homeserver.wait_for(DELETE, 1).await?.body;
    ensure!(removed["id_server"].is_null(), "nobody knows of a share: {removed}");

    identity.proxy.open().await?;
    // The list was read again just now, and with it the terms: that request may
    // be the first to arrive, and the button is gone before it is pressed.
    if let Err(error) = page.press("Try again").await {
        page.gone("button", "Try again").await.context(error)?;
    }
    accept_terms(&page).await?;
    page.read("listitem", NOT_SHARED).await?;
    page.until("window.stage.all('alert', null, null).length === 0").await
}

async fn down_later(page: Page) -> Result<()> {
    let identity = Identity::start("down-later", Value::Null).await?;
    let (session, address) = person(&identity, "down-later", "email").await?;
    open(&page, &identity, &session).await?;
    share(&page, &identity, &address).await?;
    identity.proxy.close().await;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    // What Synapse says of it.
    page.read("alert", "Something went wrong (M_UNKNOWN)").await?;
    page.see("alertdialog", &format!("Stop sharing {address}?")).await?;
    page.press("Cancel").await?;
    page.read("listitem", SHARED).await?;

    identity.proxy.open().await?;
    identity
        .homeserver
        .meets(UNBIND, Trick::Instead(200, r#"{"id_server_unbind_result": "no-support"}"#));
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    let unsure =
        format!("The identity server didn't confirm it: others may still find you with {address}");
    page.read("status", &unsure).await?;
    page.read("listitem", SHARED).await?;
    let heard = told(&page, "threepid-unshared").await?;
    ensure!(heard[0]["unbindResult"] == "no-support", "{heard}");

    identity.homeserver.meets(UNBIND, Trick::Instead(404, r#"{"errcode": "M_UNRECOGNIZED"}"#));
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    page.read("alert", "This server can't stop sharing an address. Remove it instead.").await?;
    page.press("Cancel").await?;

    identity
        .homeserver
        .meets(DELETE, Trick::Instead(200, r#"{"id_server_unbind_result": "no-support"}"#));
    page.press(&format!("Remove {address}")).await?;
    page.press("Remove").await?;
    page.read("status", &format!("{address} was removed. Others may still find you with it."))
        .await?;
    Ok(())
}

async fn odd_answers(page: Page) -> Result<()> {
    let identity = Identity::start("odd", Value::Null).await?;
    let (session, address) = person(&identity, "odd", "email").await?;
    let get_terms = "GET /_matrix/identity/v2/terms";
    for (what, trick, alert) in [
        (get_terms, Trick::Instead(502, "<h1>no</h1>"), "Something went wrong (HTTP 502)"),
        (get_terms, Trick::Instead(404, r#"{"errcode": "M_UNRECOGNIZED"}"#), "(M_UNRECOGNIZED)"),
        (DETAILS, Trick::Instead(500, r#"{"errcode": "M_UNKNOWN"}"#), "(M_UNKNOWN)"),
    ] {
        identity.proxy.meets(what, trick);
        open(&page, &identity, &session).await?;
        page.read("alert", alert).await?;
        page.list_is(&[&address]).await?;
        page.press("Try again").await?;
        page.read("listitem", NOT_SHARED).await?;
    }
    // An algorithm that nobody knows, or one that disguises nothing: then it is
    // not known, and no address is sent.
    for algorithm in ["org.example", "none"] {
        let lookups = || identity.proxy.passed("POST /_matrix/identity/v2/lookup").len();
        let before = lookups();
        let other = format!(r#"{{"algorithms": ["{algorithm}"], "lookup_pepper": "x"}}"#);
        identity.proxy.meets(DETAILS, Trick::Instead(200, other.leak()));
        open(&page, &identity, &session).await?;
        page.read("alert", "It isn't known which addresses others can find you with").await?;
        page.list_is(&[&address]).await?;
        page.until("window.element.threepids[0].shared === undefined").await?;
        ensure!(lookups() == before, "it was told an address");
        page.press("Try again").await?;
        page.read("listitem", NOT_SHARED).await?;
    }

    // A pepper of yesterday: Sydent refuses it, and has another.
    let old = r#"{"algorithms": ["sha256"], "lookup_pepper": "old"}"#;
    identity.proxy.meets(DETAILS, Trick::Instead(200, old));
    open(&page, &identity, &session).await?;
    page.read("listitem", NOT_SHARED).await?;
    let looked_up = identity.proxy.passed("POST /_matrix/identity/v2/lookup");
    let peppers: Vec<_> = looked_up.iter().rev().take(2).map(|it| &it.body["pepper"]).collect();
    ensure!(*peppers[1] == "old" && *peppers[0] != "old", "{peppers:?}");

    // A message that can't be sent.
    open(&page, &identity, &session).await?;
    page.read("listitem", NOT_SHARED).await?;
    identity.proxy.meets(SEND_EMAIL, Trick::Instead(500, r#"{"errcode": "M_EMAIL_SEND_ERROR"}"#));
    page.turn(&format!("Let others find me with {address}")).await?;
    page.read("alert", "The server couldn't send the email. Try again later.").await?;
    page.press("Try again").await?;
    finish_sharing(&page, &identity, &address).await
}

async fn password(page: Page) -> Result<()> {
    let identity = Identity::start("password", Value::Null).await?;
    let (session, address) = person(&identity, "asked", "email").await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;
    identity.homeserver.meets(BIND, Trick::Instead(401, CHALLENGE));
    page.press("Continue").await?;
    let why = format!("Enter your account password to share {address}");
    page.read("dialog", &why).await?;
    accessible(&page).await?;
    confirm(&page, "secret").await?;
    page.read("status", &format!("Others can now find you with {address}")).await?;
    let auth = &identity.homeserver.wait_for(BIND, 2).await?.body["auth"];
    ensure!(auth["session"] == "s" && auth["password"] == "secret", "{auth}");

    identity.homeserver.meets(UNBIND, Trick::Instead(401, CHALLENGE));
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    page.read("dialog", &format!("Enter your account password to stop sharing {address}")).await?;
    confirm(&page, "secret").await?;
    page.read("status", &format!("Others can no longer find you with {address}")).await?;
    let auth = &identity.homeserver.wait_for(UNBIND, 2).await?.body["auth"];
    ensure!(auth["password"] == "secret", "{auth}");
    ensure!(identity.finds("email", &address).await?.is_none());
    Ok(())
}

async fn embedder(page: Page) -> Result<()> {
    let identity = Identity::start("embedder", Value::Null).await?;
    let (session, address) = person(&identity, "embeds", "email").await?;
    open(&page, &identity, &session).await?;
    page.run(
        "window.actions = [];\
         document.addEventListener('threepid-auth-required', (event) => {\
           event.preventDefault();\
           const { action, medium, address, respond } = event.detail;\
           window.actions.push([action, medium, address]);\
           respond({ type: 'org.example.magic' });\
         })",
    )
    .await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;
    identity.homeserver.meets(BIND, Trick::Instead(401, CHALLENGE));
    page.press("Continue").await?;
    page.read("listitem", SHARED).await?;
    identity.homeserver.meets(UNBIND, Trick::Instead(401, CHALLENGE));
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    page.read("listitem", NOT_SHARED).await?;
    let actions = page.run("return window.actions").await?;
    let wanted = json!([["bind", "email", address], ["unbind", "email", address]]);
    ensure!(actions == wanted, "{actions}");
    Ok(())
}

async fn lost(page: Page) -> Result<()> {
    let identity = Identity::start("lost", Value::Null).await?;
    let (session, address) = person(&identity, "loses", "email").await?;
    page.allow(CORS);
    open(&page, &identity, &session).await?;
    // The mail has gone out, nobody heard of it: the same is asked for again.
    identity.proxy.meets(SEND_EMAIL, Trick::CutOff);
    page.turn(&format!("Let others find me with {address}")).await?;
    // Through TLS, WebKitGTK takes a part of an answer for all of it.
    page.until(
        "window.stage.all('alert', null, null).some((it) =>\
           /Can't reach the server|The server couldn't send the email/.test(it.textContent))",
    )
    .await?;
    page.press("Try again").await?;
    page.read("group", "We've sent you an email to verify your address.").await?;
    open_link(&identity, &address, 1).await?;
    let sent = identity.proxy.passed(SEND_EMAIL);
    // (Sydent sends a second mail all the same.)
    ensure!(sent.len() == 2 && sent[0].body == sent[1].body, "{sent:?}");

    identity.homeserver.meets(BIND, Trick::Hidden);
    page.press("Continue").await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", &address).await?;
    ensure!(page.count("alert", None).await? == 0, "an alert, though all is done");
    ensure!(identity.homeserver.passed(BIND).len() == 1, "once was enough");

    identity.homeserver.meets(UNBIND, Trick::Hidden);
    page.turn(&format!("Let others find me with {address}")).await?;
    page.press("Stop sharing").await?;
    page.read("listitem", NOT_SHARED).await?;
    ensure!(identity.finds("email", &address).await?.is_none());
    Ok(())
}

async fn expired(page: Page) -> Result<()> {
    let identity = Identity::start("expired", Value::Null).await?;
    let (session, address) = person(&identity, "late", "email").await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    stage().mails.wait_for(&address, 1).await?;
    identity.sydent.age().await?;
    page.press("Continue").await?;
    page.read("group", "The link may have expired. Resend the email to get a new one.").await?;
    page.press("Resend email").await?;
    page.read("status", "Email sent again").await?;
    open_link(&identity, &address, 2).await?;
    page.press("Continue").await?;
    page.read("status", &format!("Others can now find you with {address}")).await?;
    Ok(())
}

async fn too_many(page: Page) -> Result<()> {
    let identity = Identity::start("too-many", Value::Null).await?;
    let (session, address) = person(&identity, "too-many", "email").await?;
    open(&page, &identity, &session).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    page.stop_time().await?;
    for nth in 2..=5 {
        page.press("Resend email").await?;
        stage().mails.wait_for(&address, nth).await?;
        page.read("status", "Email sent again").await?;
        // Not at once again.
        page.pass(60_000).await?;
    }
    // Sydent does not say for how long.
    page.press("Resend email").await?;
    page.read("alert", "Too many attempts. Try again in 1 minute.").await?;
    page.see("group", &address).await?;
    page.pass(61_000).await?;
    page.read("status", "You can try again now").await?;
    open_link(&identity, &address, 5).await?;
    page.press("Continue").await?;
    page.read("listitem", SHARED).await?;
    Ok(())
}

async fn too_many_questions(page: Page) -> Result<()> {
    let identity = Identity::start("too-many-questions", Value::Null).await?;
    let (session, address) = person(&identity, "too-many-questions", "email").await?;
    let limited = r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 298000}"#;
    identity.proxy.meets(DETAILS, Trick::Instead(429, limited));
    open(&page, &identity, &session).await?;
    page.stop_time().await?;
    page.read("alert", "Too many attempts. Try again in 4 minutes 58 seconds.").await?;
    ensure!(page.count("button", Some("Try again")).await? == 0, "there is nothing to be tried");
    let figure = "window.element.shadowRoot.querySelector('#identity .countdown')";
    page.until(&format!("{figure}.checkVisibility() && {figure}.ariaHidden === 'true'")).await?;
    let before = page.run(&format!("return {figure}.textContent")).await?;
    page.pass(10_000).await?;
    page.until(&format!("{figure}.textContent !== {before}")).await?;
    page.read("alert", "Too many attempts. Try again in 4 minutes 58 seconds.").await?;
    accessible(&page).await?;

    // Whom to ask, where somebody has to do something about it.
    let full =
        r#"{"errcode": "M_RESOURCE_LIMIT_EXCEEDED", "admin_contact": "mailto:admin@example.org"}"#;
    identity.proxy.meets(DETAILS, Trick::Instead(400, full));
    page.pass(290_000).await?;
    page.read("status", "You can try again now").await?;
    let link = page.see("link", "Contact the administrator").await?;
    ensure!(link.attr("href").await?.as_deref() == Some("mailto:admin@example.org"), "whom to ask");
    page.press("Try again").await?;
    page.read("listitem", NOT_SHARED).await?;
    page.list_is(&[&address]).await?;
    page.gone("link", "Contact the administrator").await
}

async fn offline(page: Page) -> Result<()> {
    let identity = Identity::start("offline", terms("1")).await?;
    let (session, _) = person(&identity, "offline", "email").await?;
    open(&page, &identity, &session).await?;
    page.see("group", "Let others find you").await?;
    cut_off(&page).await?;
    accept_terms(&page).await?;
    page.read("status", "You're offline. We'll continue when you're back online.").await?;
    ensure!(page.count("alert", None).await? == 0, "no reason for alarm");
    accessible(&page).await?;
    // What was pressed goes on by itself.
    reconnect(&page).await?;
    page.read("listitem", NOT_SHARED).await?;
    Ok(())
}

async fn without_file(page: Page) -> Result<()> {
    let (homeserver, identity) = (Homeserver::start().await?, stand_in().await?);
    homeserver.answers("GET account/3pid", [list(&["alice@example.org"])]);
    let html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
                <script type=\"module\" src=\"define.js\"></script>\
                <matrix-threepids user-id=\"@alice:example.org\"></matrix-threepids>";
    let routes = Router::new()
        .route("/", get(move || async move { Html(html) }))
        .route("/identity.js", get(|| async { StatusCode::NOT_FOUND }))
        .fallback_service(web::folder(&stage().target.join("npm/package")));
    let site = web::serve(0, routes).await?;
    page.allow("identity.js");
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&format!(
        "window.element = document.querySelector('matrix-threepids');\
         window.told = [];\
         element.addEventListener('threepids-error', ({{ detail }}) => told.push(detail));\
         Object.assign(element, {{ homeserver: '{}', accessToken: 'token',\
           identityServer: {{ url: '{}' }} }})",
        homeserver.url, identity.url
    ))
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    page.until(
        "told.some(({ code, message }) => code === 'internal' && /identity.js/.test(message))",
    )
    .await?;
    // Nobody is asked anything that could not be shown.
    ensure!(identity.all().is_empty(), "asked");
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", "Remove alice@example.org?").await?;
    Ok(())
}
