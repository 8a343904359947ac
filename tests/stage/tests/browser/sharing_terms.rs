//! What comes before an address is shared: the identity server's terms, a token
//! of it, and whether there is one at all. All servers are real.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::synapse::Session;

use crate::harness::trusting_browser_test;
use crate::identity_server_env::{API, Identity, in_path, terms};
use crate::page_object::Page;
use crate::proxy::Trick;
use crate::sharing::{
    BIND, NOT_SHARED, SHARED, accept_terms, accessible, is_discreet, open, open_link, open_with,
    page_of, person, share, shared,
};

/// How many documents are not accepted yet.
const UNCHECKED: &str = "return window.stage.all('checkbox', null, null)\
    .filter((it) => !it.checked).length";

pub fn tests() -> Vec<Trial> {
    vec![
        trusting_browser_test("sharing: terms are accepted first, and once", terms_first),
        trusting_browser_test("sharing: new terms, in the user's language", new_terms),
        trusting_browser_test("sharing: accepting terms fails, then succeeds", accepting_fails),
        trusting_browser_test(
            "sharing: an identity server token of the host application",
            own_token,
        ),
        trusting_browser_test("sharing: no identity server is set, or it is removed", not_set),
        trusting_browser_test(
            "sharing: a read-only element shows shares without buttons",
            readonly,
        ),
    ]
}

/// The request by which the account remembers what is accepted.
fn account_data(session: &Session) -> String {
    format!("PUT user/{}/account_data/m.accepted_terms", in_path(&session.user_id))
}

async fn terms_first(page: Page) -> Result<()> {
    let identity = Identity::start("terms", terms("1")).await?;
    let (session, address) = person(&identity, "terms", "email").await?;
    open(&page, &identity, &session).await?;
    page.list_is(&[&address]).await?;
    page.see("group", "Let others find you").await?;
    let why = format!(
        "If you share an address, people who know it can find you through {}. \
         Accept its terms first.",
        identity.name
    );
    page.read("group", &why).await?;
    page.see("checkbox", "I accept Terms of Service").await?;
    page.see("checkbox", "I accept Privacy Policy").await?;
    let link = page.see("link", "Terms of Service").await?;
    ensure!(link.attr("href").await?.as_deref() == Some("https://id.example.org/terms/1/en"));
    accessible(&page).await?;
    ensure!(
        page.count("switch", Some(&format!("Let others find me with {address}"))).await? == 0,
        "too early"
    );

    // One of two is not enough.
    page.see("checkbox", "I accept Terms of Service").await?.click().await?;
    page.press("Accept").await?;
    page.focus_is("it.type === 'checkbox' && !it.checked").await?;
    ensure!(shared(&page).await? == json!([null]));
    ensure!(identity.asked() == ["GET terms"], "too early: {:?}", identity.asked());
    let early = identity.homeserver.all();
    ensure!(!early.iter().any(|it| it.what.contains("openid")), "a token, too early");

    page.see("checkbox", "I accept Privacy Policy").await?.click().await?;
    page.press("Accept").await?;
    page.read("listitem", NOT_SHARED).await?;
    page.gone("group", "Let others find you").await?;
    let accepted = ["https://id.example.org/terms/1/en", "https://id.example.org/privacy/1/en"];
    let mut posted = identity.proxy.wait_for(&format!("POST {API}/terms"), 1).await?.body;
    if let Some(urls) = posted["user_accepts"].as_array_mut() {
        urls.sort_by_key(|url| url.as_str().map(str::len));
    }
    ensure!(posted == json!({"user_accepts": accepted}), "{posted}");
    let mut kept = identity.homeserver.wait_for(&account_data(&session), 1).await?.body;
    if let Some(urls) = kept["accepted"].as_array_mut() {
        urls.sort_by_key(|url| url.as_str().map(str::len));
    }
    ensure!(kept == json!({"accepted": accepted}), "{kept}");
    let shown = shared(&page).await?;
    ensure!(shown == json!([false]), "{shown}");

    // Nobody asks again, not even in another browser.
    page.run("sessionStorage.clear(); localStorage.clear()").await?;
    page.reload().await?;
    page.read("listitem", NOT_SHARED).await?;
    page.see_switch(&format!("Let others find me with {address}"), false).await?;
    ensure!(page.count("group", None).await? == 0, "asked again");
    is_discreet(&identity, &session)
}

async fn new_terms(page: Page) -> Result<()> {
    let identity = Identity::start("new-terms", terms("1")).await?;
    let (session, address) = person(&identity, "new-terms", "email").await?;
    open_with(&page, &identity, &session, "lang=\"de\"").await?;
    let link = page.see("link", "Nutzungsbedingungen").await?;
    ensure!(link.attr("href").await?.as_deref() == Some("https://id.example.org/terms/1/de"));
    // Only one of the two is there in German.
    page.see("link", "Privacy Policy").await?;
    page.run("window.element.lang = 'en'").await?;
    accept_terms(&page).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    open_link(&identity, &address, 1).await?;

    // They change in the middle of it.
    identity.sydent.change_terms(&terms("2"))?;
    page.press("Continue").await?;
    page.see("checkbox", "I accept Terms of Service").await?;
    let link = page.see("link", "Terms of Service").await?;
    ensure!(link.attr("href").await?.as_deref() == Some("https://id.example.org/terms/2/en"));
    // It goes on by itself.
    accept_terms(&page).await?;
    page.read("listitem", SHARED).await?;
    page.gone("group", "Let others find you").await?;
    page.gone("group", &address).await?;
    ensure!(identity.finds("email", &address).await? == Some(session.user_id.clone()));
    let kept = identity.homeserver.wait_for(&account_data(&session), 2).await?.body;
    let kept = kept["accepted"].as_array().map_or(0, Vec::len);
    ensure!(kept == 4, "{kept} are remembered");
    Ok(())
}

async fn accepting_fails(page: Page) -> Result<()> {
    let identity = Identity::start("accepting", terms("1")).await?;
    let (session, address) = person(&identity, "accepts", "email").await?;
    open(&page, &identity, &session).await?;
    let no = r#"{"errcode": "M_UNKNOWN", "error": "server's own"}"#;
    let accept = format!("POST {API}/terms");
    for (what, trick, alert) in [
        (format!("POST {API}/account/register"), Trick::Instead(500, no), "(M_UNKNOWN)"),
        (accept, Trick::Instead(502, "<h1>no</h1>"), "(HTTP 502)"),
    ] {
        identity.proxy.meets(&what, trick);
        page.see("checkbox", "I accept Terms of Service").await?;
        if page.run(UNCHECKED).await? == 2 {
            accept_terms(&page).await?;
        } else {
            page.press("Accept").await?;
        }
        page.read("alert", alert).await?;
        accessible(&page).await?;
        // What was checked stays so.
        ensure!(page.run(UNCHECKED).await? == 0, "{what}: all to be done again");
        page.list_is(&[&address]).await?;
    }
    // What the account is to remember is no condition.
    identity.homeserver.meets(&account_data(&session), Trick::Instead(500, no));
    page.press("Accept").await?;
    page.read("listitem", NOT_SHARED).await?;
    identity.homeserver.met().await?;
    page.gone("group", "Let others find you").await
}

async fn own_token(page: Page) -> Result<()> {
    let identity = Identity::start("own-token", Value::Null).await?;
    let (session, address) = person(&identity, "own-token", "email").await?;
    let token = identity.token(&session).await?;
    let server = json!({"url": identity.url, "accessToken": token});
    page.goto(&page_of(&identity, &session, &server, "")).await?;
    page.read("listitem", NOT_SHARED).await?;
    share(&page, &identity, &address).await?;
    let registered = identity.proxy.passed(&format!("POST {API}/account/register"));
    ensure!(registered.is_empty(), "got one of its own");
    let bound = identity.homeserver.wait_for(BIND, 1).await?.body;
    ensure!(bound["id_access_token"] == token.as_str(), "another token");
    ensure!(bound["id_server"] == identity.name.as_str(), "{}", bound["id_server"]);
    let written = page
        .run("return document.documentElement.outerHTML + window.element.shadowRoot.innerHTML")
        .await?;
    ensure!(!written.as_str().unwrap_or_default().contains(&token), "the token can be read");
    let kept = page.run("return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])");
    let kept = kept.await?;
    ensure!(!kept.as_str().unwrap_or_default().contains(&token), "the token is stored");
    Ok(())
}

async fn not_set(page: Page) -> Result<()> {
    let identity = Identity::start("not-set", Value::Null).await?;
    let (session, address) = person(&identity, "not-set", "email").await?;
    page.goto(&page_of(&identity, &session, &Value::Null, "")).await?;
    page.list_is(&[&address]).await?;
    let nothing = async || -> Result<()> {
        ensure!(
            page.count("switch", Some(&format!("Let others find me with {address}"))).await? == 0
        );
        let item = page.read("listitem", &address).await?.text().await?;
        ensure!(!item.contains("find you"), "{item}");
        ensure!(shared(&page).await? == json!([null]));
        // Nor does it take any room.
        let rooms = "const { shadowRoot } = window.element;\
            return [...shadowRoot.querySelectorAll('.share')]\
              .filter((it) => it.checkVisibility()).length";
        ensure!(page.run(rooms).await? == 0, "an empty row");
        Ok(())
    };
    nothing().await?;
    page.press(&format!("Remove {address}")).await?;
    page.press("Cancel").await?;
    ensure!(identity.asked().is_empty(), "{:?}", identity.asked());
    let is_identity = |it: &str| it.contains("openid") || it.contains("m.accepted_terms");
    let all = identity.homeserver.all();
    ensure!(!all.iter().any(|it| is_identity(&it.what)), "{all:?}");

    page.run(&format!("window.element.identityServer = {{ url: '{}' }}", identity.url)).await?;
    page.read("listitem", NOT_SHARED).await?;
    page.turn(&format!("Let others find me with {address}")).await?;
    page.see("group", &address).await?;
    page.run("window.element.identityServer = null").await?;
    page.gone("group", &address).await?;
    page.until("!window.stage.all('listitem', null, 'find you').length").await?;
    nothing().await
}

async fn readonly(page: Page) -> Result<()> {
    let identity = Identity::start("readonly", Value::Null).await?;
    let (session, address) = person(&identity, "readonly", "email").await?;
    open(&page, &identity, &session).await?;
    share(&page, &identity, &address).await?;
    page.run("window.element.readOnly = true").await?;
    page.gone("switch", &format!("Let others find me with {address}")).await?;
    page.read("listitem", SHARED).await?;
    page.run("window.element.readOnly = false").await?;
    page.see_switch(&format!("Let others find me with {address}"), true).await?;
    Ok(())
}
