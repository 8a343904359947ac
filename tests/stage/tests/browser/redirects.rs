//! Nothing that holds a token or a secret follows a redirect, or is kept by the
//! browser.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::email_flow::confirm;
use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, WHOAMI, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list, redirect};
use crate::identity_server_env::{request, stand_in, use_identity_server};
use crate::page_object::Page;
use crate::servers_r0_6::VERSIONS;

const ALICE: &str = "alice@example.org";
const CAPABILITIES: &str = "GET capabilities";
const NETWORK: &str = "Can't reach the server";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("redirects: no request follows a redirect", not_followed),
        browser_test("redirects: a code does not follow a redirect", no_code),
        browser_test("redirects: the new password does not follow a redirect", no_password),
        browser_test(
            "redirects: the identity server's token does not follow a redirect",
            no_identity,
        ),
        browser_test("redirects: every request forbids redirects, caching and cookies", each),
        browser_test(
            "redirects: a response that a proxy marks as cacheable is not cached",
            not_kept,
        ),
    ]
}

const STATUSES: [u16; 4] = [301, 302, 307, 308];

/// A server of answers to everything, where nothing is to come.
async fn elsewhere() -> Result<Homeserver> {
    Homeserver::old(Answer::Json(200, json!({"threepids": [], "sid": "1"}))).await
}

async fn not_followed(page: Page) -> Result<()> {
    for status in STATUSES {
        let (homeserver, other) = (Homeserver::start().await?, elsewhere().await?);
        let to = |path: &str| [redirect(status, &format!("{}/{path}", other.url))];
        homeserver.answers(LIST, to("list"));
        homeserver.answers(WHOAMI, to("whoami"));
        homeserver.answers(CAPABILITIES, to("capabilities"));
        open(&page, &homeserver).await?;
        page.read("alert", NETWORK).await?;
        homeserver.answers(LIST, [error(404, "M_UNRECOGNIZED")]);
        homeserver.answers(VERSIONS, to("versions"));
        page.press("Try again").await?;
        homeserver.wait_for(VERSIONS, 1).await?;
        page.read("alert", NETWORK).await?;

        homeserver.answers(LIST, [list(&[ALICE])]);
        homeserver.answers(SEND, to("send"));
        page.press("Try again").await?;
        page.list_is(&[ALICE]).await?;
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", NETWORK).await?;
        homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1"}))]);
        homeserver.answers(WHOAMI, [Answer::Json(200, json!({"user_id": "@alice:example.org"}))]);
        page.press("Add").await?;
        page.see("group", NEW).await?;

        let asks = Answer::Json(401, challenge("s"));
        homeserver.answers(ADD, [asks, redirect(status, &format!("{}/add", other.url))]);
        page.press("Continue").await?;
        confirm(&page, "secret").await?;
        page.read("alert", NETWORK).await?;
        page.press("Cancel").await?;
        homeserver.answers(DELETE, to("delete"));
        page.press(&format!("Remove {ALICE}")).await?;
        page.press("Remove").await?;
        page.read("alert", NETWORK).await?;
        let all = other.all();
        ensure!(all.is_empty(), "{status}: followed to {all:?}");
    }
    Ok(())
}

async fn no_code(page: Page) -> Result<()> {
    for status in STATUSES {
        let (homeserver, other) = (Homeserver::start().await?, elsewhere().await?);
        let submit_url = format!("{}/submit", homeserver.url);
        let sid = json!({"sid": "1", "submit_url": submit_url});
        homeserver.answers(SEND, [Answer::Json(200, sid)]);
        homeserver.answers("POST /submit", [redirect(status, &other.url)]);
        open(&page, &homeserver).await?;
        add(&page).await?;
        page.type_into("Code from the email", "123456").await?;
        page.press("Continue").await?;
        homeserver.wait_for("POST /submit", 1).await?;
        page.read("alert", NETWORK).await?;
        ensure!(other.all().is_empty(), "{status}: followed");
    }
    Ok(())
}

async fn no_password(page: Page) -> Result<()> {
    const CHANGE: &str = "POST account/password";
    for status in STATUSES {
        let (homeserver, other) = (Homeserver::start().await?, elsewhere().await?);
        homeserver.answers(CHANGE, [redirect(status, &other.url)]);
        let body = format!(
            "<matrix-account-password homeserver=\"{}\"></matrix-account-password>",
            homeserver.url
        );
        let script = "import \"/npm/define.js\";\n\
            document.querySelector(\"matrix-account-password\").accessToken = \"token\";";
        page.goto(&stage().serve_page(&body, script)).await?;
        crate::password_flow::change_to(&page, "a new one").await?;
        homeserver.wait_for(CHANGE, 1).await?;
        page.read("alert", NETWORK).await?;
        ensure!(other.all().is_empty(), "{status}: followed");
    }
    Ok(())
}

async fn no_identity(page: Page) -> Result<()> {
    for status in STATUSES {
        let (homeserver, other) = (Homeserver::start().await?, elsewhere().await?);
        let identity = stand_in().await?;
        let openid = "POST user/%40alice%3Aexample.org/openid/request_token";
        homeserver.answers(openid, [Answer::Json(200, json!({"access_token": "vouched"}))]);
        let registers = request("POST account/register");
        identity.answers(&registers, [redirect(status, &other.url)]);
        open(&page, &homeserver).await?;
        page.list_is(&[ALICE]).await?;
        use_identity_server(&page, &identity).await?;
        identity.wait_for(&registers, 1).await?;
        page.read("alert", NETWORK).await?;
        ensure!(other.all().is_empty(), "{status}: followed");
    }
    Ok(())
}

async fn each(page: Page) -> Result<()> {
    let (homeserver, identity) = (Homeserver::start().await?, stand_in().await?);
    let no = json!({"capabilities": {"m.3pid_changes": {"enabled": false}}});
    homeserver.answers(CAPABILITIES, [Answer::Json(200, no)]);
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": ["r0.6.1", "v1.1"]}))]);
    open(&page, &homeserver).await?;
    page.list_is(&[ALICE]).await?;
    homeserver.answers(LIST, [error(404, "M_UNRECOGNIZED"), list(&[ALICE])]);
    page.run(
        "window.seen = [];\
         window.element.fetch = (request) => {\
           const { redirect, cache, credentials, referrerPolicy } = request;\
           window.seen.push([request.url, redirect, cache, credentials, referrerPolicy]);\
           return fetch(request);\
         };\
         window.element.userId = '@alice:example.org'",
    )
    .await?;
    page.read("alert", "Something went wrong (M_UNRECOGNIZED)").await?;
    page.press("Try again").await?;
    page.list_is(&[ALICE]).await?;
    page.read("status", "This server doesn't let you change your addresses").await?;
    use_identity_server(&page, &identity).await?;
    identity.wait_for(&request("GET terms"), 1).await?;
    page.until("window.seen.some(([url]) => url.includes('/identity/v2/'))").await?;
    page.until("window.seen.some(([url]) => url.includes('/.well-known/matrix/client'))").await?;
    let seen = page.run("return window.seen").await?;
    for it in seen.as_array().into_iter().flatten() {
        let how: Vec<&Value> = it.as_array().into_iter().flatten().skip(1).collect();
        ensure!(how == ["error", "no-store", "omit", "no-referrer"], "{it}");
    }
    Ok(())
}

async fn not_kept(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let fresh = |addresses: &[&str]| {
        let age = vec![("cache-control", "public, max-age=3600".to_owned())];
        Answer::Headed(age, Box::new(list(addresses)))
    };
    homeserver.answers(LIST, [fresh(&[ALICE])]);
    open(&page, &homeserver).await?;
    page.list_is(&[ALICE]).await?;
    // The next person's.
    homeserver.answers(LIST, [fresh(&["bob@example.org"])]);
    open(&page, &homeserver).await?;
    page.list_is(&["bob@example.org"]).await?;
    homeserver.answers(LIST, [fresh(&[])]);
    page.press("Remove bob@example.org").await?;
    page.press("Remove").await?;
    page.list_is(&[]).await
}
