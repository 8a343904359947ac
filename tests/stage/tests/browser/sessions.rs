//! Homeserver, person, token and `fetch` are one thing: what was begun with
//! some is never sent with others.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{DELETE, LIST, WHOAMI};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, error, list};
use crate::identity_server_env::{in_path, stand_in};
use crate::page_object::Page;
use crate::servers_r0_6::VERSIONS;

const ALICE: &str = "alice@example.org";
const BOB: &str = "bob@example.org";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("sessions: homeserver and token change at any moment", changed),
        browser_test("sessions: homeserver and token change in any order", orders),
        browser_test("sessions: a custom fetch receives only requests of its session", fetches),
        browser_test("sessions: the next token belongs to another user", another_person),
        browser_test("sessions: the user of the next token is unknown", nobody_knows),
        browser_test("sessions: the user ID changes before the token", user_first),
    ]
}

/// What the first homeserver is doing when the page changes to the second.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// The function that gets a token is awaited.
    Token,
    /// A new token is.
    Renewal,
    /// Whose token it is, is being asked.
    Whoami,
    /// The list is being read.
    List,
    /// Which API the server speaks, is being asked.
    Versions,
    /// The token of the identity server is being got.
    OpenId,
}

const MOMENTS: [Moment; 6] = [
    Moment::Token,
    Moment::Renewal,
    Moment::Whoami,
    Moment::List,
    Moment::Versions,
    Moment::OpenId,
];

fn held(answer: Answer) -> Answer {
    Answer::Held(Box::new(answer))
}

/// The page's element is signed in at the first homeserver, and that is being
/// done.
async fn begin(page: &Page, first: &Homeserver, moment: Moment) -> Result<()> {
    let identity = stand_in().await?;
    let openid = format!("POST user/{}/openid/request_token", in_path("@alice:example.org"));
    let alice = json!({"user_id": "@alice:example.org"});
    let (token, awaited) = match moment {
        Moment::Token => ("(reason) => (window.asked.push(reason), window.late)", None),
        Moment::Renewal => {
            first.answers(LIST, [error(401, "M_UNKNOWN_TOKEN")]);
            let token = "(reason) => reason === 'initial' ? 'of-the-first' :\
                (window.asked.push(reason), window.late)";
            (token, None)
        }
        Moment::Whoami => {
            first.answers(WHOAMI, [held(Answer::Json(200, alice))]);
            ("'of-the-first'", Some(WHOAMI))
        }
        Moment::List => {
            first.answers(LIST, [held(list(&[ALICE]))]);
            ("'of-the-first'", Some(LIST))
        }
        Moment::Versions => {
            first.answers(LIST, [error(404, "M_UNRECOGNIZED")]);
            first.answers(VERSIONS, [held(Answer::Json(200, json!({"versions": ["r0.6.1"]})))]);
            ("'of-the-first'", Some(VERSIONS))
        }
        Moment::OpenId => {
            first.answers(&openid, [held(Answer::Json(200, json!({"access_token": "vouched"})))]);
            ("'of-the-first'", Some(&*openid))
        }
    };
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", first.url);
    let identity_server = match moment {
        Moment::OpenId => format!("{{ url: '{}' }}", identity.url),
        _ => "undefined".to_owned(),
    };
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.asked = [];\n\
         window.late = new Promise((go) => (window.go = go));\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         window.element.identityServer = {identity_server};\n\
         window.element.accessToken = {token};"
    );
    page.goto(&stage().serve_page(&body, &script)).await?;
    match awaited {
        Some(what) => drop(first.wait_for(what, 1).await?),
        None => page.until("window.asked.length > 0").await?,
    }
    Ok(())
}

/// What was begun comes to its end; each server has met its own token only.
async fn end(page: &Page, first: &Homeserver, second: &Homeserver, of: &str) -> Result<()> {
    page.until("window.element.isConnected").await?;
    page.list_is(&[BOB]).await.with_context(|| of.to_owned())?;
    page.run("window.go('of-the-first')").await?;
    first.let_go();
    page.run_async("await window.element.refresh(); await window.element.refresh()", vec![])
        .await?;
    for (server, token) in [(first, "of-the-first"), (second, "of-the-second")] {
        let own = format!("Bearer {token}");
        for sent in server.all() {
            let may = sent.authorization == own || sent.authorization.is_empty();
            ensure!(may, "{of}: {} got {}", sent.what, sent.authorization);
        }
    }
    Ok(())
}

async fn second() -> Result<Homeserver> {
    let second = Homeserver::start().await?;
    second.answers(LIST, [list(&[BOB])]);
    second.answers(WHOAMI, [Answer::Json(200, json!({"user_id": "@bob:example.org"}))]);
    Ok(second)
}

async fn changed(page: Page) -> Result<()> {
    for moment in MOMENTS {
        let (first, second) = (Homeserver::start().await?, second().await?);
        begin(&page, &first, moment).await?;
        page.run(&format!(
            "window.element.homeserver = '{}'; window.element.accessToken = 'of-the-second'",
            second.url
        ))
        .await?;
        end(&page, &first, &second, &format!("{moment:?}")).await?;
    }
    Ok(())
}

async fn orders(page: Page) -> Result<()> {
    let orders = [
        "it.accessToken = 'of-the-second'; it.homeserver = there",
        "it.accessToken = async () => 'of-the-second'; it.userId = '@bob:example.org';\
         it.homeserver = there",
        "it.setAttribute('user-id', '@bob:example.org'); it.setAttribute('homeserver', there);\
         it.accessToken = 'of-the-second'",
        "it.homeserver = there; Promise.resolve().then(() => it.accessToken = 'of-the-second')",
        "it.accessToken = 'of-the-second'; Promise.resolve().then(() => it.homeserver = there)",
        "it.accessToken = null; it.homeserver = there; it.accessToken = 'of-the-second'",
        "it.remove(); it.homeserver = there; it.accessToken = 'of-the-second';\
         document.querySelector('main').append(it)",
        "const main = it.parentNode; it.remove(); setTimeout(() => {\
         it.accessToken = 'of-the-second'; it.homeserver = there; main.append(it) })",
    ];
    for order in orders {
        for moment in [Moment::Token, Moment::Whoami] {
            let (first, second) = (Homeserver::start().await?, second().await?);
            begin(&page, &first, moment).await?;
            let change = format!("const there = '{}', it = window.element; {order}", second.url);
            page.run(&change).await?;
            end(&page, &first, &second, &format!("{moment:?}: {order}")).await?;
        }
    }
    Ok(())
}

async fn fetches(page: Page) -> Result<()> {
    let (first, second) = (Homeserver::start().await?, second().await?);
    begin(&page, &first, Moment::Whoami).await?;
    let set = "window.seen = [];\
        const through = (name) => (request) => {\
          window.seen.push([name, request.url, request.headers.get('Authorization')]);\
          return fetch(request);\
        };";
    page.run(&format!("{set} window.element.fetch = through('first'); window.through = through"))
        .await?;
    // One that is set later is for what is sent later.
    let listed = page.run_async("await window.element.refresh(); return window.seen", vec![]);
    ensure!(listed.await?.0[0][0] == "first");
    page.run(&format!(
        "window.element.homeserver = '{}'; window.element.fetch = window.through('second');\
         window.element.accessToken = 'of-the-second'",
        second.url
    ))
    .await?;
    end(&page, &first, &second, "fetch").await?;
    let seen = page.run("return window.seen").await?;
    for it in seen.as_array().into_iter().flatten() {
        let (server, token) = match it[0].as_str() {
            Some("first") => (&first, "Bearer of-the-first"),
            _ => (&second, "Bearer of-the-second"),
        };
        ensure!(it[1].as_str().unwrap_or_default().starts_with(&server.url), "{it}");
        ensure!(it[2].is_null() || it[2] == token, "{it}");
    }
    ensure!(seen.to_string().contains("second"), "never asked: {seen}");
    Ok(())
}

async fn another_person(page: Page) -> Result<()> {
    let bob = Answer::Json(200, json!({"user_id": "@bob:example.org"}));
    for persist in ["none", "session"] {
        let homeserver = Homeserver::start().await?;
        open(&page, &homeserver, persist).await?;
        page.list_is(&[ALICE]).await?;
        homeserver.wait_for(WHOAMI, 1).await?;
        page.press(&format!("Remove {ALICE}")).await?;
        page.see("alertdialog", &format!("Remove {ALICE}?")).await?;
        homeserver.answers(WHOAMI, [held(bob.clone())]);
        homeserver.answers(LIST, [list(&[BOB])]);
        page.run("window.element.accessToken = 'of-the-second'").await?;
        homeserver.wait_for(WHOAMI, 2).await?;
        // Not in the name of somebody else.
        page.press("Remove").await?;
        homeserver.answers(WHOAMI, [bob.clone()]);
        homeserver.let_go();
        page.list_is(&[BOB]).await?;
        page.gone("alertdialog", &format!("Remove {ALICE}?")).await?;
        ensure!(homeserver.received(DELETE).is_empty(), "{persist}: removed all the same");
        let mut with = homeserver.all();
        with.retain(|it| it.authorization == "Bearer of-the-second");
        ensure!(with[0].what == WHOAMI, "{persist}: {} came first", with[0].what);
    }
    Ok(())
}

async fn nobody_knows(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(WHOAMI, [error(500, "M_UNKNOWN")]);
    open(&page, &homeserver, "none").await?;
    page.list_is(&[ALICE]).await?;
    homeserver.wait_for(WHOAMI, 1).await?;
    homeserver.answers(LIST, [list(&[BOB])]);
    page.run("window.element.accessToken = null").await?;
    page.read("alert", "Your session has ended").await?;
    page.list_is(&[ALICE]).await?;
    page.run("window.element.accessToken = 'of-the-second'").await?;
    page.list_is(&[BOB]).await
}

async fn user_first(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver, "none").await?;
    page.list_is(&[ALICE]).await?;
    // As a framework that sets attributes and properties at different times.
    page.run("window.element.userId = '@bob:example.org'").await?;
    homeserver.wait_for(LIST, 2).await?;
    homeserver.answers(LIST, [list(&[BOB])]);
    page.run("window.element.accessToken = 'of-the-second'").await?;
    page.list_is(&[BOB]).await?;
    let last = homeserver.received(LIST).pop();
    ensure!(last.is_some_and(|it| it.authorization == "Bearer of-the-second"));
    // Another token of theirs changes nothing.
    page.type_into("Email address", "typed").await?;
    page.run("window.element.accessToken = 'renewed'").await?;
    page.run_async("await window.element.refresh()", vec![]).await?;
    page.until("window.element.shadowRoot.querySelector('#email').value === 'typed'").await
}

async fn open(page: &Page, homeserver: &Homeserver, persist: &str) -> Result<()> {
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" persist=\"{persist}\"></matrix-threepids>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\";\n\
        window.element = document.querySelector(\"matrix-threepids\");\n\
        window.element.accessToken = \"of-the-first\";";
    page.goto(&stage().serve_page(&body, script)).await
}
