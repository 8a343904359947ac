//! What finishes by itself: waiting for the link, and coming back to the page.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{ADD, LIST, NEW, SEND, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("polling: backs off and stops while hidden", polls),
        browser_test("polling: stops when the server asks for the password again", unconfirmed),
        browser_test("polling: retries transient errors silently", quiet),
        browser_test("polling: does not disturb a user who is typing", typing),
        browser_test("polling: page return sends one add and opens the dialog once", comes_back),
        browser_test("polling: page return opens one dialog for two elements", one_dialog),
        browser_test("email code: the code is wrong, then right", code),
    ]
}

const WAITING: &str = "We'll finish as soon as you open the link in the email";

/// Up to the password, which is right; the link is not opened yet.
async fn wait_for_link(page: &Page, homeserver: &Homeserver) -> Result<()> {
    open(page, homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.stop_time().await?;
    add(page).await?;
    let missing = error(400, "M_THREEPID_AUTH_FAILED");
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), missing]);
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.read("status", WAITING).await?;
    Ok(())
}

/// How many `add`s came, once the page had the answer to all of them.
async fn adds(page: &Page, homeserver: &Homeserver) -> Result<usize> {
    page.until("window.element.pending[0]?.phase === 'waiting'").await?;
    Ok(homeserver.received(ADD).len())
}

async fn polls(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    wait_for_link(&page, &homeserver).await?;
    page.pass(1_900).await?;
    ensure!(adds(&page, &homeserver).await? == 2, "asked too early");
    page.pass(200).await?;
    let third = homeserver.wait_for(ADD, 3).await?;
    ensure!(third.body["auth"] == json!({"session": "s"}), "{third:?}");
    ensure!(page.count("button", Some("Continue")).await? == 1);

    // Time stands still while an answer is on its way, however slow the machine.
    page.run(
        "window.underWay = 0;\
         window.element.fetch = async (request) => {\
           window.underWay++;\
           try { return await fetch(request) } finally { window.underWay-- }\
         }",
    )
    .await?;
    // Ever slower, up to 15 s.
    let mut seconds = Vec::new();
    let mut since = 0;
    while seconds.len() < 7 {
        page.pass(1_000).await?;
        page.until("window.underWay === 0").await?;
        since += 1;
        let before = 3 + seconds.len();
        if page.run("return window.element.pending[0].phase").await? == "waiting"
            && homeserver.received(ADD).len() > before
        {
            seconds.push(since);
            since = 0;
        }
        ensure!(since < 60, "it has stopped asking: {seconds:?}");
    }
    ensure!(seconds.is_sorted() && seconds[0] <= 4 && seconds[6] <= 16, "{seconds:?}");

    // Nobody looks: nothing is asked. Back again: at once.
    page.leave().await?;
    let before = adds(&page, &homeserver).await?;
    page.pass(120_000).await?;
    ensure!(adds(&page, &homeserver).await? == before, "asked though nobody looks");
    page.come_back().await?;
    homeserver.wait_for(ADD, before + 1).await?;
    page.read("status", WAITING).await?;

    // The link was opened meanwhile.
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&["alice@example.org", NEW])]);
    page.pass(16_000).await?;
    page.list_is(&["alice@example.org", NEW]).await?;
    page.read("status", "new@example.org was added").await?;
    ensure!(page.count("dialog", None).await? == 0, "the password was asked for again");
    Ok(())
}

async fn unconfirmed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    wait_for_link(&page, &homeserver).await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s2"))]);
    page.run("window.events.length = 0").await?;
    page.pass(2_100).await?;
    page.read("status", "Almost done: confirm it's you").await?;
    ensure!(page.count("dialog", None).await? == 0, "a dialog has opened by itself");
    let asked = page.run("return window.events.length").await?;
    ensure!(asked == 0, "the embedder was asked: {asked}");
    let before = homeserver.received(ADD).len();
    page.pass(60_000).await?;
    ensure!(homeserver.received(ADD).len() == before, "it goes on asking");
    page.press("Continue").await?;
    page.see("dialog", "Confirm it's you").await?;
    Ok(())
}

async fn quiet(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    wait_for_link(&page, &homeserver).await?;
    page.run("window.events.length = 0").await?;
    for answer in [error(500, "M_UNKNOWN"), Answer::Text(502, "<h1>Bad gateway</h1>")] {
        homeserver.answers(ADD, [answer]);
        let before = homeserver.received(ADD).len();
        page.pass(16_000).await?;
        homeserver.wait_for(ADD, before + 1).await?;
        page.read("status", WAITING).await?;
        ensure!(page.count("alert", None).await? == 0, "a word about it");
    }
    let errors = page.run("return window.events.length").await?;
    ensure!(errors == 0, "{errors} events about it");

    // A limit is obeyed, by all that would ask.
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 60_000});
    homeserver.answers(ADD, [Answer::Json(429, limit)]);
    page.pass_until("window.stage.all('alert', null, 'Too many attempts').length === 1").await?;
    let before = homeserver.received(ADD).len();
    page.leave().await?;
    page.come_back().await?;
    page.pass(50_000).await?;
    ensure!(homeserver.received(ADD).len() == before, "asked all the same");
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.pass_until("window.element.threepids[0].address === 'new@example.org'").await
}

async fn typing(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    wait_for_link(&page, &homeserver).await?;
    page.type_into("Email address", "anoth").await?;
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.pass(2_100).await?;
    page.list_is(&[NEW]).await?;
    page.read("status", "new@example.org was added").await?;
    page.focus_is("it.type === 'email' && it.value === 'anoth'").await
}

async fn comes_back(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    add(&page).await?;
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "2"}))]);
    page.type_into("Email address", "newer@example.org").await?;
    page.press("Add").await?;
    page.see("group", "newer@example.org").await?;

    // To the mail, and back: the newest first, one dialog.
    page.leave().await?;
    ensure!(homeserver.received(ADD).is_empty(), "nobody was back yet");
    page.come_back().await?;
    page.read("dialog", "newer@example.org").await?;
    ensure!(homeserver.received(ADD).len() == 1, "the other was tried behind the dialog");
    ensure!(homeserver.wait_for(ADD, 1).await?.body["sid"] == "2");
    page.press("Cancel").await?;
    page.gone("dialog", "Confirm it's you").await?;

    // Again: the other one has not asked yet.
    page.leave().await?;
    page.come_back().await?;
    page.read("dialog", "new@example.org").await?;
    page.press("Cancel").await?;
    page.leave().await?;
    page.come_back().await?;
    page.until("window.stage.all('status', null, \"Almost done: confirm it's you\").length === 2")
        .await?;
    ensure!(page.count("dialog", None).await? == 0, "it has opened by itself again");

    // Nor after a reload.
    page.reload().await?;
    page.until("window.element.threepids?.length === 1").await?;
    page.until("window.stage.all('status', null, \"Almost done: confirm it's you\").length === 2")
        .await?;
    ensure!(page.count("dialog", None).await? == 0, "it has opened by itself after a reload");
    page.leave().await?;
    page.come_back().await?;
    page.until("window.element.threepids?.length === 1").await?;
    ensure!(page.count("dialog", None).await? == 0, "once for each verification");
    Ok(())
}

async fn one_dialog(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let sid = |sid: &str| Answer::Json(200, json!({"sid": sid}));
    homeserver.answers(SEND, [sid("1"), sid("2")]);
    let element = |user: &str| {
        let url = &homeserver.url;
        format!("<matrix-threepids homeserver=\"{url}\" user-id=\"{user}\"></matrix-threepids>")
    };
    let body = [element("@alice:example.org"), element("@bob:example.org")].concat();
    let script = "import \"/npm/define.js\";\n\
        for (const element of document.querySelectorAll(\"matrix-threepids\"))\n\
          element.accessToken = \"token\";";
    page.goto(&stage().serve_page(&body, script)).await?;
    page.until("window.stage.all('textbox', 'Email address', null).length === 2").await?;
    for at in [0, 1] {
        page.run(&format!("document.querySelectorAll('matrix-threepids')[{at}].addEmail('{NEW}')"))
            .await?;
    }
    page.until("window.stage.all('group', null, null).length === 2").await?;
    page.leave().await?;
    page.come_back().await?;
    page.until("window.stage.all('dialog', null, null).length === 1").await?;
    homeserver.wait_for(ADD, 2).await?;
    page.press("Cancel").await?;
    page.until("window.stage.all('dialog', null, null).length === 0").await
}

async fn code(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let submit = "POST /submit";
    open(&page, &homeserver).await?;
    let url = format!("{}/submit", homeserver.url);
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1", "submit_url": url}))]);
    add(&page).await?;
    page.reload().await?;
    page.press("Continue").await?;
    page.read("alert", "Enter the code from the email").await?;
    page.focus_is("it.getAttribute('autocomplete') === 'one-time-code'").await?;

    homeserver.answers(submit, [Answer::Json(200, json!({"success": false}))]);
    page.type_into("Code from the email", " 123456 ").await?;
    page.press("Continue").await?;
    page.read("alert", "Wrong code").await?;
    let sent = homeserver.wait_for(submit, 1).await?;
    ensure!(sent.body["token"] == "123456" && sent.authorization.is_empty(), "{sent:?}");
    ensure!(sent.body["sid"] == "1" && sent.body["client_secret"].is_string(), "{sent:?}");

    homeserver.answers(submit, [Answer::Json(200, json!({"success": true}))]);
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.type_into("Code from the email", "654321").await?;
    page.key(thirtyfour::Key::Enter).await?;
    page.list_is(&[NEW]).await?;

    // Nowhere where others could read it.
    let unsafe_url = "http://example.org/submit";
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "2", "submit_url": unsafe_url}))]);
    page.type_into("Email address", "other@example.org").await?;
    page.press("Add").await?;
    page.type_into("Code from the email", "1").await?;
    page.press("Continue").await?;
    page.read("alert", "For your safety, the code wasn't sent").await?;
    Ok(())
}
