//! Screen of a signed-in user: name, elements, and "Sign out".

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use super::{Ui, sign_in};
use crate::locale;
use crate::page::effect::Input;
use crate::page::visit::{Account, Phase, Place};
use crate::page::{Visit, Word};
use crate::ui::{Setup, setup, with};

const TITLE: &str = "leave-title";
const KEEP: &str = "keep";

fn account_of(visit: &Visit) -> Option<&Account> {
    match &visit.place {
        Place::Account(account) => Some(account),
        Place::Misconfigured(_) | Place::SignIn(_) | Place::Returned(_) => None,
    }
}

fn is_over(visit: &Visit) -> bool {
    account_of(visit).is_some_and(|it| matches!(it.phase, Phase::Ended(_)))
}

fn is_leaving(visit: &Visit) -> bool {
    account_of(visit).is_some_and(|it| matches!(it.phase, Phase::Leaving { .. }))
}

/// Renders the screen.
pub fn account(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.text(|visit, _| {
        let of =
            |it: &Account| it.name.clone().unwrap_or_else(|| it.session.localpart().to_owned());
        account_of(visit).map(of).unwrap_or_default()
    });
    let user_id = ui.text(|visit, _| {
        account_of(visit).map(|it| it.session.login.user_id.clone()).unwrap_or_default()
    });
    let sign_out = {
        let ui = ui.clone();
        move |_| ui.send(Input::SignOut(ui.host.pending()))
    };
    let over = ui.kind(is_over);
    let again = {
        let ui = ui.clone();
        move || over.get().then(|| view! { <div class="again">{sign_in::sign_in(&ui)}</div> })
    };
    view! {
        <div class="who">
            <div class="names">
                <p class="name"><bdi>{move || name()}</bdi></p>
                <p class="id"><bdi>{move || user_id()}</bdi></p>
            </div>
            <button type="button" class="button" on:click=sign_out>
                {ui.word(Word::SignOut)}
            </button>
        </div>
        {again}
        <div class="widget" tabindex="-1" data-screen="" use:with=element(ui)></div>
        {leave_dialog(ui)}
    }
}

/// Renders the elements of the session.
fn element(ui: &Ui) -> Setup {
    let ui = ui.clone();
    setup(move |container: Element| {
        let (ui, visit) = (ui.clone(), ui.visit.clone());
        // Told of another session only: whatever else changes, a token that has
        // ended must not be set once more.
        let session =
            Memo::new(move |_| visit.with(|it| account_of(it).map(|it| it.session.clone())));
        Effect::new(move |_| {
            let session = session.get();
            let (mediums, password) =
                ui.now(|visit| (visit.config().mediums.clone(), visit.config().password));
            if let Some(session) = session {
                ui.host.element(
                    &container,
                    &mediums,
                    password,
                    session.homeserver.as_str(),
                    &session.login.user_id,
                    &session.login.access_token,
                );
            }
        });
    })
}

/// Renders the question about pending verifications.
fn leave_dialog(ui: &Ui) -> impl IntoView + use<> {
    let addresses = {
        let visit = ui.visit.clone();
        move || {
            let addresses = visit.with(|visit| match account_of(visit).map(|it| &it.phase) {
                Some(Phase::Leaving { addresses, .. }) => addresses.clone(),
                Some(Phase::Here | Phase::Ended(_)) | None => Vec::new(),
            });
            let entry = |address| view! { <li><bdi>{address}</bdi></li> };
            addresses.into_iter().map(entry).collect_view()
        }
    };
    let open = ui.kind(is_leaving);
    let wire = setup(move |dialog: Element| {
        let dialog: HtmlDialogElement = dialog.unchecked_into();
        Effect::new(move |_| match (open.get(), dialog.open()) {
            // Fails where it is not in the page any more.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        });
    });
    let go = {
        let ui = ui.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            ui.send(Input::Leave { keep: is_checked(&event) });
        }
    };
    let escape = {
        let ui = ui.clone();
        move |event: Event| {
            event.prevent_default();
            ui.send(Input::Stay);
        }
    };
    let stay = {
        let ui = ui.clone();
        move |_| ui.send(Input::Stay)
    };
    view! {
        <dialog class="dialog" aria-labelledby=TITLE on:cancel=escape use:with=wire>
            <form on:submit=go>
                <h2 id=TITLE>{ui.word(Word::LeaveTitle)}</h2>
                <p>{ui.word(Word::LeaveText)}</p>
                <ul class="addresses">{addresses}</ul>
                <label class="check">
                    <input type="checkbox" id=KEEP />
                    <span>{ui.word(Word::KeepPending)}</span>
                </label>
                <div class="actions">
                    <button type="submit" class="button primary">
                        {ui.word(Word::SignOut)}
                    </button>
                    <button type="button" class="button" on:click=stay>
                        {ui.speech.common(locale::Word::Cancel)}
                    </button>
                </div>
            </form>
        </dialog>
    }
}

fn is_checked(event: &Event) -> bool {
    let form: Option<Element> = event.current_target().and_then(|it| it.dyn_into().ok());
    let field = form.and_then(|form| form.query_selector("input[type=checkbox]").ok().flatten());
    field.is_some_and(|field| field.unchecked_into::<HtmlInputElement>().checked())
}
