//! Entries of the list, each as the server writes it; and what is typed.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, error, list};
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("addresses: of two spellings, the chosen one is removed", spellings),
        browser_test("addresses: two equal entries have a row each", equal),
        browser_test("addresses: case folding in the browser follows Unicode", folded),
        browser_test(
            "addresses: an internationalized domain is readable and sent as Punycode",
            idn,
        ),
        browser_test("addresses: invisible characters are trimmed or refused", invisible),
        browser_test("persistence: a forged record does not decide what was added", forged),
        browser_test("addresses: a server that may not support email addresses", unsupported),
        browser_test("addresses: implausible times are not displayed", times),
        browser_test("persistence: records of all accounts are deleted after one day", swept),
        browser_test("persistence: changing persist leaves nothing in the old storage", persist),
    ]
}

const UPPER: &str = "Alice@Example.org";
const LOWER: &str = "alice@example.org";

async fn spellings(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for (meant, other) in [(LOWER, UPPER), (UPPER, LOWER)] {
        homeserver.answers(LIST, [list(&[UPPER, LOWER]), list(&[other])]);
        open(&page, &homeserver).await?;
        page.list_is(&[UPPER, LOWER]).await?;
        page.press(&format!("Remove {meant}")).await?;
        page.see("alertdialog", &format!("Remove {meant}?")).await?;
        page.press("Remove").await?;
        page.list_is(&[other]).await?;
        page.read("status", &format!("{meant} was removed")).await?;
        let sent = homeserver.received(DELETE).pop().map(|it| it.body);
        ensure!(sent == Some(json!({"medium": "email", "address": meant})), "{sent:?}");
        let told = "window.events.find(([name]) => name === 'threepid-removed')[1].address";
        ensure!(page.run(&format!("return {told}")).await? == meant);
    }
    // By a method: the very entry, else the only one.
    homeserver.answers(LIST, [list(&[UPPER, LOWER])]);
    open(&page, &homeserver).await?;
    page.list_is(&[UPPER, LOWER]).await?;
    let code = page
        .run("return window.rejected(window.element.remove('email', 'ALICE@EXAMPLE.ORG'))")
        .await?;
    ensure!(code["code"] == "invalid-address", "{code}");
    page.run("void window.element.remove('email', 'Alice@Example.org').catch(() => {})").await?;
    page.see("alertdialog", "Remove Alice@Example.org?").await?;
    Ok(())
}

async fn equal(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [list(&[LOWER, LOWER]), list(&[LOWER])]);
    open(&page, &homeserver).await?;
    page.list_is(&[LOWER, LOWER]).await?;
    ensure!(page.count("button", Some("Remove alice@example.org")).await? == 2);
    page.run("window.stage.all('button', 'Remove alice@example.org', null)[1].click()").await?;
    page.press("Remove").await?;
    page.list_is(&[LOWER]).await
}

async fn folded(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for (typed, listed) in [
        ("straße@example.org", "strasse@example.org"),
        ("STRASSE@example.org", "straße@example.org"),
        ("ΟΔΟΣ@example.org", "οδος@example.org"),
        ("ſam@example.org", "SAM@example.org"),
        ("ﬀ@example.org", "ff@example.org"),
    ] {
        homeserver.answers(LIST, [list(&[listed])]);
        open(&page, &homeserver).await?;
        page.list_is(&[listed]).await?;
        let told = page
            .run(&format!("return window.rejected(window.element.addEmail({}))", json!(typed)))
            .await?;
        ensure!(told["code"] == "duplicate", "{typed} {listed}: {told}");
    }
    // Not the dotless i.
    homeserver.answers(LIST, [list(&["i@example.org"])]);
    open(&page, &homeserver).await?;
    page.list_is(&["i@example.org"]).await?;
    page.run("void window.element.addEmail('ı@example.org')").await?;
    page.see("group", "ı@example.org").await?;
    page.press("Cancel").await?;
    page.gone("group", "ı@example.org").await?;
    // As the server lists it, and nothing of ours beside it.
    homeserver.answers(LIST, [list(&[LOWER]), list(&[LOWER, "strasse@example.org"])]);
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    open(&page, &homeserver).await?;
    page.run("void window.element.addEmail('straße@example.org')").await?;
    page.see("group", "straße@example.org").await?;
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.list_is(&[LOWER, "strasse@example.org"]).await?;
    page.read("status", "strasse@example.org was added").await?;
    Ok(())
}

const TYPED: &str = "idn@bücher.example";
const SENT: &str = "idn@xn--bcher-kva.example";

async fn idn(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&[LOWER]).await?;
    page.type_into("Email address", TYPED).await?;
    page.press("Add").await?;
    // The readable one is shown.
    page.see("group", TYPED).await?;
    ensure!(homeserver.wait_for(SEND, 1).await?.body["email"] == SENT);
    // The same, however it is handed in.
    for address in [TYPED, SENT, "idn@BÜCHER.example"] {
        let script = format!("return window.element.addEmail({})", json!(address));
        ensure!(page.run(&script).await?["address"] == SENT, "{address}");
    }
    ensure!(homeserver.received(SEND).len() == 1, "a second mail");
    for listed in [SENT, TYPED] {
        homeserver.answers(LIST, [list(&[listed])]);
        open(&page, &homeserver).await?;
        page.see("button", &format!("Remove {TYPED}")).await?;
        for address in [TYPED, SENT] {
            let script =
                format!("return window.rejected(window.element.addEmail({}))", json!(address));
            ensure!(page.run(&script).await?["code"] == "duplicate", "{listed} {address}");
        }
        page.press(&format!("Remove {TYPED}")).await?;
        page.see("alertdialog", &format!("Remove {TYPED}?")).await?;
        let before = homeserver.received(DELETE).len();
        page.press("Remove").await?;
        let sent = homeserver.wait_for(DELETE, before + 1).await?;
        ensure!(sent.body["address"] == listed, "{sent:?}");
    }
    // What could be taken for another stays in ASCII.
    let spoof = "alice@xn--80ak6aa92e.com";
    homeserver.answers(LIST, [list(&[spoof])]);
    open(&page, &homeserver).await?;
    page.see("button", &format!("Remove {spoof}")).await?;
    Ok(())
}

async fn invisible(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&[LOWER]).await?;
    for code in ["200B", "FEFF", "202A", "202E", "2066", "2069", "200E", "200F", "FFFD", "AD"] {
        let within = format!(
            "return window.rejected(window.element.addEmail('ne\\u{{{code}}}w@example.org'))"
        );
        ensure!(page.run(&within).await?["code"] == "invalid-address", "{code}");
        page.read("alert", "Enter a valid email address").await?;
        let around =
            format!("return window.element.addEmail('\\u{{{code}}}new@example.org \\u{{{code}}}')");
        ensure!(page.run(&around).await?["address"] == NEW, "{code}");
    }
    ensure!(homeserver.received(SEND).len() == 1);
    Ok(())
}

/// A record as it is kept, of an address that nobody has asked for here.
fn record(address: &str, at: &str) -> String {
    format!(
        "JSON.stringify({{pending: [{{medium: 'email', address: '{address}', at: {at}, attempt: 1,\
         validations: [{{sid: 's', secret: 'abc'}}]}}]}})"
    )
}

async fn forged(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&[LOWER]).await?;
    let key = format!("'matrix-threepids/1 {} @alice:example.org'", homeserver.url);
    let keep =
        format!("sessionStorage.setItem({key}, {})", record("forged@example.org", "Date.now()"));
    page.run(&keep).await?;
    homeserver.answers(LIST, [list(&[LOWER]), list(&[LOWER, "other@example.org"])]);
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    page.reload().await?;
    page.read("group", "Almost done: confirm it's you").await?;
    // A browser that says twice that the page is seen leads to two attempts.
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.list_is(&[LOWER, "other@example.org"]).await?;
    page.read("status", "other@example.org was added").await?;
    let told = page
        .run("return window.events.filter(([name]) => name === 'threepid-added').map(([, it]) => it.address)")
        .await?;
    ensure!(told == json!(["other@example.org"]), "{told}");
    Ok(())
}

async fn unsupported(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let versions = Answer::Json(200, json!({"versions": ["r0.6.1", "v1.2", "v1.11"]}));
    homeserver.answers("GET /_matrix/client/versions", [versions]);
    for answer in [
        error(403, "M_THREEPID_DENIED"),
        error(404, "M_UNRECOGNIZED"),
        error(405, "M_UNRECOGNIZED"),
        error(501, "M_UNRECOGNIZED"),
    ] {
        homeserver.answers(LIST, [list(&[])]);
        homeserver.answers(SEND, [answer]);
        open(&page, &homeserver).await?;
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", "This server may not support email addresses").await?;
    }
    Ok(())
}

async fn times(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    for time in [json!(0), json!(-1), json!(1.7e9), json!(1e17), json!("now"), Value::Null] {
        let entry =
            json!({"medium": "email", "address": LOWER, "added_at": time, "validated_at": time});
        homeserver.answers(LIST, [Answer::Json(200, json!({"threepids": [entry]}))]);
        open(&page, &homeserver).await?;
        page.list_is(&[LOWER]).await?;
        ensure!(
            page.run("return window.element.shadowRoot.textContent.includes('Added ')").await?
                == json!(false),
            "{time}"
        );
        let entry = page.run("return window.element.threepids[0]").await?;
        ensure!(entry.get("addedAt").is_none() && entry.get("validatedAt").is_none(), "{entry}");
    }
    Ok(())
}

/// What is kept under our keys, in both storages.
const KEPT: &str = "[localStorage, sessionStorage].flatMap((it) => Object.keys(it))\
    .filter((it) => it.startsWith('matrix-threepids/1 ')).map((it) => it.split(' ')[1]).sort()";

async fn swept(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let body = format!("<matrix-threepids homeserver=\"{}\"></matrix-threepids>", homeserver.url);
    let script =
        "import \"/npm/define.js\"; window.element = document.querySelector(\"matrix-threepids\");";
    // Nobody is signed in here.
    page.goto(&stage().serve_page(&body, script)).await?;
    let old = record("old@example.org", "Date.now() - 864e5");
    let new = record("new@example.org", "Date.now() - 864e4");
    let both = format!(
        "JSON.stringify({{pending: [...JSON.parse({old}).pending, ...JSON.parse({new}).pending]}})"
    );
    let fill = format!(
        "for (const area of [localStorage, sessionStorage]) {{\
           const keep = (name, text) => area.setItem(`matrix-threepids/1 ${{name}} @x:y`, text);\
           keep('old', {old}); keep('new', {new}); keep('both', {both});\
           for (const [at, text] of ['', '{{', '7', 'null', '[]', '{{}}', '{{\"pending\":[null]}}'].entries())\
             keep(`corrupt${{at}}`, text);\
           keep('future', {old}.replace(/\"at\":\\d+/, '\"at\":9e15'));\
           keep('limit', JSON.stringify({{pending: [], limitedUntil: Date.now() + 1e5}}));\
           for (let at = 0; at < 5000; at++) area.setItem(`foreign ${{at}}`, 'x');\
           area.setItem('matrix-threepids/10 x', 'x'); area.setItem('matrix-threepids/1', 'x');\
         }}"
    );
    page.run(&fill).await?;
    page.reload().await?;
    let left = "[\"both\",\"both\",\"limit\",\"limit\",\"new\",\"new\"]";
    page.until(&format!("JSON.stringify({KEPT}) === '{left}'")).await?;
    let of_both = "localStorage.getItem('matrix-threepids/1 both @x:y')";
    ensure!(page.run(&format!("return {of_both}.includes('old@')")).await? == json!(false));
    ensure!(page.run(&format!("return {of_both}.includes('new@')")).await? == json!(true));
    let foreign = "return [localStorage, sessionStorage].map((it) => it.length)";
    ensure!(page.run(foreign).await? == json!([5005, 5005]), "{}", page.run(foreign).await?);
    // A token that is taken back is an occasion, too.
    page.run(&format!("localStorage.setItem('matrix-threepids/1 late @x:y', {old}); window.element.accessToken = null")).await?;
    page.until(&format!("!JSON.stringify({KEPT}).includes('late')")).await?;
    page.run("localStorage.clear(); sessionStorage.clear()").await?;
    Ok(())
}

async fn persist(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" user-id=\"@alice:example.org\" persist=\"local\"></matrix-threepids>",
        homeserver.url
    );
    let script = "import \"/npm/define.js\"; window.element = document.querySelector(\"matrix-threepids\");\
        window.element.accessToken = \"token\";";
    let stored = "[sessionStorage.length, localStorage.length].join()";
    for (next, wanted) in [("session", "1,0"), ("none", "0,0")] {
        page.goto(&stage().serve_page(&body, script)).await?;
        add(&page).await?;
        page.until(&format!("{stored} === '0,1'")).await?;
        page.run(&format!("window.element.persist = '{next}'")).await?;
        page.until(&format!("{stored} === '{wanted}'")).await?;
        page.see("group", NEW).await?;
        page.run("localStorage.clear(); sessionStorage.clear()").await?;
    }
    // Though the session is over.
    page.goto(&stage().serve_page(&body, script)).await?;
    add(&page).await?;
    page.until(&format!("{stored} === '0,1'")).await?;
    page.run("window.element.accessToken = null").await?;
    page.read("alert", "Your session has ended").await?;
    ensure!(page.run(&format!("return {stored}")).await? == "0,1", "it is kept for its day");
    page.run("window.element.persist = 'none'").await?;
    page.until(&format!("{stored} === '0,0'")).await
}
