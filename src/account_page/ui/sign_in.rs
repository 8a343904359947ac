//! Sign-in screens: server, then user name and password, or a provider.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::parts::{self, TextField, said_at, typed};
use super::{SERVER, Ui, login_methods};
use crate::account_page::effect::{Field, Input};
use crate::account_page::sign_in::{Form, Server, SignIn, SignInStep};
use crate::account_page::sign_in_error::SignInError;
use crate::account_page::{Message, PageModel};
use crate::locale;

/// Kind of the displayed form.
#[derive(Clone, Copy, PartialEq)]
enum SignInView {
    Server,
    Address,
    Waiting,
    Unavailable,
    Methods,
    PasswordReset,
    Managed,
}

pub fn step(visit: &PageModel) -> Option<&SignInStep> {
    visit.sign_in_form().map(|it| &it.step)
}

/// The form of the server stays during discovery.
fn current_view(sign_in: &SignIn, before: Option<SignInView>) -> SignInView {
    match &sign_in.step {
        SignInStep::Server(_) => SignInView::Server,
        SignInStep::HomeserverUrl(..) => SignInView::Address,
        SignInStep::Discovering(_) => match before {
            Some(before @ (SignInView::Server | SignInView::Address | SignInView::Unavailable)) => {
                before
            }
            Some(
                SignInView::Waiting
                | SignInView::Methods
                | SignInView::PasswordReset
                | SignInView::Managed,
            )
            | None => SignInView::Waiting,
        },
        SignInStep::LoggingInWithToken(..) => SignInView::Waiting,
        SignInStep::Unavailable(_) => SignInView::Unavailable,
        SignInStep::ChooseMethod(_, _, Form::ResettingPassword) => SignInView::PasswordReset,
        SignInStep::ChooseMethod(..) => SignInView::Methods,
        SignInStep::ManagedElsewhere(..) => SignInView::Managed,
    }
}

/// Renders the screen.
pub fn sign_in(ui: &Ui) -> impl IntoView + use<> {
    let visit = ui.model.clone();
    let door = Memo::new(move |before: Option<&Option<SignInView>>| {
        let before = before.copied().flatten();
        // Gone already: it is taken away a moment later.
        visit.with(|visit| visit.sign_in_form().map(|it| current_view(it, before)).or(before))
    });
    let notice = parts::notice(ui);
    let title = ui.text(|visit, translations| match step(visit) {
        Some(SignInStep::ChooseMethod(_, _, Form::ResettingPassword)) => {
            translations.word(Message::ForgotPassword)
        }
        Some(SignInStep::ChooseMethod(server, ..)) => {
            translations.word_with(Message::SignInTo, &server.name)
        }
        Some(
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => translations.word(Message::SignIn),
    });
    let ui = ui.clone();
    view! {
        <h2 tabindex="-1" data-screen="">{move || title()}</h2>
        {notice}
        {move || match door.get() {
            Some(SignInView::Server) => server(&ui).into_any(),
            Some(SignInView::Address) => address(&ui).into_any(),
            Some(SignInView::Waiting) | None => waiting(&ui).into_any(),
            Some(SignInView::Unavailable) => unavailable(&ui).into_any(),
            Some(SignInView::Methods) => login_methods::methods(&ui).into_any(),
            Some(SignInView::PasswordReset) => login_methods::password_reset(&ui).into_any(),
            Some(SignInView::Managed) => managed(&ui).into_any(),
        }}
    }
}

pub fn is_invalid(visit: &PageModel) -> Option<&SignInError> {
    visit.sign_in_form().and_then(SignIn::fail)
}

fn is_looking(visit: &PageModel) -> bool {
    matches!(step(visit), Some(SignInStep::Discovering(_)))
}

/// Renders the form for the server.
fn server_form(
    ui: &Ui,
    label: Message,
    hint: Message,
    kind: &'static str,
) -> impl IntoView + use<> {
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
        is_phone_hint: false,
        value: ui.now(|visit| match visit.sign_in_form() {
            Some(SignIn { step: SignInStep::HomeserverUrl(..), .. }) | None => String::new(),
            Some(it) => it.server.clone(),
        }),
        wrong: ui.flag(|visit| is_invalid(visit).is_some_and(|it| it.is_of(Field::Server))),
        error: ui.text(|visit, translations| said_at(Field::Server, visit, translations)),
    };
    let looking = ui.text(|visit, translations| match is_looking(visit) {
        true => translations.word(Message::LookingForServer),
        false => String::new(),
    });
    let go_on = ui.translations.widget_message(locale::Message::Continue);
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
    server_form(ui, Message::ServerLabel, Message::ServerHint, "text")
}

fn address(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.now(|visit| match step(visit) {
        Some(SignInStep::HomeserverUrl(name, _)) => name.as_str().to_owned(),
        Some(
            SignInStep::Server(_)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(..)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => String::new(),
    });
    let other = other_server(ui);
    view! {
        <p>{ui.translations.word_with(Message::HomeserverUrlNeeded, &name)}</p>
        {server_form(ui, Message::HomeserverUrlLabel, Message::HomeserverUrlHint, "url")}
        {other}
    }
}

fn waiting(ui: &Ui) -> impl IntoView + use<> {
    let redeeming = ui.now(|visit| matches!(step(visit), Some(SignInStep::LoggingInWithToken(..))));
    let word = if redeeming { Message::SigningIn } else { Message::LookingForServer };
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
    let label = ui.translations.widget_message(locale::Message::TryAgain);
    view! {
        <form on:submit=again>
            {parts::alert(ui)} {parts::submit(label, ui.flag(is_looking))}
        </form>
    }
}

pub fn other_server(ui: &Ui) -> Option<impl IntoView + use<>> {
    let fixed = ui.now(|visit| visit.sign_in_form().is_none_or(|it| it.fixed_server.is_some()));
    let ui = ui.clone();
    (!fixed).then(move || {
        let label = ui.word(Message::OtherServer);
        view! {
            <button type="button" class="button" on:click=move |_| ui.send(Input::OtherServer)>
                {label}
            </button>
        }
    })
}

fn managed(ui: &Ui) -> impl IntoView + use<> {
    let managed = ui.now(|visit| match step(visit) {
        Some(SignInStep::ManagedElsewhere(Server { name, .. }, url)) => {
            Some((name.clone(), url.clone()))
        }
        Some(
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => None,
    });
    let (name, url) = managed?;
    let other = other_server(ui);
    Some(view! {
        <p>{ui.translations.word_with(Message::ManagedElsewhere, &name)}</p>
        <a class="button primary" href=url rel="noreferrer">
            {ui.word(Message::GoToAccount)}
        </a>
        {other}
    })
}
