//! The page around an element: what it hears, what it hides, how it is styled,
//! and what it does to the element's nodes.

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::map_response;
use axum::response::{Html, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web;
use thirtyfour::prelude::*;

use crate::error_responses::{ADD, DELETE, LIST, NEW, SEND, add, open};
use crate::fallback_window::DIALOG;
use crate::harness::{browser_test, stage};
use crate::homeserver::{Answer, Homeserver, challenge, challenge_of, error, list};
use crate::page_object::Page;

const REMOVE: &str = "Remove alice@example.org?";

/// In every engine.
pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("host page: a dialog is open only while it is visible", hidden),
        browser_test("host page: a dialog closes in a hidden frame and reopens", hidden_frame),
        browser_test("host page: listeners of the page receive no typed text", typed),
        browser_test("forms: Enter of a composition or key repeat submits nothing", composition),
        browser_test("host page: forms work in a frame without allow-forms", sandbox),
        browser_test("host page: inherited text styles do not affect the element", styles),
    ]
}

/// In one.
pub fn more_tests() -> Vec<Trial> {
    vec![
        browser_test(
            "host page: a translator that replaces every text node breaks nothing",
            translated,
        ),
        browser_test("forms: fields are left to right in Arabic", left_to_right),
        browser_test("forms: an error disappears when the user edits the field", corrected),
        browser_test("forms: Enter in an empty dialog field shows an error", nothing_typed),
        browser_test("forms: a rate limit shows one countdown and shifts no layout", limited),
        browser_test("untrusted text: malformed terms open the fallback page", odd_terms),
        browser_test("untrusted text: a misleading address is displayed safely", misleading),
    ]
}

/// Ways to hide the element's place, and to show it again.
const WAYS: [(&str, &str); 6] = [
    ("place.style.display = 'none'", "place.style.display = ''"),
    ("place.hidden = true", "place.hidden = false"),
    ("place.style.visibility = 'hidden'", "place.style.visibility = ''"),
    ("place.style.contentVisibility = 'hidden'", "place.style.contentVisibility = ''"),
    ("details.open = false", "details.open = true"),
    ("host.style.display = 'none'", "host.style.display = ''"),
];

/// Whether the page can be used: a modal dialog would make it inert.
const IS_INERT: &str = "((button) => { button.focus(); const is = document.activeElement !== button;\
    button.blur(); return is; })(document.querySelector('#outside'))";

/// Puts the element into a place that can be hidden.
async fn put_into_place(page: &Page) -> Result<()> {
    page.run(
        "const details = document.createElement('details'); details.open = true;\
         const place = document.createElement('div'); details.append(place);\
         document.querySelector('main').append(details);\
         place.append(window.element);\
         Object.assign(window, { details, place, host: window.element });\
         window.isOpen = (dialog) => dialog.matches(':modal');\
         window.dialogs = () => [...window.element.shadowRoot.querySelectorAll('dialog')]\
           .filter((it) => it.open);",
    )
    .await?;
    Ok(())
}

async fn hidden(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(DELETE, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    put_into_place(&page).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", REMOVE).await?;
    page.press("Remove").await?;
    page.see("dialog", DIALOG).await?;
    page.type_into("Password", "typed").await?;
    // What Chromium says of whoever looks there, as tests do.
    page.allow("hidden by content-visibility");
    for (hide, show) in WAYS {
        page.run(&format!("const {{ details, place, host }} = window; {hide}")).await?;
        page.until("window.dialogs().length === 0").await?;
        ensure!(page.run(&format!("return {IS_INERT}")).await? == json!(false), "{hide}: inert");
        page.run(&format!("const {{ details, place, host }} = window; {show}")).await?;
        page.see("dialog", DIALOG).await?;
        ensure!(page.run(&format!("return {IS_INERT}")).await? == json!(true), "{show}: not modal");
        // With what was typed, and the focus in it.
        page.focus_is("it.type === 'password' && it.value === 'typed'").await?;
    }
    // Moved within the page, it is modal again.
    page.run("document.querySelector('main').prepend(window.details)").await?;
    page.until("window.dialogs().every(window.isOpen) && window.dialogs().length < 2").await?;

    // Wanted while the place is hidden, it opens when that is shown.
    page.run(
        "window.element.shadowRoot.querySelector('dialog[open]')?.dispatchEvent(\
        new Event('cancel', { cancelable: true }))",
    )
    .await?;
    page.gone("dialog", DIALOG).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "window.place.hidden = true;\
         window.element.remove('email', 'alice@example.org').catch(() => {})",
    )
    .await?;
    page.until("window.events.some(([name]) => name === 'threepid-before-remove')").await?;
    ensure!(page.run("return window.dialogs().length").await? == json!(0));
    ensure!(page.run(&format!("return {IS_INERT}")).await? == json!(false));
    page.run("window.place.hidden = false").await?;
    page.see("alertdialog", REMOVE).await?;
    Ok(())
}

async fn hidden_frame(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "const frame = document.createElement('iframe'); window.frame = frame;\
         Object.assign(frame.style, { width: '900px', height: '700px' });\
         document.querySelector('main').prepend(frame);\
         frame.contentDocument.body.append(window.element)",
    )
    .await?;
    page.until("window.element.shadowRoot.querySelector('.entry')").await?;
    page.run("window.element.remove('email', 'alice@example.org').catch(() => {})").await?;
    let open = "window.element.shadowRoot.querySelector('dialog[open]')";
    page.until(open).await?;
    for (hide, show) in [("display = 'none'", "display = ''"), ("height = '0'", "height = '700px'")]
    {
        page.run(&format!("window.frame.style.{hide}")).await?;
        page.until(&format!("!{open}")).await?;
        page.run(&format!("window.frame.style.{show}")).await?;
        page.until(open).await?;
    }
    Ok(())
}

/// What the page hears of, on everything around the element.
const LISTEN: &str = "window.heard = [];\
    const names = ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change', 'paste', 'copy',\
      'cut', 'compositionstart', 'compositionupdate', 'compositionend', 'dragover', 'drop'];\
    for (const at of [window.element, document.body, document, window])\
      for (const name of names) at.addEventListener(name, (event) =>\
        window.heard.push(event.key ? `${name} ${event.key}` : name));";

/// Each of these events, on a field. WebKit has no AltGraph key.
const FIRE: &str = "const knowsAltGraph = new KeyboardEvent('keydown', { modifierAltGraph: true })\
      .getModifierState('AltGraph');\
    const fire = (Class, name, init) => given[0].dispatchEvent(new Class(name,\
      { bubbles: true, composed: true, cancelable: true, ...init }));\
    for (const key of ['a', 'Enter', 'Tab', 'F1', '@', 'Dead', 'Backspace'])\
      for (const name of ['keydown', 'keypress', 'keyup']) fire(KeyboardEvent, name, { key });\
    fire(KeyboardEvent, 'keydown', { key: '@', altKey: true });\
    if (knowsAltGraph)\
      fire(KeyboardEvent, 'keydown', { key: 'q', ctrlKey: true, modifierAltGraph: true });\
    for (const name of ['paste', 'copy', 'cut']) fire(ClipboardEvent, name);\
    for (const name of ['beforeinput', 'input']) fire(InputEvent, name, { data: 'secret' });\
    for (const name of ['compositionstart', 'compositionupdate', 'compositionend'])\
      fire(CompositionEvent, name, { data: 'secret' });\
    for (const name of ['dragover', 'drop']) fire(DragEvent, name);\
    fire(Event, 'change'); fire(Event, 'keydown');";

async fn typed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("window.element.mediums = 'email msisdn'").await?;
    page.see("combobox", "Country").await?;
    page.run(LISTEN).await?;
    page.type_into("Email address", NEW).await?;
    page.type_into("Phone number", "07700 900001").await?;
    let fields = "[...window.element.shadowRoot.querySelectorAll('input, select')]";
    let fire_all = format!("for (const field of {fields}) {{ const given = [field]; {FIRE} }}");
    page.run(&fire_all).await?;
    let heard = page.run("return window.heard").await?;
    ensure!(heard == json!([]), "the page heard of a field: {heard}");
    // Shortcuts are the page's, and so is Escape.
    page.click_field("Email address").await?;
    page.run(
        "const field = window.stage.focused();\
         const press = (init) => field.dispatchEvent(new KeyboardEvent('keydown',\
           { bubbles: true, composed: true, ...init }));\
         press({ key: 'k', ctrlKey: true }); press({ key: 'k', metaKey: true });\
         press({ key: 's', altKey: true }); press({ key: 'Escape' });",
    )
    .await?;
    let heard = page.run("return window.heard.filter((it, at) => at % 4 === 0)").await?;
    let wanted = json!(["keydown k", "keydown k", "keydown s", "keydown Escape"]);
    ensure!(heard == wanted, "the page heard {heard}");
    // In a dialog, all is the dialog's.
    page.press("Add").await.ok();
    page.run("window.heard = []").await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", REMOVE).await?;
    page.run(&fire_all).await?;
    page.key(Key::Escape).await?;
    page.gone("alertdialog", REMOVE).await?;
    let heard = page.run("return window.heard.filter((it) => it !== 'keyup Escape')").await?;
    ensure!(heard == json!([]), "the page heard of a dialog: {heard}");
    Ok(())
}

async fn composition(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let code = json!({"sid": "1", "submit_url": format!("{}/submit", homeserver.url)});
    homeserver.answers(SEND, [Answer::Json(200, code)]);
    homeserver.answers("POST /submit", [Answer::Json(200, json!({"success": false}))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    let press = |init: &str| {
        format!(
            "return window.stage.focused().dispatchEvent(new KeyboardEvent('keydown',\
             {{ key: 'Enter', bubbles: true, composed: true, cancelable: true, {init} }}))"
        )
    };
    page.type_into("Email address", NEW).await?;
    // Prevented, the browser submits nothing.
    for init in ["isComposing: true", "keyCode: 229", "repeat: true"] {
        ensure!(page.run(&press(init)).await? == json!(false), "{init} submits");
    }
    ensure!(page.run(&press("")).await? == json!(true), "Enter is taken from the form");
    page.press("Add").await?;
    page.type_into("Code from the email", "123456").await?;
    for init in ["isComposing: true", "keyCode: 229", "repeat: true"] {
        page.run(&press(init)).await?;
    }
    ensure!(homeserver.received("POST /submit").is_empty(), "a composition sent the code");
    page.run(&press("")).await?;
    homeserver.wait_for("POST /submit", 1).await?;
    page.read("alert", "Wrong code").await?;
    ensure!(homeserver.received("POST /submit").len() == 1);
    Ok(())
}

async fn sandbox(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(DELETE, [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))]);
    let html = |body: String| {
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>{body}"
        )
    };
    let outer =
        html("<iframe sandbox=\"allow-scripts\" src=\"/inner\" width=900 height=700>".into());
    let inner = html(format!(
        "<script type=\"module\">import \"/define.js\";\
           document.querySelector(\"matrix-threepids\").accessToken = \"token\";</script>\
         <matrix-threepids homeserver=\"{}\"></matrix-threepids>",
        homeserver.url
    ));
    let for_everybody = |mut response: Response| async {
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        response
    };
    let routes = Router::new()
        .route("/", get(|| async { Html(outer) }))
        .route("/inner", get(|| async { Html(inner) }))
        .fallback_service(web::folder(&stage().target.join("npm/package")))
        .layer(map_response(for_everybody));
    let server = web::serve(0, routes).await?;
    page.goto(&server.url).await?;
    // The browser says that it submits nothing.
    page.allow("Blocked form submission");
    page.driver.find(By::Tag("iframe")).await?.enter_frame().await?;
    page.bring_testing().await?;
    page.see("button", "Remove alice@example.org").await?;
    // The person goes into the frame: before that, WebKit's has no focus to give.
    page.click_field("Email address").await?;
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    ensure!(homeserver.received(SEND).len() == 1, "sent twice");
    page.type_into("Email address", "other@example.org").await?;
    page.key(Key::Enter).await?;
    page.see("group", "other@example.org").await?;
    ensure!(homeserver.received(SEND).len() == 2);

    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", REMOVE).await?;
    page.press("Remove").await?;
    page.see("dialog", DIALOG).await?;
    page.type_into("Password", "secret").await?;
    homeserver.answers(LIST, [list(&[])]);
    page.key(Key::Enter).await?;
    page.read("status", "alice@example.org was removed").await?;
    ensure!(homeserver.received(DELETE).len() == 2, "confirmed twice");
    page.driver.enter_default_frame().await?;
    Ok(())
}

async fn styles(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(DELETE, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run(
        "const sheet = new CSSStyleSheet(); window.hostile = sheet;\
         sheet.replaceSync(`html { font-size: 62.5%; } body { white-space: nowrap; font-style: italic;\
           text-transform: uppercase; letter-spacing: 9px; word-spacing: 9px; text-align: right;\
           line-height: 4; cursor: wait; user-select: none; -webkit-user-select: none;\
           text-indent: 3em; font-variant: small-caps; font-weight: 900; word-break: break-all;\
           text-shadow: 1px 1px red; list-style: square; hyphens: auto; quotes: none; tab-size: 40; }\
           main * { white-space: nowrap; letter-spacing: 9px; text-transform: uppercase;\
             line-height: 4; text-align: right; cursor: wait; font-size: 10px }`);\
         document.adoptedStyleSheets = [sheet];",
    )
    .await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", REMOVE).await?;
    let wrong = "const wanted = { whiteSpace: ['normal'], fontStyle: ['normal'], textTransform: ['none'],\
           letterSpacing: ['normal', '0px'], wordSpacing: ['0px'], textIndent: ['0px'],\
           textShadow: ['none'], fontVariantCaps: ['normal'], listStyleType: ['none', 'disc'],\
           textAlign: ['start', 'left', 'center'], wordBreak: ['normal'] };\
         const texts = [...window.element.shadowRoot.querySelectorAll('*')]\
           .filter((it) => it.checkVisibility() && it.textContent.trim() && !it.children.length);\
         return texts.flatMap((it) => {\
           const style = getComputedStyle(it);\
           const odd = Object.entries(wanted).filter(([name, good]) => !good.includes(style[name]))\
             .map(([name]) => `${name}: ${style[name]}`);\
           if (parseFloat(style.fontSize) < 12) odd.push(`size ${style.fontSize}`);\
           if (parseFloat(style.lineHeight) > 2 * parseFloat(style.fontSize)) odd.push('lines');\
           if ((style.userSelect ?? style.webkitUserSelect) === 'none') odd.push('select');\
           if (style.cursor === 'wait') odd.push('cursor');\
           return odd.map((what) => `${it.localName}.${it.className} ${what}`);\
         })";
    let odd = page.run(wrong).await?;
    ensure!(odd == json!([]), "{odd}");
    page.key(Key::Escape).await?;
    page.gone("alertdialog", REMOVE).await?;
    let odd = page.run(wrong).await?;
    ensure!(odd == json!([]), "{odd}");
    // It follows the font around it, not the root's, unless told otherwise.
    let size = "return getComputedStyle(window.element.shadowRoot.querySelector('bdi')).fontSize";
    page.run("window.hostile.replaceSync('html { font-size: 1px } main { font-size: 20px }')")
        .await?;
    ensure!(page.run(size).await? == json!("20px"));
    page.run("window.element.style.setProperty('--threepids-font-size', '31px')").await?;
    ensure!(page.run(size).await? == json!("31px"));
    // What is hidden stays so.
    page.run("window.hostile.replaceSync('main { visibility: hidden }')").await?;
    let seen = "return getComputedStyle(window.element.shadowRoot.querySelector('bdi')).visibility";
    ensure!(page.run(seen).await? == json!("hidden"));
    Ok(())
}

/// What a translator does to every text in the element.
const TRANSLATE: &str = "const walker = document.createTreeWalker(window.element.shadowRoot, NodeFilter.SHOW_TEXT);\
    const nodes = []; while (walker.nextNode()) nodes.push(walker.currentNode);\
    for (const node of nodes) {\
      if (!node.data.trim() || node.parentElement.closest('font, [translate=no], option')) continue;\
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];\
      inner.textContent = node.data; outer.append(inner); node.replaceWith(outer);\
    }";

async fn translated(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let [one, two] = ["alice@example.org", "bob@example.org"];
    homeserver.answers(LIST, [list(&[one, two])]);
    open(&page, &homeserver).await?;
    page.list_is(&[one, two]).await?;
    let translate = || page.run(TRANSLATE);
    translate().await?;
    for address in [one, two, one] {
        page.press(&format!("Remove {address}")).await?;
        page.see("alertdialog", &format!("Remove {address}?")).await?;
        translate().await?;
        page.key(Key::Escape).await?;
        page.gone("alertdialog", &format!("Remove {address}?")).await?;
    }
    homeserver.answers(LIST, [list(&[two])]);
    page.press(&format!("Remove {one}")).await?;
    translate().await?;
    page.press("Remove").await?;
    page.read("status", &format!("{one} was removed")).await?;
    translate().await?;
    page.list_is(&[two]).await?;

    for (answer, words) in [
        (error(400, "M_THREEPID_IN_USE"), "Another account already uses this email address"),
        (error(403, "ORG.EXAMPLE.A"), "Something went wrong (ORG.EXAMPLE.A)"),
    ] {
        homeserver.answers(SEND, [answer]);
        page.type_into("Email address", NEW).await?;
        page.press("Add").await?;
        page.read("alert", words).await?;
        translate().await?;
    }
    page.run("window.element.lang = 'de'").await?;
    page.see("button", "Hinzufügen").await?;
    page.read("alert", "ORG.EXAMPLE.A").await?;
    page.see("button", &format!("{two} entfernen")).await?;
    translate().await?;
    page.run("window.element.lang = 'en'").await?;
    page.see("button", "Add").await?;
    let said = page.run("return window.element.shadowRoot.textContent").await?;
    ensure!(!said.as_str().unwrap_or_default().contains("Hinzu"), "two languages: {said}");
    Ok(())
}

async fn left_to_right(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.run("Object.assign(window.element, { lang: 'ar', mediums: 'email msisdn' })").await?;
    page.until("window.element.shadowRoot.querySelector('[dir=rtl] #phone')").await?;
    let other = page
        .run(
            "return [...window.element.shadowRoot.querySelectorAll('.input:not(select)')]\
             .filter((it) => getComputedStyle(it).direction !== 'ltr').map((it) => it.id)",
        )
        .await?;
    ensure!(other == json!([]), "{other}");
    Ok(())
}

async fn corrected(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let wrong = json!({"session": "s", "flows": [{"stages": ["m.login.password"]}],
        "params": {}, "completed": [], "errcode": "M_FORBIDDEN", "error": "no"});
    homeserver.answers(ADD, [Answer::Json(401, challenge("s")), Answer::Json(401, wrong)]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    let red = "window.element.shadowRoot.querySelectorAll('[aria-invalid]').length";
    let quiet = format!("{red} === 0 && window.stage.all('alert', null, null).length === 0");
    page.type_into("Email address", "nothing").await?;
    page.press("Add").await?;
    page.read("alert", "Enter a valid email address").await?;
    page.until(&format!("{red} === 1")).await?;
    page.see("textbox", "Email address").await?.send_keys("@").await?;
    page.until(&quiet).await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.type_into("Password", "wrong").await?;
    page.press("Confirm").await?;
    page.read("alert", "Wrong password").await?;
    page.until(&format!("{red} === 1")).await?;
    page.see("textbox", "Password").await?.send_keys("x").await?;
    page.until(&quiet).await
}

async fn nothing_typed(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(ADD, [Answer::Json(401, challenge("s"))]);
    open(&page, &homeserver).await?;
    add(&page).await?;
    page.press("Continue").await?;
    page.see("dialog", DIALOG).await?;
    page.focus_is("it.type === 'password'").await?;
    page.key(Key::Enter).await?;
    page.read("alert", "Enter your password").await?;
    page.focus_is("it.getAttribute('aria-invalid') === 'true'").await?;
    ensure!(homeserver.received(ADD).len() == 1, "nothing was sent as a password");
    page.key(Key::Escape).await?;
    page.gone("dialog", DIALOG).await?;

    homeserver.answers(ADD, [challenge_of("t", &[&["m.login.registration_token"]], &[])]);
    page.press("Continue").await?;
    page.see("textbox", "Registration token").await?;
    page.press("Confirm").await?;
    page.read("alert", "Enter the registration token").await?;
    Ok(())
}

async fn limited(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let limit = || {
        let body = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 60_000});
        Answer::Json(429, body)
    };
    homeserver.answers(SEND, [limit()]);
    homeserver.answers(ADD, [limit()]);
    homeserver.answers(DELETE, [limit()]);
    open(&page, &homeserver).await?;
    page.list_is(&["alice@example.org"]).await?;
    page.type_into("Email address", NEW).await?;
    let box_of =
        "JSON.stringify(window.element.shadowRoot.querySelector('#email').getBoundingClientRect())";
    let before = page.run(&format!("return {box_of}")).await?;
    page.press("Add").await?;
    page.read("alert", "Too many attempts. Try again in 1 minute.").await?;
    let add = page.see("button", "Add").await?;
    ensure!(add.attr("aria-disabled").await?.as_deref() == Some("true"));
    ensure!(page.run(&format!("return {box_of}")).await? == before, "the field has moved");
    // One time is to be seen, and that counts down.
    let seen = "[...window.element.shadowRoot.querySelectorAll('.error, .countdown')]\
        .filter((it) => it.checkVisibility() && it.getBoundingClientRect().width > 2)\
        .map((it) => it.textContent)";
    page.until(&format!("{seen}.join() !== 'Too many attempts. Try again in 1:00.'")).await?;
    let shown = page.run(&format!("return {seen}")).await?;
    let shown: Vec<String> = serde_json::from_value(shown)?;
    ensure!(shown.len() == 1 && shown[0].contains("0:5"), "{shown:?}");
    page.read("alert", "Try again in 1 minute").await?;
    page.click(&add).await?;
    page.press("Remove alice@example.org").await?;
    page.see("alertdialog", REMOVE).await?;
    page.press("Remove").await?;
    page.read("alert", "Too many attempts").await?;
    let button = page.see("button", "Remove").await?;
    ensure!(button.attr("aria-disabled").await?.as_deref() == Some("true"));
    page.click(&button).await?;
    page.key(Key::Enter).await?;
    page.read("alert", "Too many attempts").await?;
    ensure!(homeserver.received(SEND).len() == 1 && homeserver.received(DELETE).len() == 1);
    Ok(())
}

async fn odd_terms(page: Page) -> Result<()> {
    let terms = |policies: serde_json::Value| {
        let mut body =
            json!({"session": "s", "flows": [{"stages": ["m.login.terms"]}], "completed": []});
        body["params"] = json!({"m.login.terms": {"policies": policies}});
        Answer::Json(401, body)
    };
    let homeserver = Homeserver::start().await?;
    open(&page, &homeserver).await?;
    add(&page).await?;
    // The URL as it is, where there is no name; a name that turns nothing around.
    let shown = json!({"a": {"en": {"url": "https://example.org/a"}},
        "b": {"en": {"name": "safe\u{202e}gpj.exe", "url": "javascript:alert(1)"}}});
    homeserver.answers(ADD, [terms(shown)]);
    page.press("Continue").await?;
    page.see("checkbox", "I accept https://example.org/a").await?;
    page.see("checkbox", "I accept safegpj.exe").await?;
    ensure!(page.count("link", None).await? == 1, "a link to a script");
    page.key(Key::Escape).await?;
    page.gone("dialog", DIALOG).await?;

    let many: serde_json::Map<_, _> =
        (0..10_000).map(|at| (at.to_string(), json!({"en": {"name": "n"}}))).collect();
    for odd in [
        json!(null),
        json!({}),
        json!([]),
        json!("terms"),
        json!({"a": {"toString": 1}}),
        json!({"a": {"en": {"name": {"toString": 1}, "url": ["https://example.org"]}}}),
        json!({"a": {"en": {"name": "\u{202e} \u{200b}", "url": "javascript:alert(1)"}}}),
        json!({"a": {"en": {"name": "One"}}, "b": 3}),
        json!(many),
    ] {
        let sent = homeserver.received(ADD).len();
        homeserver.answers(ADD, [terms(odd)]);
        page.press("Continue").await?;
        page.see("dialog", DIALOG).await?;
        // The server's own page has them.
        let own = page.turn_to_new_window().await?;
        page.close_window(&own).await?;
        ensure!(page.count("checkbox", None).await? == 0);
        page.press("Cancel").await?;
        page.gone("dialog", DIALOG).await?;
        let auths = homeserver.received(ADD).split_off(sent);
        let accepted = auths.iter().any(|it| it.body["auth"]["type"] == "m.login.terms");
        ensure!(!accepted, "accepted what nobody saw");
    }
    Ok(())
}

async fn misleading(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let turned = "alice\u{202e}gro.elpmaxe@\u{2066}x.example";
    let long = format!("{}@example.org", "a".repeat(1_000_000));
    let of = |medium: &str, address: &str| json!({"medium": medium, "address": address, "added_at": 1.7e12});
    let entries =
        json!({"threepids": [of("email", turned), of("email", &long), of("org.\u{202e}x", "y")]});
    homeserver.answers(LIST, [Answer::Json(200, entries)]);
    open(&page, &homeserver).await?;
    page.until("window.stage.all('listitem', null, null).length === 3").await?;
    page.press("Remove alicegro.elpmaxe@x.example").await?;
    page.see("alertdialog", "Remove alicegro.elpmaxe@x.example?").await?;
    page.press("Remove").await?;
    let sent = homeserver.wait_for(DELETE, 1).await?;
    ensure!(sent.body["address"] == turned, "{}", sent.body);
    let texts = page
        .run(
            "const root = window.element.shadowRoot;\
             const names = [...root.querySelectorAll('[aria-label]')].map((it) => it.getAttribute('aria-label'));\
             return [root.textContent, ...names].filter((it) => /[\\u202a-\\u202e\\u2066]/.test(it)\
               || it.length > 5000).length",
        )
        .await?;
    ensure!(texts == json!(0), "{texts} texts turn or are long");
    page.until("window.element.threepids.some((it) => it.address.length > 1e6)").await?;
    let wide = page.run("return document.documentElement.scrollWidth > innerWidth").await?;
    ensure!(wide == json!(false), "the page is stretched");
    Ok(())
}
