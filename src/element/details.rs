//! Conversion to the plain objects of the public JavaScript API. They contain
//! no secrets.

use wasm_bindgen::JsValue;

use crate::flow::{Action, ErrorReport, Event, Flow, Outcome, Verification};
use crate::matrix::json::{Json, Object, object, to_js};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::Challenge;

/// Object that starts with medium and address.
fn of(medium: &Medium, address: &str) -> Object {
    object().text("medium", medium.as_str()).text("address", address)
}

/// `{medium, address}`
pub fn address(medium: &Medium, address: &str) -> JsValue {
    to_js(&of(medium, address).done())
}

/// The property `threepids`.
pub fn threepids(entries: &[Threepid]) -> Json {
    let entry = |it: &Threepid| {
        of(&it.medium, &it.address)
            .maybe_number("addedAt", it.added_at)
            .maybe_number("validatedAt", it.validated_at)
            .maybe("shared", it.shared.map(Json::Bool))
            .done()
    };
    Json::Array(entries.iter().map(entry).collect())
}

/// The property `pending`.
pub fn pending(flow: &Flow) -> Json {
    let entry = |it: &Verification| {
        let phase = if it.is_waiting() { "waiting" } else { "sent" };
        of(&it.medium, &it.address)
            .number("attempt", f64::from(it.attempt))
            .number("sentAt", flow.by_clock(it.sent_at))
            .text("phase", phase)
            .done()
    };
    Json::Array(flow.public_pending().map(entry).collect())
}

/// Value that a method resolves with.
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
    of(medium, address).number("attempt", f64::from(attempt)).done()
}

fn removed(medium: &Medium, address: &str, unbind_result: Option<&str>) -> Json {
    of(medium, address).json("unbindResult", unbind_result.map_or(Json::Null, Json::from)).done()
}

/// Detail of `threepids-error`, and value that a method rejects with.
pub fn report(report: &ErrorReport) -> JsValue {
    let or_null = |number: Option<f64>| number.map_or(Json::Null, Json::Number);
    to_js(
        &object()
            .text("code", &report.code)
            .text("message", &report.message)
            .json("status", or_null(report.status.map(f64::from)))
            .json("retryAfterMs", or_null(report.retry_after_ms))
            .flag("recoverable", report.recoverable)
            .done(),
    )
}

/// Name and detail of an event. `list` is the current list.
pub fn event(event: &Event, list: &[Threepid]) -> (&'static str, JsValue) {
    match event {
        Event::Ready => ("threepids-ready", JsValue::NULL),
        Event::Change => {
            ("threepids-change", to_js(&object().json("threepids", threepids(list)).done()))
        }
        Event::VerificationSent { medium, address, attempt } => {
            ("threepid-verification-sent", to_js(&sent(medium, address, *attempt)))
        }
        Event::Added { medium, address: it } => ("threepid-added", address(medium, it)),
        Event::Removed { medium, address, unbind_result } => {
            ("threepid-removed", to_js(&removed(medium, address, unbind_result.as_deref())))
        }
        Event::Shared { medium, address: it } => ("threepid-shared", address(medium, it)),
        Event::Unshared { medium, address, unbind_result } => {
            ("threepid-unshared", to_js(&removed(medium, address, unbind_result.as_deref())))
        }
        Event::PasswordChanged { logout_devices } => {
            let detail = object().flag("logoutDevices", *logout_devices).done();
            ("password-changed", to_js(&detail))
        }
        Event::SessionExpired { soft_logout } => {
            let detail = object().flag("softLogout", *soft_logout).done();
            ("threepids-session-expired", to_js(&detail))
        }
        Event::Error(it) => ("threepids-error", report(it)),
    }
}

/// Detail of `threepid-auth-required`, without `respond`.
pub fn challenge(action: Action, of: Option<&(Medium, String)>, challenge: &Challenge) -> JsValue {
    let action = match action {
        Action::List
        | Action::Send
        | Action::Add
        | Action::Submit
        | Action::Prove
        | Action::Share
        | Action::Find => "add",
        Action::Remove => "remove",
        Action::Bind => "bind",
        Action::Unbind => "unbind",
        Action::ChangePassword => "password",
    };
    let flow = |stages: &Vec<String>| object().json("stages", stages.as_slice().into()).done();
    let error = challenge.errcode.as_ref();
    let error = error.map(|code| object().text("code", code.as_str()).done());
    to_js(
        &object()
            .text("action", action)
            .maybe_text("medium", of.map(|(medium, _)| medium.as_str()))
            .maybe_text("address", of.map(|(_, address)| &**address))
            .json("flows", Json::Array(challenge.flows.iter().map(flow).collect()))
            .json("params", challenge.params.clone())
            .json("completed", challenge.completed.as_slice().into())
            .maybe("error", error)
            .done(),
    )
}
