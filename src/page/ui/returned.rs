//! Screen of a tab that the link in an email has opened.

use leptos::prelude::*;

use super::Ui;
use crate::page::effect::Input;
use crate::page::returned::Phase;
use crate::page::visit::Place;
use crate::page::{Visit, Word};

fn phase(visit: &Visit) -> Option<&Phase> {
    match &visit.place {
        Place::Returned(returned) => Some(&returned.phase),
        Place::Misconfigured(_) | Place::SignIn(_) | Place::Account(_) => None,
    }
}

/// Renders the screen.
pub fn returned(ui: &Ui) -> impl IntoView + use<> {
    let text = ui.text(|visit, speech| match phase(visit) {
        Some(Phase::Asking { .. }) | None => speech.word(Word::OneMoment),
        Some(Phase::Adding { address, .. }) => speech.word_with(Word::AddingElsewhere, address),
        Some(Phase::Password) => speech.word(Word::PasswordElsewhere),
        Some(Phase::Added { address }) => speech.word_with(Word::WasAddedClose, address),
        Some(Phase::Nobody) => speech.word(Word::GoBack),
    });
    let here = ui.flag(|visit| phase(visit) == Some(&Phase::Nobody));
    let send = {
        let ui = ui.clone();
        move |_| ui.send(Input::SignInHere)
    };
    view! {
        <p class="outcome" role="status">{move || text()}</p>
        <button type="button" class="button" hidden=move || !here() on:click=send>
            {ui.word(Word::SignIn)}
        </button>
    }
}
