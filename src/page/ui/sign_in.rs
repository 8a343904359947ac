//! Sign-in screens: server, then user name and password, or a provider.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::parts::{self, TextField, said_at, typed};
use super::{SERVER, Ui, methods};
use crate::locale;
use crate::page::effect::{Field, Input};
use crate::page::sign_in::{Server, SignIn, Step};
use crate::page::trouble::Trouble;
use crate::page::{Visit, Word};

/// Kind of the displayed form.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    Server,
    Address,
    Waiting,
    Unavailable,
    Methods,
    Managed,
}

pub fn step(visit: &Visit) -> Option<&Step> {
    visit.sign_in_form().map(|it| &it.step)
}

/// The form of the server stays during discovery.
fn door(sign_in: &SignIn, before: Option<Door>) -> Door {
    match &sign_in.step {
        Step::Server(_) => Door::Server,
        Step::Address(..) => Door::Address,
        Step::Looking(_) => match before {
            Some(before @ (Door::Server | Door::Address | Door::Unavailable)) => before,
            Some(Door::Waiting | Door::Methods | Door::Managed) | None => Door::Waiting,
        },
        Step::Redeeming(_) => Door::Waiting,
        Step::Unavailable(_) => Door::Unavailable,
        Step::Methods(..) => Door::Methods,
        Step::Managed(..) => Door::Managed,
    }
}

/// Renders the screen.
pub fn sign_in(ui: &Ui) -> impl IntoView + use<> {
    let visit = ui.visit.clone();
    let door = Memo::new(move |before: Option<&Option<Door>>| {
        let before = before.copied().flatten();
        // Gone already: it is taken away a moment later.
        visit.with(|visit| visit.sign_in_form().map(|it| door(it, before)).or(before))
    });
    let notice = parts::notice(ui);
    let ui = ui.clone();
    view! {
        <h2 tabindex="-1" data-screen="">{ui.word(Word::SignIn)}</h2>
        {notice}
        {move || match door.get() {
            Some(Door::Server) => server(&ui).into_any(),
            Some(Door::Address) => address(&ui).into_any(),
            Some(Door::Waiting) | None => waiting(&ui).into_any(),
            Some(Door::Unavailable) => unavailable(&ui).into_any(),
            Some(Door::Methods) => methods::methods(&ui).into_any(),
            Some(Door::Managed) => managed(&ui).into_any(),
        }}
    }
}

pub fn wrong(visit: &Visit) -> Option<&Trouble> {
    visit.sign_in_form().and_then(SignIn::trouble)
}

fn is_looking(visit: &Visit) -> bool {
    matches!(step(visit), Some(Step::Looking(_)))
}

/// Renders the form for the server.
fn server_form(ui: &Ui, label: Word, hint: Word, kind: &'static str) -> impl IntoView + use<> {
    let ui = ui.clone();
    let send = {
        let ui = ui.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if !ui.now(is_looking) {
                ui.send(Input::Server(typed(&event, SERVER)));
            }
        }
    };
    let field = TextField {
        field: Field::Server,
        kind,
        autocomplete: "off",
        label: ui.word(label),
        hint: Some(ui.word(hint)),
        value: ui.now(|visit| match visit.sign_in_form() {
            Some(SignIn { step: Step::Address(..), .. }) | None => String::new(),
            Some(it) => it.server.clone(),
        }),
        wrong: ui.flag(|visit| wrong(visit).is_some_and(|it| it.is_of(Field::Server))),
        error: ui.text(|visit, speech| said_at(Field::Server, visit, speech)),
    };
    let looking = ui.text(|visit, speech| match is_looking(visit) {
        true => speech.word(Word::LookingForServer),
        false => String::new(),
    });
    let go_on = ui.speech.common(locale::Word::Continue);
    view! {
        <form novalidate on:submit=send>
            {field.view(&ui)}
            {parts::alert(&ui)}
            {parts::submit(go_on, ui.flag(is_looking))}
            <p class="hint" role="status">{move || looking()}</p>
        </form>
    }
}

fn server(ui: &Ui) -> impl IntoView + use<> {
    server_form(ui, Word::ServerLabel, Word::ServerHint, "text")
}

fn address(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.now(|visit| match step(visit) {
        Some(Step::Address(name, _)) => name.as_str().to_owned(),
        Some(
            Step::Server(_)
            | Step::Looking(_)
            | Step::Unavailable(_)
            | Step::Methods(..)
            | Step::Managed(..)
            | Step::Redeeming(_),
        )
        | None => String::new(),
    });
    let other = other_server(ui);
    view! {
        <p>{ui.speech.word_with(Word::AddressWanted, &name)}</p>
        {server_form(ui, Word::AddressLabel, Word::AddressHint, "url")}
        {other}
    }
}

fn waiting(ui: &Ui) -> impl IntoView + use<> {
    let redeeming = ui.now(|visit| matches!(step(visit), Some(Step::Redeeming(_))));
    let word = if redeeming { Word::SigningIn } else { Word::LookingForServer };
    view! {
        <p class="waiting" role="status">
            <span class="spinner" aria-hidden={"true"}></span>
            {ui.word(word)}
        </p>
    }
}

fn unavailable(ui: &Ui) -> impl IntoView + use<> {
    let again = {
        let ui = ui.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            ui.send(Input::TryAgain);
        }
    };
    let label = ui.speech.common(locale::Word::TryAgain);
    view! {
        <form on:submit=again>
            {parts::alert(ui)} {parts::submit(label, ui.flag(is_looking))}
        </form>
    }
}

pub fn other_server(ui: &Ui) -> Option<impl IntoView + use<>> {
    let fixed = ui.now(|visit| visit.sign_in_form().is_none_or(|it| it.fixed.is_some()));
    let ui = ui.clone();
    (!fixed).then(move || {
        let label = ui.word(Word::OtherServer);
        view! {
            <button type="button" class="button" on:click=move |_| ui.send(Input::OtherServer)>
                {label}
            </button>
        }
    })
}

fn managed(ui: &Ui) -> impl IntoView + use<> {
    let managed = ui.now(|visit| match step(visit) {
        Some(Step::Managed(Server { name, .. }, url)) => Some((name.clone(), url.clone())),
        Some(
            Step::Server(_)
            | Step::Address(..)
            | Step::Looking(_)
            | Step::Unavailable(_)
            | Step::Methods(..)
            | Step::Redeeming(_),
        )
        | None => None,
    });
    let (name, url) = managed?;
    let other = other_server(ui);
    Some(view! {
        <p>{ui.speech.word_with(Word::Managed, &name)}</p>
        <a class="button primary" href=url rel="noreferrer">
            {ui.word(Word::GoToAccount)}
        </a>
        {other}
    })
}
