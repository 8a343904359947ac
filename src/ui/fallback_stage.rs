//! Stage on the server's fallback page, in a window of its own.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::auth_dialog::{reply_handler, stage};
use super::parts::{self, Button, add_listener, on_mount, on_mount_with};
use super::{AttrSignal, Ui, ViewState};
use crate::locale::Message;
use crate::model::{FallbackWindow, Input, Model, Stage};

/// URL of the fallback page, if its window is not open.
fn fallback_url(state: &ViewState) -> Option<String> {
    match stage(&state.model)? {
        Stage::Fallback { window: FallbackWindow::Blocked(url), .. } => Some(url.clone()),
        Stage::Fallback { .. }
        | Stage::Password
        | Stage::Dummy
        | Stage::Terms
        | Stage::RegistrationToken
        | Stage::Threepid(_) => None,
    }
}

/// True if the user has to open the window.
pub fn is_blocked(model: &Model) -> bool {
    matches!(stage(model), Some(Stage::Fallback { window: FallbackWindow::Blocked(_), .. }))
}

fn is_open(model: &Model) -> bool {
    matches!(stage(model), Some(Stage::Fallback { window: FallbackWindow::Open, .. }))
}

/// Renders the link that opens the window if the browser blocked it, and the
/// button that opens it again.
pub fn window(ui: &Ui) -> impl IntoView + use<> {
    let href: AttrSignal = {
        let state = ui.state.clone();
        Arc::new(move || state.with(fallback_url))
    };
    let open = reply_handler(ui, Input::OpenFallbackPage);
    let follow = {
        let (ui, open) = (ui.clone(), open.clone());
        let opened = reply_handler(&ui, |subject| {
            Input::FallbackWindowChanged(subject, FallbackWindow::Open)
        });
        on_mount(move |link| {
            let (ui, open, opened) = (ui.clone(), open.clone(), opened.clone());
            add_listener(&link, "click", move |event| {
                // So we know the window. If not, the link itself opens it.
                open();
                if ui.with_untracked(is_open) {
                    event.prevent_default();
                } else {
                    // Not before the browser has followed it: then the address is gone.
                    let opened = opened.clone();
                    set_timeout(move || opened(), Duration::ZERO);
                }
            });
        })
    };
    let hidden = {
        let open = ui.flag(is_open);
        parts::attribute("", Arc::new(move || !open()))
    };
    let again_button =
        Button::new(ui.word(Message::OpenFallbackPageAgain)).quiet().hidden_by(hidden);
    // The page tells its opener when it is done.
    view! {
        <a part="link" class="link button primary" href=href target="_blank" rel="opener" use:on_mount_with=follow>
            <span use:on_mount_with=parts::write(ui.word(Message::OpenFallbackPage))></span>
        </a>
        {again_button.view(Some(open))}
    }
}
