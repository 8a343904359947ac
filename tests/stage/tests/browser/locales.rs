//! Languages: found, loaded, changed, replaced.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::web;

use crate::error_responses::{LIST, NEW, SEND, add, open};
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver};
use crate::page_object::Page;
use crate::states;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("locales: English loads no table", english),
        browser_test("locales: fr-CA uses fr, unknown languages use English", found),
        browser_test("locales: invalid language tags of the browser are skipped", own),
        browser_test("locales: changing the language keeps typed text", run_time),
        browser_test("locales: messages of the host application override the table", own_messages),
        browser_test("locales: Arabic is displayed right to left", arabic),
        browser_test("locales: durations follow the rules of each language", durations),
        browser_test("locales: dates and countdowns have the digits of the language", digits),
        browser_test("locales: no date has the month of another language", months),
        browser_test("locales: each tag finds the language of its script and region", matches),
        browser_test("locales: a table that does not load falls back to English", not_loaded),
        browser_test("locales: a WebAssembly load error is displayed in French", no_wasm),
    ]
}

/// In one browser: every state in a language in which each text shows where it
/// comes from.
pub fn pseudo_tests() -> Vec<Trial> {
    vec![browser_test("locales: every displayed text comes from a table", pseudo)]
}

/// The tables that were asked for.
async fn asked(page: &Page) -> Result<Value> {
    let names = "performance.getEntriesByType('resource').map((it) => it.name)\
        .filter((it) => it.includes('/locales')).map((it) => it.split('/').at(-1))";
    page.run(&format!("return {names}")).await
}

/// An attribute of the region.
async fn region(page: &Page, attribute: &str) -> Result<Value> {
    page.run(&format!(
        "return window.element.shadowRoot.querySelector('[part=base]').getAttribute('{attribute}')"
    ))
    .await
}

async fn english(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    ensure!(region(&page, "lang").await? == "en");
    ensure!(region(&page, "dir").await? == "ltr");
    page.run("window.element.lang = 'en-US'").await?;
    page.read("listitem", "Added November 14, 2023").await?;
    let list = "performance.getEntriesByType('resource')\
        .filter((it) => it.name.endsWith('/languages.js')).length";
    ensure!(page.run(&format!("return {list}")).await? == json!(0), "the list is loaded");
    ensure!(asked(&page).await? == json!([]));
    // British English is a language of its own, also of those who live elsewhere.
    page.run("window.element.lang = 'en-AU'").await?;
    page.until("window.element.shadowRoot.querySelector('[part=base]').lang === 'en-AU'").await?;
    page.read("listitem", "Added 14 November 2023").await?;
    let asked = asked(&page).await?;
    ensure!(asked == json!(["en-GB.js"]), "{asked}");
    Ok(())
}

async fn found(page: Page) -> Result<()> {
    page.allow("lang is no language tag");
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.run("window.element.lang = 'fr-CA'").await?;
    page.see("region", "Adresses e-mail").await?;
    page.read("listitem", "Ajout : 14 novembre 2023").await?;
    ensure!(region(&page, "lang").await? == "fr-CA");
    // A language that there is no table for: English words are said in English.
    for tag in ["xx", "constructor", "not a tag at all"] {
        page.run(&format!("window.element.lang = '{tag}'")).await?;
        page.see("region", "Email addresses").await?;
        ensure!(region(&page, "lang").await? == "en", "{tag}");
        page.run("window.element.lang = 'fr_FR'").await?;
        page.see("region", "Adresses e-mail").await?;
    }
    let asked = asked(&page).await?;
    ensure!(asked == json!(["fr.js"]), "{asked}");
    Ok(())
}

async fn own(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.see("region", "Email addresses").await?;
    for (languages, region) in [
        (json!(["C", "en-US@posix", "fr-CH", "de"]), "Adresses e-mail"),
        (json!(["C"]), "Email addresses"),
        (json!(["de-AT"]), "E-Mail-Adressen"),
        // The first one that there is.
        (json!(["xx", "gd", "nl-BE", "de"]), "E-mailadressen"),
        (json!(["zh-TW", "en"]), "電子郵件地址"),
    ] {
        page.run(&format!(
            "Object.defineProperty(navigator, 'languages',\
               {{ configurable: true, value: {languages} }});\
             document.documentElement.lang = 'es'"
        ))
        .await?;
        page.see("region", "Direcciones de correo").await?;
        page.run("document.documentElement.removeAttribute('lang')").await?;
        page.see("region", region).await?;
    }
    Ok(())
}

async fn run_time(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.type_into("Email address", "half@typed").await?;
    // The page's own language, as a person switches it.
    page.run("document.documentElement.lang = 'de'").await?;
    page.see("region", "E-Mail-Adressen").await?;
    let field = page.see("textbox", "E-Mail-Adresse").await?;
    ensure!(field.value().await?.as_deref() == Some("half@typed"), "what was typed is lost");
    page.focus_is("it.type === 'email'").await?;
    page.see("group", NEW).await?;

    // In the middle of the dialog.
    page.press("Weiter").await?;
    page.see("dialog", "Identität bestätigen").await?;
    page.type_into("Passwort", "half").await?;
    page.run("document.documentElement.lang = 'es'").await?;
    page.see("dialog", "Confirma tu identidad").await?;
    let field = page.see("textbox", "Contraseña").await?;
    ensure!(field.value().await?.as_deref() == Some("half"), "what was typed is lost");
    page.press("Cancelar").await?;

    // The nearest one counts, also after a move.
    page.run(
        "const box = document.createElement('div'); box.lang = 'fr';\
         document.body.append(box); box.append(window.element)",
    )
    .await?;
    page.see("region", "Adresses e-mail").await?;
    // One change right after the other: the last one counts.
    page.run("for (const lang of ['de', 'ar', 'es', 'de', 'es']) window.element.lang = lang")
        .await?;
    page.see("region", "Direcciones de correo").await?;
    page.see("group", NEW).await?;
    Ok(())
}

async fn own_messages(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import {{ define, registerLocale }} from \"/npm/index.js\";\n\
         define();\n\
         Object.assign(window, {{ registerLocale }});\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         Object.assign(window.element, {{ homeserver: \"{}\", accessToken: \"token\" }});",
        homeserver.url
    );
    page.goto(&stage().serve_page("<matrix-threepids></matrix-threepids>", &script)).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("window.element.messages = { add: 'Put on', noEmailAddresses: '', nonsense: 'x' }")
        .await?;
    page.see("button", "Put on").await?;
    page.see("region", "Email addresses").await?;
    page.run("window.element.lang = 'fr'").await?;
    page.see("region", "Adresses e-mail").await?;
    page.see("button", "Put on").await?;
    page.run("window.element.messages = null").await?;
    page.see("button", "Ajouter").await?;

    page.run(
        "registerLocale('fr', { add: 'Adjoindre' });\
         registerLocale('fr-CA', { emailAddresses: 'Courriels' });\
         registerLocale('gd', { add: 'Cuir ris' });",
    )
    .await?;
    page.see("button", "Adjoindre").await?;
    page.see("region", "Adresses e-mail").await?;
    page.run("window.element.lang = 'fr-CA'").await?;
    page.see("region", "Courriels").await?;
    page.see("button", "Adjoindre").await?;
    // A language that the package has not: what is missing is English.
    page.run("window.element.lang = 'gd'").await?;
    page.see("button", "Cuir ris").await?;
    page.see("region", "Email addresses").await?;
    ensure!(region(&page, "lang").await? == "gd");
    Ok(())
}

async fn arabic(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.run("document.documentElement.lang = 'ar'; document.documentElement.dir = 'rtl'").await?;
    page.see("region", "عناوين البريد الإلكتروني").await?;
    ensure!(region(&page, "lang").await? == "ar");
    ensure!(region(&page, "dir").await? == "rtl");
    // The address runs as it is written, also in the middle of a sentence.
    page.press("إزالة \u{2068}alice@example.org\u{2069}").await?;
    page.see("alertdialog", "هل تريد إزالة \u{2068}alice@example.org\u{2069}؟").await?;
    homeserver.answers(LIST, [crate::homeserver::list(&[])]);
    page.press("إزالة").await?;
    page.read("status", "تمت إزالة \u{2068}alice@example.org\u{2069}").await?;
    let isolated = page
        .run(
            "const root = window.element.shadowRoot;\
             return [...root.querySelectorAll('bdi, .countdown')]\
               .every((it) => getComputedStyle(it).unicodeBidi.startsWith('isolate'))",
        )
        .await?;
    ensure!(isolated == json!(true), "addresses and numbers are not isolated");
    Ok(())
}

async fn durations(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    let limit =
        |ms: u32| Answer::Json(429, json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": ms}));
    homeserver.answers(SEND, [limit(61_000)]);
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.read("alert", "Try again in 1 minute 1 second").await?;
    page.run("window.element.lang = 'de'").await?;
    page.read("alert", "Wieder möglich in 1 Minute").await?;
    page.run("window.element.lang = 'ar'").await?;
    page.read("alert", "حاول مجددًا بعد").await?;
    // One, two, few, many: of a minute, Arabic has a word of its own for each.
    page.read("alert", "دقيقة").await?;
    Ok(())
}

async fn digits(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.run("window.element.lang = 'fa'").await?;
    // In the calendar of Iran.
    page.read("listitem", "۲۳ آبان ۱۴۰۲").await?;
    let limit = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 298_000});
    homeserver.answers(SEND, [Answer::Json(429, limit)]);
    page.run("window.element.lang = 'en'").await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    let countdown = "[...window.element.shadowRoot.querySelectorAll('.countdown')]\
        .map((it) => it.textContent).join()";
    page.until(&format!("/4:5\\d/.test({countdown})")).await?;
    for (lang, digits) in [("fa", "۴:۵[۰-۹]"), ("mr", "४:५[०-९]"), ("ar-EG", "٤:٥[٠-٩]")]
    {
        page.run(&format!("window.element.lang = '{lang}'")).await?;
        page.until(&format!("/{digits}/.test({countdown})")).await?;
    }
    Ok(())
}

/// Chromium has no months of these languages, other engines do.
async fn months(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.read("listitem", "November 14, 2023").await?;
    for lang in ["az", "be", "bs", "cy", "eu", "hy", "ka", "kk", "nn"] {
        page.run(&format!("window.element.lang = '{lang}'")).await?;
        // The table comes later, and the date with it.
        let text = "window.element.shadowRoot.querySelector('.item').textContent";
        page.until(&format!("!/Added|November|M11/.test({text}) && /2023/.test({text})")).await?;
    }
    Ok(())
}

/// Each engine has likely subtags of its own.
async fn matches(page: Page) -> Result<()> {
    page.goto(&stage().serve_page("", "")).await?;
    let table: Value = serde_json::from_str(include_str!("../../../package/languages.json"))?;
    let script = format!(
        "const {{ findLanguage }} = await import('/npm/languages.js');\
         const table = {table};\
         return Object.keys(table).map((tag) => [tag, findLanguage(tag) ?? null])\
           .filter(([tag, found]) => found !== table[tag])"
    );
    let wrong = page.run_async(&script, vec![]).await?.0;
    ensure!(wrong == json!([]), "{wrong}");
    Ok(())
}

async fn not_loaded(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let html = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Test</title>\
        <script type=\"module\" src=\"define.js\"></script>\
        <matrix-threepids></matrix-threepids>";
    let routes = Router::new()
        .route("/", get(move || async move { Html(html) }))
        .route("/locales/fr.js", get(|| async { StatusCode::NOT_FOUND }))
        .fallback_service(web::folder(&stage().target.join("npm/package")));
    let server = web::serve(0, routes).await?;
    page.goto(&format!("{}/", server.url)).await?;
    page.run(&format!(
        "Object.assign(document.querySelector('matrix-threepids'), \
         {{ homeserver: '{}', accessToken: 'token' }})",
        homeserver.url
    ))
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("region", "Email addresses").await?;
    Ok(())
}

async fn no_wasm(page: Page) -> Result<()> {
    page.allow("The WebAssembly module could not be loaded");
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import {{ define, init }} from \"/npm/index.js\";\n\
         init(new URL(\"/nothing.wasm\", location.href)).catch(() => {{}});\n\
         window.element = document.querySelector(\"matrix-threepids\");\n\
         Object.assign(window.element, {{ homeserver: \"{}\", accessToken: \"token\" }});\n\
         define();",
        homeserver.url
    );
    let body = "<matrix-threepids lang=\"fr\"></matrix-threepids>";
    page.goto(&stage().serve_page(body, &script)).await?;
    page.read("alert", "Une erreur s’est produite").await?;
    page.press("Réessayer").await?;
    page.list_is(&["alice@example.org"]).await?;
    page.see("region", "Adresses e-mail").await?;
    Ok(())
}

async fn pseudo(page: Page) -> Result<()> {
    // States of pages that have something wrong say so.
    page.allow("matrix-threepids: ");
    for state in states::names(&page).await? {
        states::draw(&page, &state, "&lang=en-XA").await?;
        let by_hand = page
            .run(
                "const root = document.querySelector('main > :defined:last-child').shadowRoot;\
                 const all = [...root.querySelectorAll('*')].filter((it) => it.localName !== 'bdi'\
                   && !it.matches('.badge, .countdown, option'));\
                 const whole = [...root.querySelectorAll('.choice')].map((it) => it.textContent);\
                 const texts = all.filter((it) => !it.closest('.choice'))\
                   .flatMap((it) => [...it.childNodes]).filter((it) => it.nodeType === Node.TEXT_NODE)\
                   .map((it) => it.data).concat(whole).map((it) => it.trim());\
                 const names = all.flatMap((it) => ['aria-label', 'title', 'alt', 'placeholder']\
                   .map((name) => it.getAttribute(name))).filter((it) => it && !/[@+]/.test(it));\
                 const missing = all.filter((it) => it.matches('button, label, h2'))\
                   .filter((it) => !(it.textContent.trim() || it.ariaLabel)).map((it) => it.outerHTML);\
                 return [...[...texts, ...names].filter((it) => it && !/^(⟦[^⟦⟧]*⟧\\s*)+$/.test(it)), ...missing]",
            )
            .await?;
        ensure!(by_hand == json!([]), "{state}: {by_hand}");
    }
    Ok(())
}
