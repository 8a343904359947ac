//! Sessions of an authentication that the server has forgotten, or that are
//! good for nothing any more.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{ADD, NEW};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, error};
use crate::page_object::Page;
use crate::uia_stages::{PASSWORD, TERMS, accept_all, asked, auths, done, password, with_terms};

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test(
            "expired uia session: the typed password is sent again in a new session",
            forgotten,
        ),
        browser_test(
            "expired uia session: repeated expiry shows an error and allows a retry",
            forgotten_again,
        ),
        browser_test(
            "expired uia session: expiry between two stages restarts at the first",
            forgotten_between,
        ),
        browser_test(
            "expired uia session: M_FORBIDDEN without flows starts a new session",
            refused,
        ),
    ]
}

fn unknown_session() -> Answer {
    error(400, "M_UNKNOWN")
}

async fn forgotten(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let anew = Answer::Json(401, challenge("s2"));
    let asks = Answer::Json(401, challenge("s1"));
    homeserver.answers(ADD, [asks, unknown_session(), anew, done()]);
    asked(&page, &homeserver).await?;
    password(&page, "typed once").await?;
    page.list_is(&[NEW]).await?;
    let auths = auths(&homeserver);
    ensure!(auths.len() == 4 && auths[2].is_null(), "{auths:?}");
    for (auth, session) in [(&auths[1], "s1"), (&auths[3], "s2")] {
        ensure!(auth["session"] == session && auth["password"] == "typed once", "{auths:?}");
    }
    Ok(())
}

async fn forgotten_again(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let asks = |session| Answer::Json(401, challenge(session));
    let twice = [asks("s1"), unknown_session(), asks("s2"), unknown_session()];
    homeserver.answers(ADD, [&twice[..], &[unknown_session(), asks("s3"), done()]].concat());
    asked(&page, &homeserver).await?;
    password(&page, "secret").await?;
    page.read("alert", "Something went wrong (M_UNKNOWN)").await?;
    ensure!(homeserver.received(ADD).len() == 4, "begun anew more than once");
    // Still there, and good for one more.
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;
    let last = &auths(&homeserver)[6];
    ensure!(last["session"] == "s3" && last["password"] == "secret", "{last}");
    Ok(())
}

async fn forgotten_between(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let flows: &[&[&str]] = &[&[PASSWORD, TERMS]];
    let (first, second) =
        (|it| with_terms(it, flows, &[]), |it| with_terms(it, flows, &[PASSWORD]));
    let answers = [first("s1"), second("s1"), unknown_session(), first("s2"), second("s2"), done()];
    homeserver.answers(ADD, answers);
    asked(&page, &homeserver).await?;
    password(&page, "secret").await?;
    accept_all(&page).await?;
    page.press("Confirm").await?;
    page.read("dialog", "Step 1 of 2").await?;
    password(&page, "secret").await?;
    page.read("dialog", "Step 2 of 2").await?;
    accept_all(&page).await?;
    page.press("Confirm").await?;
    page.list_is(&[NEW]).await?;
    ensure!(auths(&homeserver)[5] == json!({"type": TERMS, "session": "s2"}));
    Ok(())
}

async fn refused(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let asks = |session| Answer::Json(401, challenge(session));
    homeserver.answers(ADD, [asks("s1"), error(403, "M_FORBIDDEN"), asks("s2"), done()]);
    asked(&page, &homeserver).await?;
    password(&page, "somebody else's").await?;
    page.read("alert", "Wrong password").await?;
    password(&page, "secret").await?;
    page.list_is(&[NEW]).await?;
    ensure!(auths(&homeserver)[3]["session"] == "s2");
    Ok(())
}
