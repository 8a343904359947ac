//! Screen of a tab that the link in an email has opened.

use leptos::prelude::*;

use super::Ui;
use crate::account_page::effect::Input;
use crate::account_page::link_tab::LinkTabPhase;
use crate::account_page::model::Screen;
use crate::account_page::{Message, PageModel};

fn phase(visit: &PageModel) -> Option<&LinkTabPhase> {
    match &visit.screen {
        Screen::Returned(returned) => Some(&returned.phase),
        Screen::Misconfigured(_) | Screen::SignIn(_) | Screen::Account(_) => None,
    }
}

/// Renders the screen.
pub fn returned(ui: &Ui) -> impl IntoView + use<> {
    let text = ui.text(|visit, translations| match phase(visit) {
        Some(LinkTabPhase::QueryingTabs { .. }) | None => translations.word(Message::Loading),
        Some(LinkTabPhase::Adding { address, .. }) => {
            translations.word_with(Message::AddingElsewhere, address)
        }
        Some(LinkTabPhase::NeedsPassword) => translations.word(Message::PasswordElsewhere),
        Some(LinkTabPhase::Added { address }) => {
            translations.word_with(Message::WasAddedClose, address)
        }
        Some(LinkTabPhase::NoTabAnswered) => translations.word(Message::GoBack),
    });
    let is_verified = ui.flag(|visit| match phase(visit) {
        // Anyone can write a link that no tab knows.
        Some(LinkTabPhase::QueryingTabs { .. } | LinkTabPhase::NoTabAnswered) | None => false,
        Some(
            LinkTabPhase::Adding { .. } | LinkTabPhase::NeedsPassword | LinkTabPhase::Added { .. },
        ) => true,
    });
    let here = ui.flag(|visit| phase(visit) == Some(&LinkTabPhase::NoTabAnswered));
    let send = {
        let ui = ui.clone();
        move |_| ui.send(Input::SignInHere)
    };
    view! {
        <p class="outcome" class:verified=move || is_verified() role="status">{move || text()}</p>
        <button type="button" class="button" hidden=move || !here() on:click=send>
            {ui.word(Message::SignIn)}
        </button>
    }
}
