//! From what a person types to their homeserver, by the spec's rules.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use stage::ports;

use super::site::{
    METHODS, USER, VERSIONS, WELL_KNOWN, homeserver, is_in, name_of, put_up, sign_in,
};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("account page: a server name leads to its homeserver", by_well_known),
        browser_test("account page: wrong .well-known responses", wrong_well_known),
        browser_test("account page: server names that lead nowhere", nowhere),
        browser_test("account page: mistakes in config.json are named", misconfigured),
    ]
}

const SERVER: &str = "Matrix ID or server";

async fn says(server: &Homeserver, base_url: &str) {
    let well_known = json!({"m.homeserver": {"base_url": base_url}});
    server.answers(WELL_KNOWN, [Answer::Json(200, well_known)]);
}

async fn by_well_known(page: Page) -> Result<()> {
    let synapse = &stage().synapse;
    let session = synapse.user("well-known", "secret").await?;
    // Says nothing of Matrix but where it is.
    let server = Homeserver::start().await?;
    says(&server, &format!("{}/", synapse.url())).await;
    let name = name_of(&server.url);
    let site = put_up(json!({})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.type_into(SERVER, &format!("@somebody:{name}")).await?;
    page.press("Continue").await?;
    // The Matrix ID need not be typed again.
    page.see("textbox", USER).await?;
    page.focus_is("it.id === 'password'").await?;
    page.until(&format!("document.querySelector('#user').value === '@somebody:{name}'")).await?;
    page.press("Use another server").await?;
    page.type_into(SERVER, name).await?;
    page.press("Continue").await?;
    sign_in(&page, &session.user_id, "secret").await?;
    is_in(&page, &session.user_id).await?;
    let homeserver =
        page.run("return document.querySelector('matrix-threepids').homeserver").await?;
    ensure!(homeserver == synapse.url().as_str(), "{homeserver}");
    Ok(())
}

async fn wrong_well_known(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    let server = Homeserver::start().await?;
    let name = name_of(&server.url).to_owned();
    let site = put_up(json!({})).await?;
    page.goto(&format!("{}/", site.url)).await?;

    // FAIL_ERROR: it says something, and that is wrong.
    let bad = format!("{name} isn't set up correctly");
    let elsewhere = format!("http://127.0.0.1:{}", ports::find_free()?);
    for well_known in [
        json!({"m.homeserver": {"base_url": "not a URL"}}),
        json!({"m.homeserver": {"base_url": "http://matrix.example.org"}}),
        json!({"m.homeserver": {"base_url": elsewhere}}),
        json!({"m.homeserver": {"base_url": server.url}}),
        json!({"m.homeserver": {"base_url": homeserver.url}, "m.identity_server": {}}),
    ] {
        server.answers(WELL_KNOWN, [Answer::Json(200, well_known)]);
        page.type_into(SERVER, &name).await?;
        page.press("Continue").await?;
        page.read("alert", &bad).await?;
        page.focus_is("it.id === 'server'").await?;
        // Nothing of it stays for the next.
        page.reload().await?;
    }

    // FAIL_PROMPT: what it says is of no use, and the person may know better.
    for answer in [
        Answer::Text(200, "<h1>Welcome</h1>"),
        Answer::Text(200, ""),
        Answer::Json(200, json!({})),
        Answer::Json(500, json!({})),
    ] {
        server.answers(WELL_KNOWN, [answer]);
        page.type_into(SERVER, &name).await?;
        page.press("Continue").await?;
        page.see("textbox", "Homeserver address").await?;
        page.press("Use another server").await?;
    }
    page.type_into(SERVER, &name).await?;
    page.press("Continue").await?;
    page.type_into("Homeserver address", "a b").await?;
    page.press("Continue").await?;
    page.read("alert", "That's not the address of a server").await?;
    page.type_into("Homeserver address", &homeserver.url).await?;
    page.press("Continue").await?;
    page.see("textbox", "Password").await?;

    // IGNORE: there is none. The server may be the homeserver itself.
    page.press("Use another server").await?;
    page.type_into(SERVER, name_of(&homeserver.url)).await?;
    page.press("Continue").await?;
    page.see("textbox", "Password").await?;
    Ok(())
}

async fn nowhere(page: Page) -> Result<()> {
    let homeserver = homeserver().await?;
    homeserver.answers(VERSIONS, [Answer::Text(200, "<h1>Welcome</h1>")]);
    let name = name_of(&homeserver.url);
    let nobody = format!("127.0.0.1:{}", ports::find_free()?);
    let site = put_up(json!({"homeserver": "example.org"})).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("textbox", SERVER).await?;
    page.until("document.querySelector('#server').value === 'example.org'").await?;
    for (typed, words) in [
        ("", "Enter your Matrix ID or your server's name".to_owned()),
        (
            "@alice",
            "Enter a Matrix ID, such as @alice:example.org, or the name of a server".to_owned(),
        ),
        ("http://example.org", "The address has to begin with https://".to_owned()),
        (name, format!("{name} isn't a Matrix server")),
        (&homeserver.url, format!("{name} isn't a Matrix server")),
        (&nobody, format!("There's no server named {nobody}, or it can't be reached.")),
    ] {
        page.type_into(SERVER, typed).await?;
        page.press("Continue").await?;
        page.read("alert", &words).await?;
        page.focus_is("it.id === 'server'").await?;
    }
    ensure!(homeserver.received(METHODS).is_empty(), "asked how to sign in to what is no server");
    Ok(())
}

async fn misconfigured(page: Page) -> Result<()> {
    let config = json!({
        "homeserver": "@alice:example.org", "homeserverFixed": "yes", "nmae": "Example",
        "theme": {"accent": "red"}, "languages": ["tlh"], "sections": "email",
    });
    let site = put_up(config).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.read("alert", "This page isn't set up correctly").await?;
    for member in ["homeserver", "homeserverFixed", "nmae", "theme.accent", "languages", "sections"]
    {
        page.read("alert", &format!("config.json: \"{member}\" ")).await?;
    }
    ensure!(page.count("listitem", None).await? == 6);
    let config = json!({
        "homeserver": "matrix.example.org", "name": "Wonderland", "languages": ["fr"],
        "theme": {"--threepids-color-accent": "rgb(1, 2, 3)"}, "sections": ["email"],
    });
    let site = put_up(config).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.see("heading", "Wonderland").await?;
    let button = page.see("button", "Continuer").await?;
    ensure!(
        button.css_value("background-color").await?.contains("1, 2, 3"),
        "not the theme's color"
    );
    page.until("document.documentElement.lang === 'fr' && document.title === 'Wonderland'").await
}
