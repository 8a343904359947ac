//! What JavaScript is told, as the plain objects of the public API. Nothing
//! secret passes here.

use wasm_bindgen::JsValue;

use crate::flow::{Action, ErrorReport, Event, Outcome, Phase, Verification};
use crate::matrix::json::{Json, object, to_js};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::Challenge;

/// `{medium, address}`
pub fn address(medium: &Medium, address: &str) -> JsValue {
    to_js(&object([("medium", Some(medium.as_str().into())), ("address", Some(address.into()))]))
}

/// The property `threepids`.
pub fn threepids(entries: &[Threepid]) -> Json {
    let entry = |it: &Threepid| {
        object([
            ("medium", Some(it.medium.as_str().into())),
            ("address", Some((&*it.address).into())),
            ("addedAt", it.added_at.map(Json::from)),
            ("validatedAt", it.validated_at.map(Json::from)),
        ])
    };
    Json::Array(entries.iter().map(entry).collect())
}

/// The property `pending`.
pub fn pending(pending: &[Verification]) -> Json {
    let entry = |it: &Verification| {
        let phase = match it.phase {
            Phase::Waiting { .. } => "waiting",
            Phase::Sent
            | Phase::Trying(_)
            | Phase::Authenticating { .. }
            | Phase::Trouble { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting => "sent",
        };
        object([
            ("medium", Some(it.medium.as_str().into())),
            ("address", Some((&*it.address).into())),
            ("attempt", Some(f64::from(it.attempt).into())),
            ("sentAt", Some(it.sent_at.into())),
            ("phase", Some(phase.into())),
        ])
    };
    Json::Array(pending.iter().map(entry).collect())
}

/// What a method resolves with.
pub fn outcome(outcome: &Outcome) -> JsValue {
    to_js(&match outcome {
        Outcome::List(entries) => threepids(entries),
        Outcome::Sent { medium, address, attempt } => sent(medium, address, *attempt),
        Outcome::Removed { medium, address, unbind_result } => {
            removed(medium, address, unbind_result.as_deref())
        }
    })
}

fn sent(medium: &Medium, address: &str, attempt: u32) -> Json {
    object([
        ("medium", Some(medium.as_str().into())),
        ("address", Some(address.into())),
        ("attempt", Some(f64::from(attempt).into())),
    ])
}

fn removed(medium: &Medium, address: &str, unbind_result: Option<&str>) -> Json {
    object([
        ("medium", Some(medium.as_str().into())),
        ("address", Some(address.into())),
        ("unbindResult", Some(unbind_result.map_or(Json::Null, Json::from))),
    ])
}

/// The detail of `threepids-error`, and what a method rejects with.
pub fn report(report: &ErrorReport) -> JsValue {
    let or_null = |number: Option<f64>| Some(number.map_or(Json::Null, Json::Number));
    to_js(&object([
        ("code", Some((&*report.code).into())),
        ("message", Some((&*report.message).into())),
        ("status", or_null(report.status.map(f64::from))),
        ("retryAfterMs", or_null(report.retry_after_ms)),
        ("recoverable", Some(Json::Bool(report.recoverable))),
    ]))
}

/// The name and the detail of an event. `list` is the list as it is now.
pub fn event(event: &Event, list: &[Threepid]) -> (&'static str, JsValue) {
    match event {
        Event::Ready => ("threepids-ready", JsValue::NULL),
        Event::Change => {
            ("threepids-change", to_js(&object([("threepids", Some(threepids(list)))])))
        }
        Event::VerificationSent { medium, address, attempt } => {
            ("threepid-verification-sent", to_js(&sent(medium, address, *attempt)))
        }
        Event::Added { medium, address: it } => ("threepid-added", address(medium, it)),
        Event::Removed { medium, address, unbind_result } => {
            ("threepid-removed", to_js(&removed(medium, address, unbind_result.as_deref())))
        }
        Event::SessionExpired { soft_logout } => {
            let detail = object([("softLogout", Some(Json::Bool(*soft_logout)))]);
            ("threepids-session-expired", to_js(&detail))
        }
        Event::Error(it) => ("threepids-error", report(it)),
    }
}

/// The detail of `threepid-auth-required`, but for `respond`.
pub fn challenge(action: Action, medium: &Medium, address: &str, challenge: &Challenge) -> JsValue {
    let action = match action {
        Action::List | Action::Send | Action::Add => "add",
        Action::Remove => "remove",
    };
    let flow = |stages: &Vec<String>| object([("stages", Some((&**stages).into()))]);
    let error = challenge.errcode.as_ref();
    let error = error.map(|code| object([("code", Some(code.as_str().into()))]));
    to_js(&object([
        ("action", Some(action.into())),
        ("medium", Some(medium.as_str().into())),
        ("address", Some(address.into())),
        ("flows", Some(Json::Array(challenge.flows.iter().map(flow).collect()))),
        ("params", Some(challenge.params.clone())),
        ("completed", Some((&*challenge.completed).into())),
        ("error", error),
    ]))
}
