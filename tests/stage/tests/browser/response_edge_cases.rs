//! What is made of a server's words, a handler's late answers, and of limits
//! that are none; while the clock is set.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;
use stage::synapse::Session;

use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, add, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, list};
use crate::page_object::Page;
use crate::password_flow::{change_to, open_at};

const CHANGE: &str = "POST account/password";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("secrets: a server echoes secrets, and events do not contain them", echoes),
        browser_test("secrets: an echoed new password is removed from events", echoes_of_passwords),
        browser_test("error responses: an errcode that is a sentence is not displayed", sentence),
        browser_test("auth handler: a late reply does not authorize another removal", late_respond),
        browser_test("auth handler: a late reply does not reach another account", late_handler),
        browser_test("auth handler: called three times, then the user is asked", refused_handler),
        browser_test(
            "error responses: a rate limit of almost 0 ms causes no request storm",
            no_storm,
        ),
        browser_test(
            "system clock: a rate limit does not grow when the clock moves back",
            set_back,
        ),
        browser_test("system clock: a link does not expire when the clock moves ahead", set_ahead),
    ]
}

/// The last request to this, its secrets echoed in every way.
fn echo(texts: &[&str]) -> serde_json::Value {
    let upper: Vec<_> = texts.iter().map(|text| text.to_uppercase()).collect();
    let part: Vec<_> = texts.iter().map(|text| &text[2..text.len() - 1]).collect();
    json!(format!("Bad request: {texts:?} {upper:?} {part:?} {}", "x".repeat(5_000)))
}

async fn echoes(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.run("window.element.accessToken = 'syt_secret_token'").await?;
    add(&page).await?;
    let secret = homeserver.wait_for(SEND, 1).await?.body["client_secret"].clone();
    let secret = secret.as_str().unwrap_or_default().to_owned();
    let hidden = [&*secret, "correct horse battery", "syt_secret_token"];
    let text = echo(&hidden);
    let wrong = json!({"session": "s", "flows": [{"stages": ["m.login.password"]}],
        "params": {"org.example": {"echo": text}}, "errcode": "M_FORBIDDEN", "error": text});
    let refused = json!({"errcode": "M_BAD_JSON", "error": text});
    homeserver.answers(
        ADD,
        [Answer::Json(401, challenge("s")), Answer::Json(401, wrong), Answer::Json(400, refused)],
    );
    page.press("Continue").await?;
    for code in ["M_FORBIDDEN", "M_BAD_JSON"] {
        page.type_into("Password", "correct horse battery").await?;
        page.press("Confirm").await?;
        page.until(&format!("window.events.some(([, it]) => it?.code === '{code}')")).await?;
    }
    let texts = page
        .run(
            "return [JSON.stringify(window.events), window.element.shadowRoot.textContent,\
               window.events.filter(([name]) => name === 'threepids-error')\
                 .map(([, it]) => [...it.message].length)]",
        )
        .await?;
    for secret in hidden {
        for part in secret.as_bytes().windows(6) {
            let part = String::from_utf8_lossy(part).to_lowercase();
            let seen = texts[0].as_str().unwrap_or_default().to_lowercase();
            ensure!(!seen.contains(&part), "{part} is in an event");
        }
    }
    let long = texts[2].as_array().cloned().unwrap_or_default();
    ensure!(!long.is_empty() && long.iter().all(|it| it.as_u64() <= Some(300)), "{long:?}");
    Ok(())
}

async fn echoes_of_passwords(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let text = echo(&["Tr0ub4dor&3 for ever", "token-of-alice"]);
    homeserver
        .answers(CHANGE, [Answer::Json(400, json!({"errcode": "M_BAD_JSON", "error": text}))]);
    let session =
        Session { user_id: "@alice:example.org".to_owned(), token: "token-of-alice".to_owned() };
    open_at(&page, &homeserver.url, &session).await?;
    page.run(
        "window.heard = [];\
         document.addEventListener('threepids-error', (event) => window.heard.push(event.detail));",
    )
    .await?;
    change_to(&page, "Tr0ub4dor&3 for ever").await?;
    page.until("window.heard.length > 0").await?;
    let heard = page.run("return window.heard[0].message").await?;
    let heard = heard.as_str().unwrap_or_default();
    ensure!(heard.starts_with("Bad request") && heard.chars().count() <= 300, "{heard}");
    for part in ["tr0ub4", "dor&3 ", "r ever", "n-of-a", "token-"] {
        ensure!(!heard.to_lowercase().contains(part), "{heard}");
    }
    Ok(())
}

async fn sentence(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    for errcode in ["Your account is locked. Call +1 555 0100", "m_odd", &"M".repeat(100_000)] {
        homeserver.answers(SEND, [Answer::Json(403, json!({"errcode": errcode, "error": "no"}))]);
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", "Something went wrong (HTTP 403)").await?;
        let shown = page.run("return window.element.shadowRoot.textContent").await?;
        ensure!(!shown.as_str().unwrap_or_default().contains(errcode), "it is shown");
        homeserver.answers(SEND, [Answer::Text(418, "I am a teapot")]);
        page.press("Add").await?;
        page.read("alert", "Something went wrong (HTTP 418)").await?;
    }
    Ok(())
}

async fn late_respond(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(DELETE, [Answer::Json(401, challenge("d"))]);
    homeserver.answers(LIST, [list(&["alice@example.org", "bob@example.org"])]);
    open(&page, &homeserver).await?;
    page.run(
        "window.responds = [];\
         document.addEventListener('threepid-auth-required', (event) => {\
           event.preventDefault(); window.responds.push(event.detail.respond); });",
    )
    .await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.until("window.responds.length === 1").await?;
    let away_and_back = "const { element } = window; element.remove(); \
        await new Promise((gone) => setTimeout(gone)); document.body.append(element)";
    page.run_async(away_and_back, vec![]).await?;
    page.list_is(&["alice@example.org", "bob@example.org"]).await?;
    page.press("Remove bob@example.org").await?;
    page.press("Remove").await?;
    page.until("window.responds.length === 2").await?;
    page.run(
        "const answer = (password) => ({ type: 'm.login.password', password });\
         window.responds[0](answer('late')); window.responds[0](null);\
         window.responds[1](answer('right'));",
    )
    .await?;
    homeserver.wait_for(DELETE, 3).await?;
    let sent: Vec<_> = homeserver.received(DELETE);
    let with_auth: Vec<_> = sent.iter().filter(|it| !it.body["auth"].is_null()).collect();
    ensure!(with_auth.len() == 1, "{sent:?}");
    ensure!(with_auth[0].body["address"] == "bob@example.org", "{sent:?}");
    ensure!(with_auth[0].body["auth"]["password"] == "right", "{sent:?}");
    Ok(())
}

async fn late_handler(page: Page) -> Result<()> {
    let (first, second) = (Homeserver::start().await?, Homeserver::start().await?);
    for homeserver in [&first, &second] {
        homeserver.answers(DELETE, [Answer::Json(401, challenge("d"))]);
    }
    open(&page, &first).await?;
    page.run(
        "window.answers = [];\
         window.element.authHandler = () => new Promise((done) => window.answers.push(done));",
    )
    .await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.until("window.answers.length === 1").await?;
    page.run_async(
        "const { element } = window; element.setAttribute('homeserver', given[0]);\
         element.accessToken = 'another';",
        vec![json!(second.url)],
    )
    .await?;
    second.wait_for(LIST, 1).await?;
    page.press("Remove alice@example.org").await?;
    page.press("Remove").await?;
    page.until("window.answers.length === 2").await?;
    page.run(
        "window.answers[0]({ type: 'm.login.password', password: 'of the first' });\
         window.answers[1]({ type: 'm.login.password', password: 'of the second' });",
    )
    .await?;
    let answered = second.wait_for(DELETE, 2).await?;
    ensure!(answered.body["auth"]["password"] == "of the second", "{answered:?}");
    ensure!(second.received(DELETE).len() == 2 && first.received(DELETE).len() == 1, "one more");
    Ok(())
}

async fn refused_handler(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let wrong = json!({"session": "s", "flows": [{"stages": ["m.login.password"]}],
        "params": {}, "completed": [], "errcode": "M_FORBIDDEN", "error": "no"});
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(401, wrong)]);
    open(&page, &homeserver).await?;
    page.run(
        "window.asked = 0; window.element.authHandler = async () => {\
           window.asked++; return { type: 'm.login.password', password: 'wrong' }; };",
    )
    .await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.see("dialog", "Confirm it's you").await?;
    ensure!(page.run("return window.asked").await? == json!(3), "asked otherwise");
    ensure!(homeserver.received(ADD).len() == 4, "sent otherwise");
    homeserver.answers(ADD, [Answer::Json(200, json!({}))]);
    homeserver.answers(LIST, [list(&[NEW])]);
    page.type_into("Password", "right").await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await
}

fn limit(ms: f64) -> Answer {
    Answer::Json(429, json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": ms}))
}

async fn no_storm(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [limit(0.0001)]);
    open(&page, &homeserver).await?;
    homeserver.wait_for(LIST, 1).await?;
    page.run_async(
        "const { pass, real } = window.clock;\
         for (let left = 60; left; left--) {\
           await pass(1000); await new Promise((done) => real.setTimeout(done, 20)); }",
        vec![],
    )
    .await?;
    let sent = homeserver.received(LIST).len();
    ensure!((2..=8).contains(&sent), "{sent} requests in a minute");
    // Nobody looks: it rests, and goes on when somebody does.
    page.leave().await?;
    let before = homeserver.received(LIST).len();
    page.pass(600_000).await?;
    ensure!(homeserver.received(LIST).len() == before, "sent while nobody looked");
    homeserver.answers(LIST, [list(&[NEW])]);
    page.come_back().await?;
    page.list_is(&[NEW]).await
}

async fn set_back(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(SEND, [limit(4_000.0), Answer::Json(200, json!({"sid": "1"}))]);
    open(&page, &homeserver).await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("alert", "Too many attempts.").await?;
    page.run("window.clock.set(-3_540_000)").await?;
    page.pass(5_000).await?;
    page.until("window.element.shadowRoot.textContent.includes('You can try again now')").await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;

    // What is pending is asked after as before.
    homeserver.answers(
        ADD,
        [
            Answer::Json(401, challenge("s")),
            Answer::Json(400, json!({"errcode": "M_THREEPID_AUTH_FAILED", "error": "no"})),
        ],
    );
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    homeserver.wait_for(ADD, 2).await?;
    page.run("window.clock.set(-3_600_000)").await?;
    page.pass(3_000).await?;
    homeserver.wait_for(ADD, 3).await?;
    Ok(())
}

async fn set_ahead(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1"})), limit(600_000.0)]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.type_into("Email address", "other@example.org").await?;
    page.press("Add").await?;
    page.read("alert", "Too many attempts.").await?;
    let before = homeserver.received(LIST).len();
    page.run("window.clock.set(7_200_000)").await?;
    page.pass(1_000).await?;
    // The machine may have slept: it is looked at everything anew, and asked again.
    homeserver.wait_for(LIST, before + 1).await?;
    page.until("window.element.shadowRoot.textContent.includes('You can try again now')").await?;
    let shown = page.run("return window.element.shadowRoot.textContent").await?;
    let shown = shown.as_str().unwrap_or_default();
    ensure!(
        !shown.contains("The link may have expired. Resend the email to get a new one."),
        "it has aged by being told the time"
    );
    page.pass(3_600_000).await?;
    page.until("window.element.shadowRoot.textContent.includes('The link may have expired. Resend the email to get a new one.')").await
}
