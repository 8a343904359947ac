//! Odd answers, and what must come out of them. Uses nothing but the crate's
//! public face, so that the same table runs natively and in a browser, whose
//! `JSON.parse` is another reader.

use matrix_threepids::matrix::uia::Challenge;
use matrix_threepids::matrix::{
    HttpResponse, Json, RequestError, Secrets, ServerError, delete_3pid, get_3pids,
    request_3pid_token_via_email, submit_token, whoami,
};

mod errors;
mod successes;

/// An answer, and what must come out of it.
struct Row {
    name: &'static str,
    status: u16,
    /// The header.
    retry_after: Option<&'static str>,
    body: Body,
    want: Want,
}

enum Body {
    Text(&'static str),
    /// One that is too long to be written here.
    Made(fn() -> String),
}

/// What must come out; also says as which endpoint's answer it is read.
#[derive(Clone, Copy)]
enum Want {
    /// `account/3pid`: these entries.
    List(&'static [Entry]),
    /// `account/3pid`: so many entries.
    Entries(usize),
    /// `requestToken`
    Sid(Option<&'static str>),
    /// `requestToken`: where the code goes.
    SubmitUrl(Option<&'static str>),
    /// `submit_url`: whether the code was right.
    Right(bool),
    /// `delete`
    Unbind(Option<&'static str>),
    /// `whoami`
    User(Option<&'static str>),
    /// Not the answer of a Matrix server.
    NotMatrix,
    /// UIA.
    Uia(Uia),
    /// An error of the server's.
    Error(Refusal),
}

/// Medium, address, `added_at`, `validated_at`.
type Entry = (&'static str, &'static str, Option<f64>, Option<f64>);

#[derive(Clone, Copy)]
struct Uia {
    session: Option<&'static str>,
    flows: &'static [&'static [&'static str]],
    completed: &'static [&'static str],
    errcode: Option<&'static str>,
    /// How many members `params` has.
    params: usize,
}

#[derive(Clone, Copy)]
struct Refusal {
    errcode: &'static str,
    message: &'static str,
    retry_after_ms: Option<f64>,
    soft_logout: bool,
    consent_uri: Option<&'static str>,
    admin_contact: Option<&'static str>,
}

const ALICE: Entry = ("email", "alice@example.org", Some(1_700_000_000_000.0), Some(1.0));
const BARE: Entry = ("email", "alice@example.org", None, None);
const PASSWORD: Uia = Uia {
    session: Some("s"),
    flows: &[&["m.login.password"]],
    completed: &[],
    errcode: None,
    params: 0,
};
const REFUSAL: Refusal = Refusal {
    errcode: "M_UNKNOWN",
    message: "",
    retry_after_ms: None,
    soft_logout: false,
    consent_uri: None,
    admin_contact: None,
};
const LIMIT: Refusal = Refusal { errcode: "M_LIMIT_EXCEEDED", ..REFUSAL };

const fn row(name: &'static str, status: u16, body: &'static str, want: Want) -> Row {
    Row { name, status, retry_after: None, body: Body::Text(body), want }
}

const fn made(name: &'static str, status: u16, body: fn() -> String, want: Want) -> Row {
    Row { name, status, retry_after: None, body: Body::Made(body), want }
}

/// A 429 with this header.
const fn limited(
    name: &'static str,
    header: &'static str,
    body: &'static str,
    wait: Option<f64>,
) -> Row {
    Row {
        name,
        status: 429,
        retry_after: Some(header),
        body: Body::Text(body),
        want: Want::Error(Refusal { retry_after_ms: wait, ..LIMIT }),
    }
}

const fn wait(ms: f64) -> Want {
    Want::Error(Refusal { retry_after_ms: Some(ms), ..LIMIT })
}

const fn error(errcode: &'static str) -> Want {
    Want::Error(Refusal { errcode, ..REFUSAL })
}

const HTML: &str = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>";

fn tables() -> impl Iterator<Item = &'static Row> {
    let successes = [successes::LISTS, successes::OTHER_ANSWERS];
    let refusals = [errors::ERRORS, errors::LIMITS, errors::CHALLENGES];
    successes.into_iter().chain(refusals).flatten()
}

/// How many rows there are.
pub fn len() -> usize {
    tables().count()
}

/// The rows that came out otherwise; none is good.
pub fn run() -> Vec<String> {
    tables().filter_map(|row| Some(format!("{}: {}", row.name, row.failure()?))).collect()
}

impl Row {
    fn failure(&self) -> Option<String> {
        let body = match self.body {
            Body::Text(text) => text.to_owned(),
            Body::Made(make) => make(),
        };
        let retry_after = self.retry_after.map(str::to_owned);
        let answer = HttpResponse { status: self.status, retry_after, body };
        let answer = answer.json_without(Secrets::default);
        let good = match (&answer, &self.want) {
            (Ok(body), Want::List(want)) => is_list(body, want),
            (Ok(body), Want::Entries(want)) => get_3pids::read(body).len() == *want,
            (Ok(body), Want::Sid(want)) => {
                request_3pid_token_via_email::read(body).map(|answer| answer.sid).as_deref()
                    == *want
            }
            (Ok(body), Want::SubmitUrl(want)) => {
                let answer = request_3pid_token_via_email::read(body);
                answer.is_some_and(|answer| answer.submit_url.as_deref() == *want)
            }
            (Ok(body), Want::Right(want)) => submit_token::read(body) == *want,
            (Ok(body), Want::Unbind(want)) => delete_3pid::parse_response(body).as_deref() == *want,
            (Ok(body), Want::User(want)) => whoami::read(body).as_deref() == *want,
            (Err(RequestError::InvalidResponse { status }), Want::NotMatrix) => {
                *status == self.status
            }
            (Err(RequestError::Challenge(challenge)), Want::Uia(want)) => is_uia(challenge, want),
            (Err(RequestError::Server(error)), Want::Error(want)) => {
                error.status == self.status && is_error(error, want)
            }
            (Ok(_) | Err(_), _) => false,
        };
        (!good).then(|| {
            let mut got = format!("{answer:?}");
            if let Some((end, _)) = got.char_indices().nth(300) {
                got.truncate(end);
            }
            got
        })
    }
}

fn is_list(body: &Json, want: &[Entry]) -> bool {
    let got = get_3pids::read(body);
    let got = got
        .iter()
        .map(|it| (it.medium.as_str(), it.address.as_str(), it.added_at, it.validated_at));
    got.eq(want.iter().copied())
}

fn is_uia(got: &Challenge, want: &Uia) -> bool {
    let params = matches!(&got.params, Json::Object(members) if members.len() == want.params);
    got.session.as_deref() == want.session
        && got.flows == want.flows
        && got.completed == want.completed
        && got.errcode.as_ref().map(|errcode| errcode.as_str()) == want.errcode
        && params
}

fn is_error(got: &ServerError, want: &Refusal) -> bool {
    got.errcode.as_str() == want.errcode
        && got.message == want.message
        && got.retry_after_ms == want.retry_after_ms
        && got.soft_logout == want.soft_logout
        && got.consent_uri.as_deref() == want.consent_uri
        && got.admin_contact.as_deref() == want.admin_contact
}

/// An object with arrays this deep in it, beside an empty list.
fn nested(depth: usize) -> String {
    [r#"{"x":"#, &"[".repeat(depth), &"]".repeat(depth), r#","threepids":[]}"#].concat()
}

/// 5 MB of HTML.
fn page() -> String {
    ["<html><body>", &"<p>Bad Gateway</p>".repeat(5_000_000 / 18), "</body></html>"].concat()
}
