//! Servers from before v1.1 that know all that newer ones do, elsewhere: r0.6.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::email_flow::confirm;
use crate::fault_injection::CORS;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, UNDER, challenge_of, error, list, no_such_resource};
use crate::identity_server_env::{in_path, stand_in, use_identity_server};
use crate::page_object::Page;

/// Whose account it is.
pub const USER: &str = "@benoitx:matrix.org";
/// An address that is not on the list.
pub const ADDRESS: &str = "alice@email-provider.org";
/// The password.
pub const SECRET: &str = "weak_password";
/// The request that asks what the server knows.
pub const VERSIONS: &str = "GET /_matrix/client/versions";
pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("old servers: r0.6 adds and removes an address", r0),
        browser_test("old servers: r0.6, however it refuses v3 paths", however_unknown),
        browser_test("old servers: r0.6 has its own fallback page for single sign-on", sso),
        browser_test("old servers: a new server receives no versions request", not_asked),
    ]
}

/// The answer to the list.
pub fn entries(list: &[Value]) -> Answer {
    Answer::Json(200, json!({"threepids": list}))
}

/// A server that has these paths (below `prefix`) and no other. Below `prefix`,
/// it refuses what it does not know with a Matrix error, as Synapse does.
pub async fn server(unknown: Answer, versions: &[&str], prefix: &str) -> Result<Homeserver> {
    let homeserver = Homeserver::old(unknown).await?;
    homeserver.answers(VERSIONS, [Answer::Json(200, json!({"versions": versions}))]);
    homeserver.answers(&format!("{UNDER}{prefix}/"), [error(400, "M_UNRECOGNIZED")]);
    homeserver.answers(&format!("GET {prefix}/account/3pid"), [entries(&[])]);
    Ok(homeserver)
}

/// A page with the element.
pub async fn open(page: &Page, homeserver: &Homeserver) -> Result<()> {
    page.allow(CORS);
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" user-id=\"{USER}\" persist=\"none\">\
         </matrix-threepids>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.element.accessToken = \"token\";";
    page.goto(&stage().serve_page(&body, script)).await
}

/// Has a mail sent.
pub async fn add(page: &Page) -> Result<()> {
    page.type_into("Email address", ADDRESS).await?;
    page.press("Add").await?;
    page.see("group", ADDRESS).await?;
    Ok(())
}

/// Nothing secret in any URL; the version asked for once, and without a token.
pub fn is_discreet(homeserver: &Homeserver) -> Result<()> {
    for sent in homeserver.all() {
        ensure!(sent.query.is_empty(), "{} has a query: {}", sent.what, sent.query);
        // A preflight has none, either.
        let is_public = sent.what == VERSIONS || sent.what.starts_with("OPTIONS ");
        let token = if is_public { "" } else { "Bearer token" };
        ensure!(sent.authorization == token, "{}: {}", sent.what, sent.authorization);
    }
    // With each path that it does not know, it may have become another.
    let (asked, unknown) = (homeserver.received(VERSIONS).len(), homeserver.count_unknown());
    ensure!((1..=unknown).contains(&asked), "asked {asked} times what it is, {unknown} unknown");
    Ok(())
}

async fn r0(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.5.0", "r0.6.0", "r0.6.1"], R0).await?;
    let [send, add_path, delete] = ["/email/requestToken", "/add", "/delete"]
        .map(|path| format!("POST {R0}/account/3pid{path}"));
    homeserver.answers(&send, [Answer::Json(200, json!({"sid": "bxyDHuJKsdkjMlTJ"}))]);
    let asks = |session: &str| json!({"session": session, "flows": [{"stages": ["m.login.password"]}], "params": {}});
    let mut wrong = asks("fXHOvoQsPMhEebVqTnIrzZJN");
    wrong["completed"] = json!([]);
    wrong["error"] = json!("Invalid password");
    wrong["errcode"] = json!("M_FORBIDDEN");
    let not_clicked = json!({"errcode": "M_THREEPID_AUTH_FAILED",
        "error": "No validated 3pid session found"});
    let answers = [
        Answer::Json(401, asks("ppvvnozXCQZFaggUBlHJYPjA")),
        Answer::Json(401, wrong),
        Answer::Json(400, not_clicked),
        Answer::Json(200, json!({})),
    ];
    homeserver.answers(&add_path, answers);
    homeserver.answers(&delete, [Answer::Json(200, json!({"id_server_unbind_result": "success"}))]);

    open(&page, &homeserver).await?;
    page.read("region", "No email addresses yet").await?;
    add(&page).await?;
    page.press("Continue").await?;
    confirm(&page, "guess").await?;
    page.read("alert", "Wrong password").await?;
    confirm(&page, SECRET).await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    let entry = json!({"medium": "email", "address": ADDRESS, "validated_at": 1535176800000_u64,
        "added_at": 1535336848756_u64});
    homeserver.answers(&format!("GET {R0}/account/3pid"), [entries(&[entry]), entries(&[])]);
    page.press("Continue").await?;
    page.read("status", "alice@email-provider.org was added").await?;

    let sent = &homeserver.received(&send)[0].body;
    let secret = sent["client_secret"].clone();
    let wanted = json!({"email": ADDRESS, "client_secret": secret, "send_attempt": 1});
    ensure!(*sent == wanted, "{sent}");
    let added = homeserver.received(&add_path);
    let (sid, session) = ("bxyDHuJKsdkjMlTJ", "fXHOvoQsPMhEebVqTnIrzZJN");
    ensure!(added[0].body == json!({"sid": sid, "client_secret": secret}), "{added:?}");
    let auth = json!({"session": session, "type": "m.login.password", "user": USER,
        "identifier": {"type": "m.id.user", "user": USER}, "password": SECRET});
    let wanted = json!({"sid": sid, "client_secret": secret, "auth": auth});
    ensure!(added[2].body == wanted, "{added:?}");
    ensure!(added[3].body["auth"] == json!({"session": session}), "{added:?}");

    page.press("Remove alice@email-provider.org").await?;
    page.press("Remove").await?;
    page.read("status", "alice@email-provider.org was removed").await?;
    let removed = &homeserver.received(&delete)[0].body;
    ensure!(*removed == json!({"medium": "email", "address": ADDRESS}), "{removed}");
    is_discreet(&homeserver)
}

async fn however_unknown(page: Page) -> Result<()> {
    for (refuses_preflights, unknown) in [
        // Synapse up to 1.12, and up to 1.47.
        (true, no_such_resource()),
        (false, no_such_resource()),
        // What later specifications ask for.
        (false, error(404, "M_UNRECOGNIZED")),
        (false, error(405, "M_UNRECOGNIZED")),
        (false, error(400, "M_UNRECOGNIZED")),
        (false, Answer::Text(404, "<html><body>404 Not Found</body></html>")),
    ] {
        let homeserver = server(unknown, &["r0.6.0"], "/_matrix/client/r0").await?;
        if refuses_preflights {
            homeserver.refuses_preflights();
        }
        open(&page, &homeserver).await?;
        page.read("region", "No email addresses yet").await?;
        page.see("textbox", "Email address").await?;
        is_discreet(&homeserver)?;
    }
    Ok(())
}

async fn sso(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.6.1"], R0).await?;
    let fallback = "<!doctype html><p>Example</p>\
        <button onclick=\"opener.postMessage('authDone', '*')\">Sign in</button>";
    let there = format!("GET {R0}/auth/org.matrix.login.sso/fallback/web");
    homeserver.answers(&there, [Answer::Page(fallback.to_owned())]);
    let sid = Answer::Json(200, json!({"sid": "1"}));
    homeserver.answers(&format!("POST {R0}/account/3pid/email/requestToken"), [sid]);
    let asks = challenge_of("s", &[&["org.matrix.login.sso"]], &[]);
    let add_path = format!("POST {R0}/account/3pid/add");
    homeserver.answers(&add_path, [asks, Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&format!("GET {R0}/account/3pid"), [entries(&[entry])]);
    page.press("Continue").await?;
    let own = page.turn_to_new_window().await?;
    page.loaded("Example").await?;
    page.press("Sign in").await?;
    page.turn_to(&own).await?;
    page.list_is(&[ADDRESS]).await
}

async fn not_asked(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers("POST account/3pid/add", [Answer::Json(200, json!({}))]);
    let openid = Answer::Json(200, json!({"access_token": "once"}));
    let user = in_path(USER);
    homeserver.answers(&format!("POST user/{user}/openid/request_token"), [openid]);
    let nothing = error(404, "M_NOT_FOUND");
    homeserver.answers(&format!("GET user/{user}/account_data/m.accepted_terms"), [nothing]);
    let identity = stand_in().await?;
    open(&page, &homeserver).await?;
    use_identity_server(&page, &identity).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.read("listitem", "Others can't find you with this address").await?;
    add(&page).await?;
    homeserver.answers("GET account/3pid", [list(&[ADDRESS])]);
    page.press("Continue").await?;
    page.list_is(&[ADDRESS]).await?;
    ensure!(homeserver.received(VERSIONS).is_empty(), "asked though all is well");
    for what in ["POST account/3pid/email/requestToken", "POST account/3pid/add"] {
        let body = &homeserver.received(what)[0].body;
        ensure!(body["id_server"].is_null() && body["id_access_token"].is_null(), "{body}");
    }
    Ok(())
}
