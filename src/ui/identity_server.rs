//! Group "Let others find you" with the identity server's terms and errors, and
//! the sharing state of entries. `www/identity-server-view.ts` renders both. It is loaded
//! only if an identity server is set.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::parts::{effect, on_mount, on_mount_with};
use super::{Ui, ViewState, error_alert, format_threepid, watch};
use crate::locale::Locale;
use crate::matrix::accepted_terms;
use crate::matrix::get_3pids::Medium;
use crate::matrix::json::{Json, from_js, object, to_js};
use crate::model::{Input, Model, UserError};

/// Selector of the group, for the focus.
pub const TERMS: &str = "identity";

/// Entry of the list.
type Entry = (Medium, String);

/// Renders the part of an entry; without an entry, the group.
pub fn lazy_identity_view(ui: &Ui, of: Option<Entry>) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        on_mount(move |element| {
            let act = {
                let (ui, of) = (ui.clone(), of.clone());
                let act = move |said| ui.send(input(&ui, &of, said));
                Closure::<dyn Fn(JsValue)>::new(act).into_js_value()
            };
            let (ui, of) = (ui.clone(), of.clone());
            effect(Box::new(move || {
                let mut state = Json::Null;
                watch(&ui.state, &mut |ViewState { model, settings }| {
                    state = match &of {
                        Some(of) => entry(model, of),
                        None => group(model, &settings.locale),
                    }
                    .unwrap_or(Json::Null);
                });
                (ui.identity)(&element, &to_js(&state), act.unchecked_ref::<Function>());
            }));
        })
    };
    view! { <div class="share" use:on_mount_with=set_up></div> }
}

/// Converts an action of the user to an input.
fn input(ui: &Ui, of: &Option<Entry>, said: JsValue) -> Input {
    match (of, from_js(said)) {
        (Some((medium, address)), _) => {
            let (medium, address) = (medium.clone(), address.clone());
            match ui.with_untracked(|model| model.is_shared(&medium, &address)) {
                Some(true) => Input::UnshareRequested { medium, address },
                Some(false) | None => {
                    Input::Share { medium, address, secret: (ui.new_client_secret)() }
                }
            }
        }
        (None, Some(accepted @ Json::Object(_))) => {
            Input::AcceptTerms(accepted_terms::read(&accepted))
        }
        (None, _) => Input::RetryLookup,
    }
}

/// Sharing state of an entry, and the permission to change it.
fn entry(model: &Model, (medium, address): &Entry) -> Option<Json> {
    let shared = model.is_shared(medium, address)?;
    let pending = model.share_in_progress(medium, address);
    // Once there is a group for it, that has the buttons.
    let may = model.may_share() && pending.is_none_or(|it| it.is_first_send());
    let state = object().bool("shared", shared).bool("may", may).bool("busy", pending.is_some());
    let state = state.bool("number", *medium == Medium::Msisdn);
    Some(state.string("address", &format_threepid(medium, address)).build())
}

/// Terms to be accepted, and the error; `None` if there is neither.
fn group(model: &Model, locale: &Locale) -> Option<Json> {
    let identity = model.identity_server.as_ref()?;
    let problem = identity.problem.as_ref().filter(|it| !matches!(it, UserError::SessionExpired));
    let policies = identity.policies();
    if model.is_readonly() || (policies.is_none() && problem.is_none()) {
        return None;
    }
    let left = problem.and_then(|problem| error_alert::time_left(problem, model, locale));
    let error = problem.map(|problem| error_alert::error_text(locale, problem));
    let link_text = problem.map(|problem| error_alert::link_text(locale, problem));
    Some(
        object()
            .string("host", &identity.server_name)
            .bool("busy", identity.user_initiated)
            .optional("policies", policies.cloned())
            .optional_string("error", error.as_deref())
            .bool("quiet", matches!(problem, Some(UserError::Offline)))
            .optional_string("link", problem.and_then(UserError::link))
            .optional_string("linkText", link_text.as_deref())
            .optional_string("left", left.as_deref())
            .build(),
    )
}
