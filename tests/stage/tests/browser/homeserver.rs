//! A homeserver of answers that a test writes down: for what no real server
//! can be made to say. Speaks HTTP, with CORS.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use stage::web::{WebServer, serve};
use tokio::sync::{Notify, watch};

/// What it answers to one request.
#[derive(Clone)]
pub enum Answer {
    /// JSON with a status.
    Json(u16, Value),
    /// Any body with a status.
    Text(u16, &'static str),
    /// A page for a person to look at.
    Page(String),
    /// The same, cut off from the window that opened its own.
    IsolatedPage(String),
    /// This, with these headers.
    Headed(Vec<(&'static str, String)>, Box<Answer>),
    /// Nothing, until [`Homeserver::let_go`]; then this.
    Held(Box<Answer>),
    /// The same without CORS, so that a browser can only say that there was no
    /// answer.
    WithoutCors(Box<Answer>),
}

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method and path below `/_matrix/client/v3/`.
    pub what: String,
    /// What stands after the path.
    pub query: String,
    /// The header `Authorization`.
    pub authorization: String,
    /// The body.
    pub body: Value,
}

/// The server.
pub struct Homeserver {
    /// Its base URL.
    pub url: String,
    inner: Arc<Inner>,
    _server: WebServer,
}

struct Inner {
    /// Method and path, and what is answered in turn; the last again and again.
    answers: Mutex<Vec<(String, Vec<Answer>)>>,
    received: watch::Sender<Vec<Received>>,
    go: Notify,
    /// True if only what is known has a preflight.
    refuses_preflights: AtomicBool,
}

/// What is not known, in [`Homeserver::answers`].
const UNKNOWN: &str = "";
/// Before the beginning of a path, in [`Homeserver::answers`]: what is not known
/// below it.
pub const UNDER: &str = "* ";

/// Synapse up to 1.47, to a path that it does not know.
const NO_SUCH_RESOURCE: &str = "
<html>
  <head><title>404 - No Such Resource</title></head>
  <body>
    <h1>No Such Resource</h1>
    <p>Sorry. No luck finding that resource.</p>
  </body>
</html>
";

/// The answer of Synapse up to 1.47 to a path that it does not know.
pub fn no_such_resource() -> Answer {
    Answer::WithoutCors(Box::new(Answer::Text(404, NO_SUCH_RESOURCE)))
}

/// The UIA challenge of a password.
pub fn challenge(session: &str) -> Value {
    json!({"session": session, "flows": [{"stages": ["m.login.password"]}], "params": {}})
}

/// The UIA challenge of these flows, of which these stages are done.
pub fn challenge_of(session: &str, flows: &[&[&str]], completed: &[&str]) -> Answer {
    let flows: Vec<_> = flows.iter().map(|stages| json!({"stages": stages})).collect();
    let body = json!({"session": session, "flows": flows, "params": {}, "completed": completed});
    Answer::Json(401, body)
}

/// A Matrix error.
pub fn error(status: u16, errcode: &str) -> Answer {
    Answer::Json(status, json!({"errcode": errcode, "error": "<b>A server's own text</b>"}))
}

/// Elsewhere: a redirect, which keeps method and body if it is a 307 or 308.
pub fn redirect(status: u16, to: &str) -> Answer {
    Answer::Headed(vec![("location", to.to_owned())], Box::new(Answer::Text(status, "")))
}

/// A list of these email addresses.
pub fn list(addresses: &[&str]) -> Answer {
    let entry = |address: &&str| json!({"medium": "email", "address": address, "added_at": 1.7e12});
    Answer::Json(200, json!({"threepids": addresses.iter().map(entry).collect::<Vec<_>>()}))
}

impl Homeserver {
    /// A server where all goes well, with one address on the list.
    pub async fn start() -> Result<Homeserver> {
        let answers = [
            ("GET account/3pid", list(&["alice@example.org"])),
            ("GET account/whoami", Answer::Json(200, json!({"user_id": "@alice:example.org"}))),
            ("POST account/3pid/email/requestToken", Answer::Json(200, json!({"sid": "1"}))),
            ("POST account/3pid/add", Answer::Json(401, challenge("s"))),
            (
                "POST account/3pid/delete",
                Answer::Json(200, json!({"id_server_unbind_result": "no-support"})),
            ),
        ];
        let answers = answers.map(|(what, answer)| (what.to_owned(), vec![answer])).to_vec();
        let inner = Arc::new(Inner {
            answers: Mutex::new(answers),
            received: watch::Sender::new(Vec::new()),
            go: Notify::new(),
            refuses_preflights: AtomicBool::new(false),
        });
        let routes = Router::new().fallback(answer).with_state(inner.clone());
        let server = serve(0, routes).await?;
        Ok(Homeserver { url: server.url.clone(), inner, _server: server })
    }

    /// One that knows nothing yet; what it does not know, it answers so.
    pub async fn old(unknown: Answer) -> Result<Homeserver> {
        let homeserver = Homeserver::start().await?;
        *homeserver.inner.answers.lock().expect("no test panics with it") = Vec::new();
        homeserver.answers(UNKNOWN, [unknown]);
        Ok(homeserver)
    }

    /// From now on, a preflight of what it does not know is refused, too: as
    /// Synapse up to 1.12 does.
    pub fn refuses_preflights(&self) {
        self.inner.refuses_preflights.store(true, Ordering::Relaxed);
    }

    /// From now on, answers this, in turn, to that; the last again and again.
    pub fn answers(&self, what: &str, answers: impl Into<Vec<Answer>>) {
        let mut all = self.inner.answers.lock().expect("no test panics with it");
        all.retain(|(it, _)| it != what);
        all.push((what.to_owned(), answers.into()));
    }

    /// The requests of this kind so far.
    pub fn received(&self, what: &str) -> Vec<Received> {
        self.inner.received.borrow().iter().filter(|it| it.what == what).cloned().collect()
    }

    /// How many requests came so far that have no answer of their own.
    pub fn count_unknown(&self) -> usize {
        let answers = self.inner.answers.lock().expect("no test panics with it");
        let is_unknown = |sent: &&Received| !answers.iter().any(|(what, _)| *what == sent.what);
        self.inner.received.borrow().iter().filter(is_unknown).count()
    }

    /// All requests so far.
    pub fn all(&self) -> Vec<Received> {
        self.inner.received.borrow().clone()
    }

    /// Waits for the `nth` request of this kind (from 1).
    pub async fn wait_for(&self, what: &str, nth: usize) -> Result<Received> {
        let mut received = self.inner.received.subscribe();
        let of = |all: &Vec<Received>| {
            let mut of = all.iter().filter(|it| it.what == what);
            of.nth(nth - 1).cloned()
        };
        let came = received.wait_for(|all| of(all).is_some());
        let came = tokio::time::timeout(std::time::Duration::from_secs(15), came).await;
        let all = came.map_err(|_| anyhow::anyhow!("request {nth} of {what} did not come"))??;
        Ok(of(&all).expect("it was waited for"))
    }

    /// Lets the answers go that are held now.
    pub fn let_go(&self) {
        self.inner.go.notify_waiters();
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches("/_matrix/client/v3/").to_owned();
    let what = format!("{} {path}", request.method());
    let query = request.uri().query().unwrap_or_default().to_owned();
    if request.method() == Method::OPTIONS {
        let answers = inner.answers.lock().expect("no test panics with it");
        let is_known = answers.iter().any(|(it, _)| match it.strip_prefix(UNDER) {
            Some(prefix) => path.starts_with(prefix),
            None => it.split_once(' ').is_some_and(|(_, known)| known == path),
        });
        if is_known || !inner.refuses_preflights.load(Ordering::Relaxed) {
            return with_cors(StatusCode::NO_CONTENT.into_response());
        }
        let (authorization, body) = (String::new(), Value::Null);
        let refused = Received { what, query, authorization, body };
        inner.received.send_modify(|all| all.push(refused));
        return response(Answer::Text(404, NO_SUCH_RESOURCE));
    }
    let authorization = text(request.headers(), header::AUTHORIZATION);
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    // Before it is known of: who waits for the request may let it go.
    let go = inner.go.notified();
    let next = {
        let mut answers = inner.answers.lock().expect("no test panics with it");
        let at = |what: &str| answers.iter().position(|(it, _)| it == what);
        let under = answers.iter().position(|(it, _)| {
            it.strip_prefix(UNDER).is_some_and(|prefix| path.starts_with(prefix))
        });
        match at(&what).or(under).or(at(UNKNOWN)).map(|at| &mut answers[at].1) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => error(404, "M_UNRECOGNIZED"),
        }
    };
    inner.received.send_modify(|all| all.push(Received { what, query, authorization, body }));
    let next = match next {
        Answer::Held(answer) => {
            go.await;
            *answer
        }
        answer => answer,
    };
    match next {
        Answer::WithoutCors(answer) => response(*answer),
        answer => with_cors(response(answer)),
    }
}

fn response(answer: Answer) -> Response {
    let (status, body) = match answer {
        Answer::Json(status, body) => (status, body.to_string()),
        Answer::Text(status, body) => (status, body.to_owned()),
        Answer::Page(html) => return Html(html).into_response(),
        Answer::IsolatedPage(html) => {
            let policy = HeaderName::from_static("cross-origin-opener-policy");
            return ([(policy, "same-origin")], Html(html)).into_response();
        }
        Answer::Headed(headers, answer) => {
            let mut response = response(*answer);
            for (name, value) in headers {
                let value = value.parse().expect("a header's value");
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
            return response;
        }
        Answer::Held(answer) | Answer::WithoutCors(answer) => return response(*answer),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

fn with_cors(mut response: Response) -> Response {
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST, PUT, OPTIONS"),
        ("access-control-allow-headers", "authorization, content-type"),
    ] {
        let value = value.parse().expect("a header's value");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
