//! Group "Let others find you" with the identity server's terms and errors, and
//! the sharing state of entries. `www/identity-server-view.ts` renders both. It is loaded
//! only if an identity server is set.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::parts::{effect, on_mount, on_mount_with};
use super::{Ui, ViewState, error_alert, watch};
use crate::locale::Locale;
use crate::matrix::accepted_terms;
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::json::{Json, from_js, object, to_js};
use crate::model::{Input, Model, UserError, Verification, is_same_address};

/// Selector of the group, for the focus.
pub const TERMS: &str = "identity";

/// Renders the group.
pub fn lazy_identity_view(ui: &Ui) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        on_mount(move |element| {
            let act = {
                let ui = ui.clone();
                let act = move |said| ui.send(input(said));
                Closure::<dyn Fn(JsValue)>::new(act).into_js_value()
            };
            let ui = ui.clone();
            effect(Box::new(move || {
                let mut state = Json::Null;
                watch(&ui.state, &mut |ViewState { model, settings, .. }| {
                    state = group(model, &settings.locale).unwrap_or(Json::Null);
                });
                (ui.identity)(&element, &to_js(&state), act.unchecked_ref::<Function>());
            }));
        })
    };
    view! { <div class="share" use:on_mount_with=set_up></div> }
}

/// Converts an action of the user to an input.
fn input(said: JsValue) -> Input {
    match from_js(said) {
        Some(accepted @ Json::Object(_)) => Input::AcceptTerms(accepted_terms::read(&accepted)),
        Some(_) | None => Input::RetryLookup,
    }
}

/// State of sharing that all entries depend on.
#[derive(PartialEq)]
pub struct Sharing {
    /// True if the user can share addresses, and stop it.
    may_share: bool,
    /// Pending shares: their addresses, and whether the first message is being
    /// sent.
    pending: Vec<(Medium, String, bool)>,
}

/// State of sharing of an entry.
#[derive(Clone, Copy, PartialEq)]
pub struct EntrySharing {
    is_shared: bool,
    may_change: bool,
    is_busy: bool,
}

impl Sharing {
    /// Reads the state; `None` without an identity server.
    pub fn read(model: &Model) -> Option<Sharing> {
        model.identity_server.as_ref()?;
        let share = |it: &Verification| (it.medium.clone(), it.address.clone(), it.is_first_send());
        Some(Sharing {
            may_share: model.may_share(),
            pending: model.shares_in_progress().map(share).collect(),
        })
    }

    /// State of an entry; `None` if it is not known.
    pub fn state_of(&self, entry: &Threepid) -> Option<EntrySharing> {
        let is = |(medium, address, _): &&(Medium, String, bool)| {
            *medium == entry.medium && is_same_address(medium, address, &entry.address)
        };
        let pending = self.pending.iter().find(is);
        // Once there is a group for it, that has the buttons.
        let may_change = self.may_share && pending.is_none_or(|(.., is_first)| *is_first);
        Some(EntrySharing { is_shared: entry.shared?, may_change, is_busy: pending.is_some() })
    }
}

/// Renders the sharing state of an entry, with its address as displayed.
pub fn draw_entry(
    ui: &Ui,
    element: &Element,
    state: Option<EntrySharing>,
    medium: &Medium,
    address: &str,
    act: &JsValue,
) {
    let state = state.map(|EntrySharing { is_shared, may_change, is_busy }| {
        let state = object().bool("shared", is_shared).bool("may", may_change);
        let state = state.bool("busy", is_busy).bool("number", *medium == Medium::Msisdn);
        state.string("address", address).build()
    });
    (ui.identity)(element, &to_js(&state.unwrap_or(Json::Null)), act.unchecked_ref::<Function>());
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
