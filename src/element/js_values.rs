//! Conversion to the plain objects of the public JavaScript API. They contain
//! no secrets.

use wasm_bindgen::JsValue;

use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::json::{Json, ObjectBuilder, object, to_js};
use crate::matrix::uia::Challenge;
use crate::model::{Action, ErrorReport, HostEvent, MethodResult, Model, Verification};

/// Object that starts with medium and address.
fn threepid_to_js(medium: &Medium, address: &str) -> ObjectBuilder {
    object().string("medium", medium.as_str()).string("address", address)
}

/// `{medium, address}`
pub fn address(medium: &Medium, address: &str) -> JsValue {
    to_js(&threepid_to_js(medium, address).build())
}

/// The property `threepids`.
pub fn threepids(entries: &[Threepid]) -> Json {
    let entry = |it: &Threepid| {
        threepid_to_js(&it.medium, &it.address)
            .optional_number("addedAt", it.added_at)
            .optional_number("validatedAt", it.validated_at)
            .optional("shared", it.shared.map(Json::Bool))
            .build()
    };
    Json::Array(entries.iter().map(entry).collect())
}

/// The property `pending`.
pub fn pending(model: &Model) -> Json {
    let entry = |it: &Verification| {
        let phase = if it.is_waiting() { "waiting" } else { "sent" };
        threepid_to_js(&it.medium, &it.address)
            .number("attempt", f64::from(it.attempt))
            .number("sentAt", model.to_system_time(it.sent_at))
            .string("phase", phase)
            .build()
    };
    Json::Array(model.visible_verifications().map(entry).collect())
}

/// Value that a method resolves with.
pub fn outcome(outcome: &MethodResult) -> JsValue {
    to_js(&match outcome {
        MethodResult::List(entries) => threepids(entries),
        MethodResult::Sent { medium, address, attempt } => sent(medium, address, *attempt),
        MethodResult::Removed { medium, address, unbind_result } => {
            removed(medium, address, unbind_result.as_deref())
        }
    })
}

fn sent(medium: &Medium, address: &str, attempt: u32) -> Json {
    threepid_to_js(medium, address).number("attempt", f64::from(attempt)).build()
}

fn removed(medium: &Medium, address: &str, unbind_result: Option<&str>) -> Json {
    threepid_to_js(medium, address)
        .json("unbindResult", unbind_result.map_or(Json::Null, Json::from))
        .build()
}

/// Detail of `threepids-error`, and value that a method rejects with.
pub fn report(report: &ErrorReport) -> JsValue {
    let or_null = |number: Option<f64>| number.map_or(Json::Null, Json::Number);
    to_js(
        &object()
            .string("code", &report.code)
            .string("message", &report.message)
            .json("status", or_null(report.status.map(f64::from)))
            .json("retryAfterMs", or_null(report.retry_after_ms))
            .bool("recoverable", report.recoverable)
            .build(),
    )
}

/// Name and detail of an event.
pub fn event(event: &HostEvent, model: &Model) -> (&'static str, JsValue) {
    match event {
        HostEvent::Ready => ("threepids-ready", JsValue::NULL),
        HostEvent::Change => {
            let list = threepids(&model.visible_threepids());
            ("threepids-change", to_js(&object().json("threepids", list).build()))
        }
        HostEvent::VerificationSent { medium, address, attempt } => {
            ("threepid-verification-sent", to_js(&sent(medium, address, *attempt)))
        }
        HostEvent::Added { medium, address: it } => ("threepid-added", address(medium, it)),
        HostEvent::Removed { medium, address, unbind_result } => {
            ("threepid-removed", to_js(&removed(medium, address, unbind_result.as_deref())))
        }
        HostEvent::Shared { medium, address: it } => ("threepid-shared", address(medium, it)),
        HostEvent::Unshared { medium, address, unbind_result } => {
            ("threepid-unshared", to_js(&removed(medium, address, unbind_result.as_deref())))
        }
        HostEvent::PasswordChanged { logout_devices } => {
            let detail = object().bool("logoutDevices", *logout_devices).build();
            ("password-changed", to_js(&detail))
        }
        HostEvent::PasswordReset { logout_devices } => {
            let detail = object().bool("logoutDevices", *logout_devices).build();
            ("password-reset", to_js(&detail))
        }
        HostEvent::SessionExpired { soft_logout } => {
            let detail = object().bool("softLogout", *soft_logout).build();
            ("threepids-session-expired", to_js(&detail))
        }
        HostEvent::Error(it) => ("threepids-error", report(it)),
    }
}

/// Detail of `threepid-auth-required`, without `respond`.
pub fn challenge(action: Action, of: Option<&(Medium, String)>, challenge: &Challenge) -> JsValue {
    let action = match action {
        Action::List
        | Action::RequestToken
        | Action::Add
        | Action::SubmitCode
        | Action::RequestUiaToken
        | Action::RequestBindToken
        | Action::Lookup => "add",
        Action::Remove => "remove",
        Action::Bind => "bind",
        Action::Unbind => "unbind",
        Action::ChangePassword | Action::RequestResetToken | Action::ResetPassword => "password",
    };
    let model = |stages: &Vec<String>| object().json("stages", stages.as_slice().into()).build();
    let error = challenge.errcode.as_ref();
    let error = error.map(|code| object().string("code", code.as_str()).build());
    to_js(
        &object()
            .string("action", action)
            .optional_string("medium", of.map(|(medium, _)| medium.as_str()))
            .optional_string("address", of.map(|(_, address)| &**address))
            .json("flows", Json::Array(challenge.flows.iter().map(model).collect()))
            .json("params", challenge.params.clone())
            .json("completed", challenge.completed.as_slice().into())
            .optional("error", error)
            .build(),
    )
}
