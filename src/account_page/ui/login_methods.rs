//! Sign-in with user name and password, or with an identity provider; and the element
//! for a forgotten password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use web_sys::Element;

use super::parts::{self, TextField, said_at, typed};
use super::sign_in::{is_invalid, other_server, step};
use super::{PASSWORD, USER, Ui};
use crate::account_page::effect::{Field, Input};
use crate::account_page::sign_in::{Form, SignInStep};
use crate::account_page::{Message, PageModel};
use crate::locale;
use crate::matrix::login::Provider;
use crate::matrix::uia::SecretText;
use crate::ui::{on_mount, on_mount_with};

fn is_sending(visit: &PageModel) -> bool {
    matches!(step(visit), Some(SignInStep::ChooseMethod(_, _, Form::Sending)))
}

/// Renders the login types.
pub fn methods(ui: &Ui) -> impl IntoView + use<> {
    let drawn = ui.now(|visit| match step(visit) {
        Some(SignInStep::ChooseMethod(_, methods, _)) => Some(methods.clone()),
        Some(
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => None,
    });
    let methods = drawn?;
    let form = methods.password.then(|| password_form(ui));
    let providers = methods.sso.map(|providers| {
        let mut all: Vec<_> = providers.into_iter().map(Some).collect();
        if all.is_empty() {
            all.push(None);
        }
        all.into_iter().map(|it| provider(ui, it)).collect_view()
    });
    let other = other_server(ui);
    Some(view! {
        {form}
        <div class="providers">{providers}</div>
        {other}
    })
}

fn password_form(ui: &Ui) -> impl IntoView + use<> {
    let send = {
        let ui = ui.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let password = SecretText(typed(&event, PASSWORD));
            ui.send(Input::Password { user: typed(&event, USER), password });
        }
    };
    let server = ui.now(|visit| match step(visit) {
        Some(SignInStep::ChooseMethod(server, ..)) => Some(server.name.clone()),
        Some(
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => None,
    });
    let user = TextField {
        field: Field::User,
        kind: "text",
        autocomplete: "username",
        label: ui.word(Message::UserLabel),
        hint: Some(ui.word(Message::UserHint)),
        is_phone_hint: true,
        value: ui.now(|visit| visit.sign_in_form().map(|it| it.user.clone()).unwrap_or_default()),
        wrong: ui.flag(|visit| is_invalid(visit).is_some_and(|it| it.is_of(Field::User))),
        error: ui.text(|visit, translations| said_at(Field::User, visit, translations)),
    };
    let password = TextField {
        field: Field::Password,
        kind: "password",
        autocomplete: "current-password",
        label: ui.translations.widget_message(locale::Message::Password),
        hint: server.map(|name| ui.translations.word_with(Message::PasswordGoesTo, &name)),
        is_phone_hint: false,
        value: String::new(),
        wrong: ui.flag(|visit| is_invalid(visit).is_some_and(|it| it.is_of(Field::Password))),
        error: ui.text(|visit, translations| said_at(Field::Password, visit, translations)),
    };
    let sending = ui.text(|visit, translations| match is_sending(visit) {
        true => translations.word(Message::SigningIn),
        false => String::new(),
    });
    let forgot = {
        let ui = ui.clone();
        move |_| ui.send(Input::ForgotPassword)
    };
    view! {
        <form method="post" novalidate on:submit=send>
            {user.view(ui)}
            {password.view(ui)}
            <button type="button" class="quiet" on:click=forgot>
                {ui.word(Message::ForgotPassword)}
            </button>
            {parts::alert(ui)}
            {parts::submit(ui.word(Message::SignIn), ui.flag(is_sending))}
            <p class="hint" role="status">{move || sending()}</p>
        </form>
    }
}

/// Renders the element for a forgotten password, and the way back.
pub fn password_reset(ui: &Ui) -> impl IntoView + use<> {
    let homeserver = ui.now(|visit| match step(visit) {
        Some(SignInStep::ChooseMethod(server, ..)) => server.homeserver.as_str().to_owned(),
        Some(
            SignInStep::Server(_)
            | SignInStep::HomeserverUrl(..)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..),
        )
        | None => String::new(),
    });
    let element = {
        let ui = ui.clone();
        on_mount(move |container: Element| ui.host.password_reset(&container, &homeserver))
    };
    let back = {
        let ui = ui.clone();
        move |_| ui.send(Input::BackToSignIn)
    };
    view! {
        <div use:on_mount_with=element></div>
        <button type="button" class="button" on:click=back>
            {ui.word(Message::BackToSignIn)}
        </button>
    }
}

/// Renders the button of an identity provider; without one, of any.
fn provider(ui: &Ui, provider: Option<Provider>) -> impl IntoView + use<> {
    let (id, name, icon) = match provider {
        Some(Provider { id, name, icon }) => (Some(id), Some(name), icon),
        None => (None, None, None),
    };
    let label = match &name {
        Some(name) => ui.translations.word_with(Message::WithProvider, name),
        None => ui.word(Message::WithSso),
    };
    let letter = name.as_deref().and_then(|name| name.trim().chars().next());
    let letter = letter.map(String::from).unwrap_or_default();
    // Until its icon is there, or if it never is.
    let shown = RwSignal::new(false);
    let icon = icon.map(|icon| {
        view! {
            <img
                src=icon
                crossorigin="anonymous"
                referrerpolicy="no-referrer"
                alt=""
                width="24"
                height="24"
                hidden=move || !shown.get()
                on:load=move |_| shown.set(true)
            />
        }
    });
    let ui = ui.clone();
    view! {
        <button type="button" class="button provider" on:click=move |_| {
            let (nonce, at) = (ui.host.nonce(), js_sys::Date::now());
            ui.send(Input::Provider { id: id.clone(), nonce, at });
        }>
            <span class="icon" aria-hidden="true">
                <span hidden=move || shown.get()>{letter}</span>
                {icon}
            </span>
            <bdi>{label}</bdi>
        </button>
    }
}
