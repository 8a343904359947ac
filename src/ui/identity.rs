//! Group "Let others find you" with the identity server's terms and errors, and
//! the sharing state of entries. `www/identity.js` renders both. It is loaded
//! only if an identity server is set.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::parts::{effect, setup, with};
use super::{Model, Ui, alert, follow, written};
use crate::flow::{Flow, Input, Problem};
use crate::locale::Locale;
use crate::matrix::accepted_terms;
use crate::matrix::json::{Json, from_js, object, to_js};
use crate::matrix::threepids::Medium;

/// Selector of the group, for the focus.
pub const TERMS: &str = "identity";

/// Entry of the list.
type Entry = (Medium, String);

/// Renders the part of an entry; without an entry, the group.
pub fn part(ui: &Ui, of: Option<Entry>) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        setup(move |element| {
            let act = {
                let (ui, of) = (ui.clone(), of.clone());
                let act = move |said| ui.send(input(&ui, &of, said));
                Closure::<dyn Fn(JsValue)>::new(act).into_js_value()
            };
            let (ui, of) = (ui.clone(), of.clone());
            effect(Box::new(move || {
                let mut state = Json::Null;
                follow(&ui.model, &mut |Model { flow, settings }| {
                    state = match &of {
                        Some(of) => entry(flow, of),
                        None => group(flow, &settings.locale),
                    }
                    .unwrap_or(Json::Null);
                });
                (ui.identity)(&element, &to_js(&state), act.unchecked_ref::<Function>());
            }));
        })
    };
    view! { <div class="share" use:with=set_up></div> }
}

/// Converts an action of the user to an input.
fn input(ui: &Ui, of: &Option<Entry>, said: JsValue) -> Input {
    match (of, from_js(said)) {
        (Some((medium, address)), _) => {
            let (medium, address) = (medium.clone(), address.clone());
            match ui.now(|flow| flow.shared(&medium, &address)) {
                Some(true) => Input::AskUnshare { medium, address },
                Some(false) | None => Input::Share { medium, address, secret: (ui.secret)() },
            }
        }
        (None, Some(accepted @ Json::Object(_))) => {
            Input::AcceptTerms(accepted_terms::read(&accepted))
        }
        (None, _) => Input::FindAgain,
    }
}

/// Sharing state of an entry, and the permission to change it.
fn entry(flow: &Flow, (medium, address): &Entry) -> Option<Json> {
    let shared = flow.shared(medium, address)?;
    let pending = flow.sharing(medium, address);
    // Once there is a group for it, that has the buttons.
    let may = flow.may_share() && pending.is_none_or(|it| it.is_beginning());
    let state = object().flag("shared", shared).flag("may", may).flag("busy", pending.is_some());
    Some(state.text("address", &written(medium, address)).done())
}

/// Terms to be accepted, and the error; `None` if there is neither.
fn group(flow: &Flow, locale: &Locale) -> Option<Json> {
    let identity = flow.identity.as_ref()?;
    let problem = identity.problem.as_ref().filter(|it| !matches!(it, Problem::SessionEnded));
    let policies = identity.policies();
    if flow.is_readonly() || (policies.is_none() && problem.is_none()) {
        return None;
    }
    let left = problem.and_then(|problem| alert::time_left(problem, flow, locale));
    let error = problem.map(|problem| alert::text(locale, problem));
    Some(
        object()
            .text("host", &identity.host)
            .flag("busy", identity.asked)
            .maybe("policies", policies.cloned())
            .maybe_text("error", error.as_deref())
            .flag("quiet", matches!(problem, Some(Problem::Offline)))
            .maybe_text("link", problem.and_then(Problem::link))
            .maybe_text("left", left.as_deref())
            .done(),
    )
}
