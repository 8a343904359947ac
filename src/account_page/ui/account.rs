//! Screen of a signed-in user: name, elements, and "Sign out".

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use super::{Ui, sign_in};
use crate::account_page::effect::Input;
use crate::account_page::model::{Account, AccountPhase, Screen};
use crate::account_page::{Message, PageModel};
use crate::locale;
use crate::ui::{OnMount, on_mount, on_mount_with};

const TITLE: &str = "leave-title";
const TEXT: &str = "leave-text";
const KEEP: &str = "keep";

fn account_of(visit: &PageModel) -> Option<&Account> {
    match &visit.screen {
        Screen::Account(account) => Some(account),
        Screen::Misconfigured(_) | Screen::SignIn(_) | Screen::Returned(_) => None,
    }
}

fn is_over(visit: &PageModel) -> bool {
    account_of(visit).is_some_and(|it| matches!(it.phase, AccountPhase::SessionExpired(_)))
}

fn is_leaving(visit: &PageModel) -> bool {
    account_of(visit).is_some_and(|it| matches!(it.phase, AccountPhase::ConfirmingSignOut { .. }))
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
    let over = ui.memo(is_over);
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
                {ui.word(Message::SignOut)}
            </button>
        </div>
        {again}
        <div class="widget" tabindex="-1" data-screen="" use:on_mount_with=element(ui)></div>
        {leave_dialog(ui)}
    }
}

/// Renders the elements of the session.
fn element(ui: &Ui) -> OnMount {
    let ui = ui.clone();
    on_mount(move |container: Element| {
        let (ui, visit) = (ui.clone(), ui.model.clone());
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
        let visit = ui.model.clone();
        move || {
            let addresses = visit.with(|visit| match account_of(visit).map(|it| &it.phase) {
                Some(AccountPhase::ConfirmingSignOut { addresses, .. }) => addresses.clone(),
                Some(AccountPhase::SignedIn | AccountPhase::SessionExpired(_)) | None => Vec::new(),
            });
            let entry = |address| view! { <li><bdi>{address}</bdi></li> };
            addresses.into_iter().map(entry).collect_view()
        }
    };
    let open = ui.memo(is_leaving);
    let wire = on_mount(move |dialog: Element| {
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
            ui.send(Input::ConfirmSignOut { keep_pending: is_checked(&event) });
        }
    };
    let escape = {
        let ui = ui.clone();
        move |event: Event| {
            event.prevent_default();
            ui.send(Input::CancelSignOut);
        }
    };
    let stay = {
        let ui = ui.clone();
        move |_| ui.send(Input::CancelSignOut)
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby=TITLE
            aria-describedby=TEXT
            on:cancel=escape
            use:on_mount_with=wire
        >
            <form on:submit=go>
                <h2 id=TITLE>{ui.word(Message::SignOutTitle)}</h2>
                <p id=TEXT>{ui.word(Message::SignOutText)}</p>
                <ul class="addresses">{addresses}</ul>
                <label class="check">
                    <input type="checkbox" id=KEEP />
                    <span>{ui.word(Message::KeepPending)}</span>
                </label>
                <div class="actions">
                    <button type="submit" class="button primary">
                        {ui.word(Message::SignOut)}
                    </button>
                    <button type="button" class="button" on:click=stay>
                        {ui.translations.widget_message(locale::Message::Cancel)}
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
