//! Servers of r0.5 and older, and of v2_alpha: they leave the validation of
//! addresses to an identity server.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::email_flow::confirm;
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, error, no_such_resource};
use crate::identity_server_env::{in_path, request, stand_in, use_identity_server};
use crate::page_object::Page;
use crate::servers_r0_6::{
    ADDRESS, SECRET, USER, VERSIONS, add, entries, is_discreet, open, server,
};

const NO_IDENTITY_SERVER: &str = "Addresses can't be added here: this server needs an identity \
    server to verify them, and none is configured";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("old servers: r0.5 adds through an identity server", r0_5),
        browser_test("old servers: r0.5 may ask for the password", r0_5_password),
        browser_test("old servers: r0.5 that verifies addresses itself", unstable),
        browser_test("old servers: r0.5 shares by its add endpoint", r0_5_shares),
        browser_test("old servers: v2_alpha has no removal", no_removal),
        browser_test("old servers: v2_alpha adds through an identity server", v2_alpha),
        browser_test(
            "old servers: adding needs an identity server, and works once one is set",
            none_set,
        ),
    ]
}

/// Has an address validated by the identity server and adds it.
async fn adds_by_identity_server(
    page: &Page,
    homeserver: &Homeserver,
    prefix: &str,
    entry: Value,
) -> Result<()> {
    let send = format!("POST {prefix}/account/3pid/email/requestToken");
    let add_path = format!("POST {prefix}/account/3pid");
    homeserver.answers(&send, [Answer::Json(200, json!({"sid": "abc123987"}))]);
    let not_clicked = error(403, "M_THREEPID_AUTH_FAILED");
    homeserver.answers(&add_path, [not_clicked, Answer::Json(200, json!({}))]);
    open(page, homeserver).await?;
    page.read("status", NO_IDENTITY_SERVER).await?;
    let identity = stand_in().await?;
    page.run(&format!(
        "window.element.identityServer = \
           {{ url: '{}/', accessToken: 'of the identity server' }}",
        identity.url
    ))
    .await?;
    add(page).await?;
    page.press("Continue").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    homeserver.answers(&format!("GET {prefix}/account/3pid"), [entries(&[entry])]);
    page.press("Continue").await?;
    page.list_is(&[ADDRESS]).await?;

    let sent = &homeserver.received(&send)[0].body;
    let id_server = identity.url.replace("http://", "");
    let secret = sent["client_secret"].clone();
    let wanted = json!({"email": ADDRESS, "client_secret": secret, "send_attempt": 1,
        "id_server": id_server});
    ensure!(*sent == wanted, "{sent}");
    let creds = json!({"client_secret": secret, "sid": "abc123987", "id_server": id_server});
    for added in homeserver.received(&add_path) {
        let wanted = json!({"three_pid_creds": creds, "threePidCreds": creds});
        ensure!(added.body == wanted, "{}", added.body);
    }
    is_discreet(homeserver)
}

async fn r0_5(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.4.0", "r0.5.0"], R0).await?;
    let entry = json!({"medium": "email", "address": ADDRESS, "validated_at": 1535176800000_u64,
        "added_at": 1535336848756_u64});
    adds_by_identity_server(&page, &homeserver, R0, entry).await
}

/// Synapse 1.4 to 1.14.
async fn unstable(page: Page) -> Result<()> {
    const UNSTABLE: &str = "/_matrix/client/unstable";
    let homeserver = server(no_such_resource(), &[], UNSTABLE).await?;
    let features = json!({"m.lazy_load_members": true, "m.id_access_token": true,
        "m.require_identity_server": false, "m.separate_add_and_bind": true});
    let versions = ["r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0"];
    let says = json!({"versions": versions, "unstable_features": features});
    homeserver.answers(VERSIONS, [Answer::Json(200, says)]);
    let sid = Answer::Json(200, json!({"sid": "bxyDHuJKsdkjMlTJ"}));
    homeserver.answers(&format!("POST {UNSTABLE}/account/3pid/email/requestToken"), [sid]);
    let add_path = format!("POST {UNSTABLE}/account/3pid/add");
    homeserver
        .answers(&add_path, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&format!("GET {UNSTABLE}/account/3pid"), [entries(&[entry])]);
    page.press("Continue").await?;
    confirm(&page, SECRET).await?;
    page.list_is(&[ADDRESS]).await?;
    let added = homeserver.received(&add_path);
    ensure!(added.len() == 2 && added[0].body["sid"] == "bxyDHuJKsdkjMlTJ", "{added:?}");
    is_discreet(&homeserver)
}

async fn r0_5_password(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.5.0"], R0).await?;
    let add_path = format!("POST {R0}/account/3pid");
    let sid = Answer::Json(200, json!({"sid": "1"}));
    homeserver.answers(&format!("POST {R0}/account/3pid/email/requestToken"), [sid]);
    let asks = Answer::Json(401, challenge("s"));
    homeserver.answers(&add_path, [asks, Answer::Json(200, json!({}))]);
    let identity = stand_in().await?;
    open(&page, &homeserver).await?;
    use_identity_server(&page, &identity).await?;
    add(&page).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&format!("GET {R0}/account/3pid"), [entries(&[entry])]);
    page.press("Continue").await?;
    confirm(&page, SECRET).await?;
    page.list_is(&[ADDRESS]).await?;
    let [asked, answered] = [0, 1].map(|at| homeserver.received(&add_path)[at].body.clone());
    let auth = &answered["auth"];
    ensure!(auth["user"] == USER && auth["password"] == SECRET && auth["session"] == "s");
    ensure!(asked["threePidCreds"] == answered["threePidCreds"], "{answered}");
    is_discreet(&homeserver)
}

async fn r0_5_shares(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.5.0"], R0).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&format!("GET {R0}/account/3pid"), [entries(&[entry])]);
    let openid = json!({"access_token": "once", "token_type": "Bearer",
        "matrix_server_name": "matrix.org", "expires_in": 3600});
    let user = format!("{R0}/user/{}", in_path(USER));
    let openid_path = format!("POST {user}/openid/request_token");
    homeserver.answers(&openid_path, [Answer::Json(200, openid.clone())]);
    let accepted = format!("GET {user}/account_data/m.accepted_terms");
    homeserver.answers(&accepted, [error(404, "M_NOT_FOUND")]);
    let identity = stand_in().await?;
    open(&page, &homeserver).await?;
    use_identity_server(&page, &identity).await?;
    page.read("listitem", "Others can't find you with this address").await?;
    let registered = identity.received(&request("POST account/register"));
    ensure!(registered.len() == 1 && registered[0].body == openid, "{registered:?}");
    ensure!(registered[0].authorization.is_empty(), "{registered:?}");
    // The address, disguised.
    let asked = "_h0z3z4KKUMh4jzlfiW7YQdsVx4F9IoI7fUijLXT1mY";
    let lookup = request("POST lookup");
    let wanted = json!({"addresses": [asked], "algorithm": "sha256", "pepper": "pepper"});
    ensure!(identity.received(&lookup)[0].body == wanted, "{:?}", identity.received(&lookup));

    page.turn(&format!("Let others find me with {ADDRESS}")).await?;
    page.see("group", ADDRESS).await?;
    let sent = &identity.received(&request("POST validate/email/requestToken"))[0];
    ensure!(sent.authorization == "Bearer of the identity server", "{sent:?}");
    let secret = sent.body["client_secret"].clone();
    let wanted = json!({"email": ADDRESS, "client_secret": secret, "send_attempt": 1});
    ensure!(sent.body == wanted, "{sent:?}");
    let add_path = format!("POST {R0}/account/3pid");
    let not_clicked = error(403, "M_THREEPID_AUTH_FAILED");
    homeserver.answers(&add_path, [not_clicked, Answer::Json(200, json!({}))]);
    page.press("Continue").await?;
    page.read("status", "We'll finish as soon as you open the link in the email").await?;
    let mappings = json!({"mappings": {asked: USER}});
    identity.answers(&lookup, [Answer::Json(200, mappings)]);
    page.press("Continue").await?;
    page.read("status", &format!("Others can now find you with {ADDRESS}")).await?;
    page.read("listitem", "Others can find you with this address").await?;
    let id_server = identity.url.replace("http://", "");
    let creds = json!({"client_secret": secret, "sid": "abc123987", "id_server": id_server});
    for bound in homeserver.received(&add_path) {
        let body = &bound.body;
        ensure!(body["bind"] == true && body["three_pid_creds"] == creds, "{body}");
    }

    page.turn(&format!("Let others find me with {ADDRESS}")).await?;
    page.press("Stop sharing").await?;
    page.read("alert", "This server can't stop sharing an address. Remove it instead.").await?;
    page.press("Cancel").await?;
    let delete = format!("POST {R0}/account/3pid/delete");
    homeserver.answers(&delete, [Answer::Json(200, json!({}))]);
    homeserver.answers(&format!("GET {R0}/account/3pid"), [entries(&[])]);
    page.press(&format!("Remove {ADDRESS}")).await?;
    page.press("Remove").await?;
    let unsure = format!("{ADDRESS} was removed. Others may still find you with it.");
    page.read("status", &unsure).await?;
    let removed = &homeserver.received(&delete)[0].body;
    ensure!(removed["id_server"] == id_server, "{removed}");
    is_discreet(&homeserver)
}

async fn no_removal(page: Page) -> Result<()> {
    const V2_ALPHA: &str = "/_matrix/client/v2_alpha";
    let homeserver = server(no_such_resource(), &[], V2_ALPHA).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&format!("GET {V2_ALPHA}/account/3pid"), [entries(&[entry])]);
    open(&page, &homeserver).await?;
    page.press("Remove alice@email-provider.org").await?;
    page.press("Remove").await?;
    page.read("alertdialog", "This server can't remove addresses").await?;
    page.press("Cancel").await?;
    page.list_is(&[ADDRESS]).await
}

async fn v2_alpha(page: Page) -> Result<()> {
    const V2_ALPHA: &str = "/_matrix/client/v2_alpha";
    // Without a word of its versions, it could be any server that is down.
    let homeserver = server(no_such_resource(), &[], V2_ALPHA).await?;
    let entry = json!({"medium": "email", "address": ADDRESS});
    adds_by_identity_server(&page, &homeserver, V2_ALPHA, entry).await
}

async fn none_set(page: Page) -> Result<()> {
    const R0: &str = "/_matrix/client/r0";
    let homeserver = server(no_such_resource(), &["r0.5.0"], R0).await?;
    let (list, delete) =
        (format!("GET {R0}/account/3pid"), format!("POST {R0}/account/3pid/delete"));
    let entry = json!({"medium": "email", "address": ADDRESS});
    homeserver.answers(&list, [entries(&[entry])]);
    homeserver.answers(&delete, [Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.list_is(&[ADDRESS]).await?;
    page.read("status", NO_IDENTITY_SERVER).await?;
    page.gone("textbox", "Email address").await?;
    page.gone("button", "Add").await?;

    // What needs no identity server goes on.
    homeserver.answers(&list, [entries(&[])]);
    page.press("Remove alice@email-provider.org").await?;
    page.press("Remove").await?;
    page.read("status", "alice@email-provider.org was removed").await?;

    let identity = stand_in().await?;
    use_identity_server(&page, &identity).await?;
    page.see("textbox", "Email address").await?;
    let region = page.see("region", "Email addresses").await?.text().await?;
    ensure!(!region.contains("identity server"), "{region}");
    Ok(())
}
