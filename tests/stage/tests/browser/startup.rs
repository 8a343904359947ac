//! Elements that are set up while they start: in any order, at any moment; and
//! files that do not come at first.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use libtest_mimic::Trial;
use serde_json::json;
use stage::web::{self, WebServer};
use tokio::sync::watch;

use crate::error_responses::LIST;
use crate::harness::{browser_test, stage};
use crate::homeserver::Homeserver;
use crate::page_object::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("startup: every property takes effect, whenever it is set", any_moment),
        browser_test(
            "startup: properties of the password element, while its messages load",
            password_words,
        ),
        browser_test("startup: a locale table loads on the second try", language_later),
        browser_test("startup: the list of languages loads on the second try", list_later),
        browser_test(
            "startup: the password element loads its messages on the second try",
            words_later,
        ),
        browser_test("startup: phones.js loads on the second try", phones_later),
        browser_test("startup: identity.js loads on the second try", identity_later),
        browser_test("startup: a file that never loads is not requested endlessly", never),
        browser_test("startup: English is displayed after ten seconds without a table", late),
    ]
}

/// A server of the package, with these routes before it; `/` is a page with
/// this body.
pub async fn site(body: &str, routes: Router) -> Result<WebServer> {
    site_under(body, routes, None).await
}

/// The same, under this Content Security Policy.
pub async fn site_under(
    body: &str,
    routes: Router,
    policy: Option<&'static str>,
) -> Result<WebServer> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Test</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <script src=\"/clock.js\"></script><script src=\"/presence.js\"></script>\
         <script src=\"/console.js\"></script><main>{body}</main></html>"
    );
    let clock = || async { web::script(include_str!("clock.js").to_owned()) };
    let presence = || async { web::script(include_str!("presence.js").to_owned()) };
    let console = || async { web::script(include_str!("console.js").to_owned()) };
    let routes = routes
        .route("/", get(move || async { Html(html) }))
        .route("/clock.js", get(clock))
        .route("/presence.js", get(presence))
        .route("/console.js", get(console))
        .fallback_service(web::folder(&stage().target.join("npm/package")));
    let headers = map_response(move |mut response: Response| async move {
        if let Some(policy) = policy {
            let policy = HeaderValue::from_static(policy);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    });
    web::serve(0, routes.layer(headers)).await
}

/// A file of the package, never kept by the browser.
fn file(path: &str) -> Response {
    let text = std::fs::read_to_string(stage().target.join("npm/package").join(path));
    match text {
        Ok(text) => web::script(text),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file that does not come the first times, and how often it was asked for.
fn fails(routes: Router, path: &'static str, times: usize) -> (Router, watch::Receiver<usize>) {
    let (counted, asked) = watch::channel(0);
    let answer = move || {
        let nth = *counted.borrow();
        counted.send_replace(nth + 1);
        async move {
            if nth < times {
                let no = [(header::CACHE_CONTROL, "no-store")];
                return (StatusCode::BAD_GATEWAY, no).into_response();
            }
            file(path)
        }
    };
    (routes.route(&format!("/{path}"), get(answer)), asked)
}

async fn any_moment(page: Page) -> Result<()> {
    // An element without a homeserver, for a while.
    page.allow("homeserver is missing");
    let homeserver = Homeserver::start().await?;
    let gate = watch::Sender::new(false);
    let (held, go) = (gate.clone(), gate.clone());
    let words = move || {
        let mut open = held.subscribe();
        async move {
            let _ = open.wait_for(|open| *open).await;
            file("locales/fr.js")
        }
    };
    let let_go = move || {
        go.send_replace(true);
        async { StatusCode::NO_CONTENT }
    };
    let script = || async { web::script(include_str!("startup.js").to_owned()) };
    let routes = Router::new()
        .route("/locales/fr.js", get(words))
        .route("/let-go", get(let_go))
        .route("/starting.js", get(script));
    let site = site("<script type=\"module\" src=\"/starting.js\"></script>", routes).await?;
    for (tag, title) in
        [("matrix-threepids", "Mes adresses"), ("matrix-account-password", "Le mot de passe")]
    {
        let mut wanted = json!(null);
        for seed in 0..8 {
            gate.send_replace(false);
            let url = format!("{}/?tag={tag}&seed={seed}&homeserver={}", site.url, homeserver.url);
            page.goto(&url).await?;
            let told = format!("{tag}, seed {seed}");
            page.until("window.set").await?;
            if seed == 0 {
                page.until(&format!("window.shown(0).includes('{title}')")).await?;
                page.until("!window.elements.some((it) => it.matches(':state(loading)'))").await?;
                if tag == "matrix-threepids" {
                    let all = "['alice@example.org', 'id=\"country\"', 'identity-error']\
                        .every((it) => window.shown(0).includes(it))";
                    page.until(all).await?;
                }
                page.until("window.shown(0) === window.shown(1)").await?;
                wanted = page.run("return window.shown(0)").await?;
            }
            let script = "await window.stage.until(() => [0, 1].every((it) =>\
                window.shown(it) === given[0])).catch(() => {});\
                return [window.shown(0), window.shown(1), window.errors]";
            let shown = page.run_async(script, vec![wanted.clone()]).await?.0;
            ensure!(shown[0] == wanted, "{told}: {}\nis not\n{wanted}", shown[0]);
            ensure!(shown[1] == wanted, "{told}: {}\nis not\n{wanted}", shown[1]);
            let internal = shown[2].to_string().contains("internal");
            ensure!(!internal, "{told}: {}", shown[2]);
        }
    }
    Ok(())
}

async fn password_words(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let script = format!(
        "import \"/npm/define.js\";\n\
         window.errors = [];\n\
         addEventListener(\"threepids-error\", ({{ detail }}) => window.errors.push(detail));\n\
         for (const name of [\"authHandler\", \"fetch\", \"messages\"]) {{\n\
           const element = document.createElement(\"matrix-account-password\");\n\
           element.homeserver = \"{}\";\n\
           document.querySelector(\"main\").append(element);\n\
           element.accessToken = \"token\";\n\
           element[name] = name === \"messages\" ? {{}} : (it) => name === \"fetch\" ? fetch(it) : null;\n\
         }}",
        homeserver.url
    );
    page.goto(&stage().serve_page("", &script)).await?;
    page.until("window.stage.all('textbox', 'New password', null).length === 3").await?;
    let errors = page.run("return window.errors").await?;
    ensure!(errors == json!([]), "{errors}");
    Ok(())
}

/// What signs elements in, as a module's text.
fn sign_in(homeserver: &Homeserver, more: &str) -> String {
    format!(
        "import('/define.js').then(() => {{\
           window.errors = [];\
           addEventListener('threepids-error', ({{ detail }}) => window.errors.push(detail.message));\
           window.element = document.querySelector('main > :defined');\
           Object.assign(window.element, {{ homeserver: '{}', accessToken: 'token', {more} }});\
         }})",
        homeserver.url
    )
}

async fn language_later(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, asked) = fails(Router::new(), "locales/fr.js", 1);
    let site = site("<matrix-threepids lang=\"fr\"></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&sign_in(&homeserver, "")).await?;
    page.see("region", "Adresses e-mail").await?;
    ensure!(*asked.borrow() == 2);
    let errors = page.run("return window.errors").await?;
    ensure!(errors == json!([]), "a missing language is no error: {errors}");
    Ok(())
}

async fn list_later(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, asked) = fails(Router::new(), "languages.js", 1);
    let site = site("<matrix-threepids lang=\"fr\"></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&sign_in(&homeserver, "")).await?;
    page.see("region", "Adresses e-mail").await?;
    ensure!(*asked.borrow() == 2);
    Ok(())
}

async fn words_later(page: Page) -> Result<()> {
    page.allow("The words could not be loaded");
    let homeserver = Homeserver::start().await?;
    // A press asks at once; without one, they are asked for a second later.
    for is_pressed in [true, false] {
        let (routes, asked) = fails(Router::new(), "locales/en.js", 1);
        let site = site("<matrix-account-password></matrix-account-password>", routes).await?;
        page.goto(&format!("{}/", site.url)).await?;
        page.stop_time().await?;
        page.run(&sign_in(&homeserver, "")).await?;
        page.read("alert", "Something went wrong").await?;
        if is_pressed {
            page.press("Try again").await?;
        } else {
            page.pass(1000).await?;
        }
        page.see("textbox", "New password").await?;
        let asked = *asked.borrow();
        ensure!(asked == 2, "asked {asked} times");
        let errors = page.run("return window.errors").await?;
        ensure!(errors == json!(["The words could not be loaded"]), "{errors}");
    }
    Ok(())
}

async fn phones_later(page: Page) -> Result<()> {
    page.allow("phones.js could not be loaded");
    let homeserver = Homeserver::start().await?;
    let (routes, _) = fails(Router::new(), "phones.js", 1);
    let site =
        site("<matrix-threepids mediums=\"email msisdn\"></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.run(&sign_in(&homeserver, "")).await?;
    page.see("textbox", "Phone number").await?;
    page.see("textbox", "Email address").await?;
    let errors = page.run("return window.errors").await?;
    ensure!(errors == json!(["phones.js could not be loaded"]), "{errors}");
    Ok(())
}

async fn identity_later(page: Page) -> Result<()> {
    page.allow("identity.js could not be loaded");
    let homeserver = Homeserver::start().await?;
    let (routes, asked) = fails(Router::new(), "identity.js", 1);
    let site = site("<matrix-threepids></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    let server = format!("identityServer: {{ url: '{}/identity' }}", homeserver.url);
    page.run(&sign_in(&homeserver, &server)).await?;
    page.until("window.element.shadowRoot.querySelector('#identity')").await?;
    ensure!(*asked.borrow() == 2);
    let errors = page.run("return window.errors.filter((it) => it.includes('.js'))").await?;
    ensure!(errors == json!(["identity.js could not be loaded"]), "{errors}");
    Ok(())
}

async fn never(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let (routes, asked) = fails(Router::new(), "locales/fr.js", usize::MAX);
    let site = site("<matrix-threepids lang=\"fr\"></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.stop_time().await?;
    page.run(&sign_in(&homeserver, "")).await?;
    page.see("region", "Email addresses").await?;
    let tries = |n: usize| {
        let mut asked = asked.clone();
        async move {
            let came = asked.wait_for(|asked| *asked >= n);
            let came = tokio::time::timeout(Duration::from_secs(15), came).await;
            let asked = *came.with_context(|| format!("try {n} did not come"))??;
            ensure!(asked == n, "{asked} tries, not {n}");
            Ok(())
        }
    };
    for (n, pause) in [(2, 1000), (3, 4000), (4, 15_000), (5, 60_000)] {
        page.pass(pause).await?;
        tries(n).await?;
        page.see("region", "Email addresses").await?;
    }
    // No more by itself, whatever else changes.
    page.pass(3_600_000).await?;
    page.run("for (const theme of ['dark', 'light']) window.element.theme = theme").await?;
    page.until("window.element.shadowRoot.querySelector('section')").await?;
    page.list_is(&["alice@example.org"]).await?;
    tries(5).await?;
    // A network that is there again is a reason, and so is a person who presses something.
    page.run("dispatchEvent(new Event('online'))").await?;
    tries(6).await?;
    page.press("Add").await?;
    tries(7).await
}

async fn late(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    let hangs = || async { std::future::pending::<StatusCode>().await };
    let routes = Router::new().route("/locales/fr.js", get(hangs));
    let site = site("<matrix-threepids lang=\"fr\"></matrix-threepids>", routes).await?;
    page.goto(&format!("{}/", site.url)).await?;
    page.stop_time().await?;
    page.run(&sign_in(&homeserver, "")).await?;
    page.until("document.querySelector('matrix-threepids').matches(':state(loading)')").await?;
    page.pass_until("window.element?.shadowRoot.querySelector('section')").await?;
    page.see("region", "Email addresses").await?;
    homeserver.wait_for(LIST, 1).await?;
    Ok(())
}
