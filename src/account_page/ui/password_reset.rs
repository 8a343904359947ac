//! Screen of a user who has forgotten the password: the element, and the way back.

use leptos::prelude::*;
use web_sys::Element;

use super::Ui;
use super::sign_in::step;
use crate::account_page::Message;
use crate::account_page::effect::Input;
use crate::account_page::sign_in::SignInStep;
use crate::ui::{on_mount, on_mount_with};

/// Renders the screen.
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
