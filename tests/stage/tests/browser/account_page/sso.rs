//! Single sign-on, at a real Synapse that leaves it to a CAS server.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::{Query, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::json;
use stage::web;

use super::site::{
    LOGIN, METHODS, PROFILE, becomes, fixed, homeserver, is_in, land, put_up, stored,
};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, error};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "account page: single sign-on signs in and leaves no token behind",
            there_and_back,
        ),
        browser_test("account page: SSO providers have names and icons", providers),
        browser_test("account page: planted and refused login tokens do not sign in", bad_tokens),
    ]
}

#[derive(Deserialize)]
struct Service {
    service: String,
}

/// A server that takes everybody for the white rabbit.
async fn cas() -> Result<web::WebServer> {
    let login = |Query(Service { service }): Query<Service>| async move {
        let joint = if service.contains('?') { '&' } else { '?' };
        Redirect::temporary(&format!("{service}{joint}ticket=ST-1"))
    };
    let validate = |RawQuery(_): RawQuery| async {
        let answer = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>\
            <cas:authenticationSuccess><cas:user>rabbit</cas:user></cas:authenticationSuccess>\
            </cas:serviceResponse>";
        ([(header::CONTENT_TYPE, "text/xml")], answer).into_response()
    };
    let routes = Router::new().route("/login", get(login)).route("/proxyValidate", get(validate));
    web::serve(0, routes).await
}

async fn there_and_back(page: Page) -> Result<()> {
    let cas = cas().await?;
    let settings = json!({
        "cas_config": {"enabled": true, "server_url": cas.url, "idp_name": "Looking Glass"},
        "sso": {"client_whitelist": ["http://127.0.0.1"]},
        "password_config": {"enabled": false},
    });
    let mut synapse = stage().another_synapse("account-page-sso", settings).await?;
    let site = put_up(fixed(&synapse.url())).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "Continue with Looking Glass").await?;
    ensure!(page.count("textbox", None).await? == 0, "a password is asked for");
    page.press("Continue with Looking Glass").await?;
    // Away and back: the page is another then.
    becomes(&page, "document.querySelector('.id')?.textContent === '@rabbit:localhost'").await?;
    // Neither the token nor the nonce is anywhere.
    let left = "return JSON.stringify([document.referrer, location.href, history.length,\
        performance.getEntries().map((it) => it.name), {...localStorage},\
        Object.keys(sessionStorage)])";
    let left = page.run(left).await?.to_string();
    ensure!(!left.contains("loginToken") && !left.contains("nonce="), "{left}");
    page.reload().await?;
    is_in(&page, "@rabbit:localhost").await?;
    let history = page.run("return location.search + JSON.stringify(history.state)").await?;
    ensure!(history == "null", "the address bar keeps {history}");
    ensure!(!stored(&page).await?.contains("page/sso"), "{}", stored(&page).await?);
    synapse.stop().await
}

async fn providers(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let providers = json!([
        {"id": "oidc-glass", "name": "Looking Glass", "icon": "mxc://example.org/glass"},
        {"id": "oidc/../x", "name": " "},
        {"name": "no id"},
    ]);
    let flows = json!([{"type": "m.login.sso", "identity_providers": providers}]);
    homeserver.answers(METHODS, [Answer::Json(200, json!({"flows": flows}))]);
    let site = put_up(fixed(&homeserver.url)).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("button", "Continue with Looking Glass").await?;
    page.see("button", "Continue with oidc/../x").await?;
    ensure!(page.count("button", None).await? == 2, "a provider without an id");
    let icon = page.run("return document.querySelector('.icon img').src").await?;
    ensure!(
        icon == format!("{}/_matrix/media/v3/download/example.org/glass", homeserver.url).as_str()
    );
    // Where it cannot be had, the first letter is there.
    page.until("document.querySelector('.icon').innerText === 'L'").await?;
    page.press("Continue with oidc/../x").await?;
    let path = "login/sso/redirect/oidc%2F..%2Fx";
    homeserver.wait_for(&format!("GET {path}"), 1).await?;
    becomes(&page, "location.search.includes('redirectUrl=')").await?;
    let back = return_address(&page).await?;
    let nonce = back.strip_prefix(&format!("{}/?nonce=", site.url)).context("a nonce")?;
    ensure!(nonce.len() == 32 && nonce.bytes().all(|it| it.is_ascii_hexdigit()), "{nonce}");
    Ok(())
}

/// Where the homeserver that the browser is at now would send it.
async fn return_address(page: &Page) -> Result<String> {
    becomes(page, "location.search.includes('redirectUrl=')").await?;
    let back = page.run("return new URLSearchParams(location.search).get('redirectUrl')").await?;
    Ok(back.as_str().context("an address")?.to_owned())
}

/// Goes to the provider; where that is to send the browser.
async fn leave(page: &Page, site: &web::WebServer) -> Result<String> {
    page.goto(&format!("{}/", site.url)).await?;
    page.press("Continue with single sign-on").await?;
    return_address(page).await
}

async fn bad_tokens(page: Page) -> Result<()> {
    const FAILED: &str = "Signing in didn't work. Try again.";
    let homeserver = homeserver().await?;
    let flows = json!([{"type": "m.login.sso"}, {"type": "m.login.password"}]);
    homeserver.answers(METHODS, [Answer::Json(200, json!({"flows": flows}))]);
    let site = put_up(fixed(&homeserver.url)).await?;
    // Somebody else's link must not sign anybody in: while nobody has gone to a
    // provider, and while somebody has.
    land(&page, &format!("{}/?loginToken=planted", site.url)).await?;
    page.read("status", FAILED).await?;
    page.see("button", "Sign in").await?;
    for planted in ["?loginToken=planted", "?nonce=00&loginToken=planted", "?nonce=&loginToken=x"] {
        let back = leave(&page, &site).await?;
        land(&page, &format!("{}/{planted}", site.url)).await?;
        page.read("status", FAILED).await?;
        ensure!(stored(&page).await? == "[{},{}]", "{planted}: {}", stored(&page).await?);
        // What was remembered is good for one return only.
        land(&page, &format!("{back}&loginToken=late")).await?;
        page.read("status", FAILED).await?;
        page.see("textbox", "Password").await?;
    }
    // It took too long.
    let back = leave(&page, &site).await?;
    page.goto(&format!("{}/logo.svg", site.url)).await?;
    page.run(
        "const [name, leave] = Object.entries(sessionStorage)[0];\
         const { at, ...rest } = JSON.parse(leave);\
         sessionStorage[name] = JSON.stringify({ at: at - 15 * 60_000, ...rest });",
    )
    .await?;
    land(&page, &format!("{back}&loginToken=old")).await?;
    page.read("status", FAILED).await?;
    ensure!(homeserver.received(LOGIN).is_empty(), "a planted token was used");

    homeserver.answers(LOGIN, [error(403, "M_FORBIDDEN")]);
    let back = leave(&page, &site).await?;
    land(&page, &format!("{back}&loginToken=refused")).await?;
    page.read("status", FAILED).await?;
    page.see("textbox", "Password").await?;
    let sent = homeserver.wait_for(LOGIN, 1).await?;
    ensure!(sent.body["type"] == "m.login.token" && sent.body["token"] == "refused", "{sent:?}");
    homeserver.answers(LOGIN, [error(403, "M_USER_DEACTIVATED")]);
    let back = leave(&page, &site).await?;
    land(&page, &format!("{back}&loginToken=old")).await?;
    page.read("status", "This account was deactivated").await?;
    ensure!(homeserver.received(PROFILE).is_empty());
    Ok(())
}
