//! Stage on the server's fallback page, in a window of its own.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::auth_dialog::{says, stage};
use super::parts::{self, Button, listen, setup, with};
use super::{Attribute, Model, Ui};
use crate::flow::{Flow, Input, PageWindow, Stage};
use crate::locale::Word;

/// URL of the fallback page, if its window is not open.
fn address(model: &Model) -> Option<String> {
    match stage(&model.flow)? {
        Stage::Page { window: PageWindow::Blocked(url), .. } => Some(url.clone()),
        Stage::Page { .. }
        | Stage::Password
        | Stage::Dummy
        | Stage::Terms
        | Stage::RegistrationToken
        | Stage::Address(_) => None,
    }
}

fn is_open(flow: &Flow) -> bool {
    matches!(stage(flow), Some(Stage::Page { window: PageWindow::Open, .. }))
}

/// Renders the link that opens the window if the browser blocked it, and the
/// button that opens it again.
pub fn window(ui: &Ui) -> impl IntoView + use<> {
    let href: Attribute = {
        let model = ui.model.clone();
        Arc::new(move || model.with(address))
    };
    let open = says(ui, Input::OpenPage);
    let follow = {
        let (ui, open) = (ui.clone(), open.clone());
        let opened = says(&ui, |subject| Input::Page(subject, PageWindow::Open));
        setup(move |link| {
            let (ui, open, opened) = (ui.clone(), open.clone(), opened.clone());
            listen(&link, "click", move |event| {
                // So we know the window. If not, the link itself opens it.
                open();
                if ui.now(is_open) {
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
    let again_button = Button::new(ui.word(Word::OpenAgain)).hidden_by(hidden);
    // The page tells its opener when it is done.
    view! {
        <a part="link" class="link button" href=href target="_blank" rel="opener" use:with=follow>
            <span use:with=parts::write(ui.word(Word::OpenPage))></span>
        </a>
        {again_button.view(Some(open))}
    }
}
