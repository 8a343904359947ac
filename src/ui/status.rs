//! Status line, and the texts that concern the whole element.

use std::sync::Arc;

use leptos::prelude::*;

use super::parts::{self, with};
use super::{Text, Ui, written};
use crate::flow::{Access, Notice, Sharing};
use crate::locale::Word;

/// Renders the status line.
pub fn notice(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let (word, medium, address) = match &flow.notice {
            None => return String::new(),
            Some(Notice::LimitOver) => return locale.word(Word::LimitOver).to_owned(),
            Some(Notice::PasswordChanged { logout_devices }) => {
                let word = match logout_devices {
                    true => Word::PasswordChangedEverywhere,
                    false => Word::PasswordChanged,
                };
                return locale.word(word).to_owned();
            }
            Some(Notice::Added(medium, it)) => (Word::WasAdded, medium, it),
            Some(Notice::Removed(medium, it)) => (Word::WasRemoved, medium, it),
            Some(Notice::Sharing(sharing, medium, it)) => {
                let word = match sharing {
                    Sharing::Shared => Word::WasShared,
                    Sharing::Unshared => Word::WasUnshared,
                    Sharing::MaybeShared => Word::MaybeShared,
                    Sharing::RemovedUnshared => Word::WasRemovedUnshared,
                    Sharing::RemovedShared => Word::WasRemovedShared,
                };
                (word, medium, it)
            }
        };
        locale.word_with(word, &written(medium, address))
    })
}

/// Renders the end of a rate limit in a dialog, where screen readers hear
/// nothing else.
pub fn limit_over(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| match &flow.notice {
        Some(Notice::LimitOver) => locale.word(Word::LimitOver).to_owned(),
        Some(
            Notice::Added(..)
            | Notice::Removed(..)
            | Notice::Sharing(..)
            | Notice::PasswordChanged { .. },
        )
        | None => String::new(),
    })
}

/// Renders the reason why no change is permitted, and the link to the page on
/// which the account is managed.
pub fn changes(ui: &Ui) -> impl IntoView + use<> {
    let hidden = ui.attribute(|flow| {
        let needs = flow.needs_identity_server && flow.password.is_none();
        let said = flow.changes_are_off() || needs;
        !said || flow.is_loading()
    });
    let text = ui.text(|_, flow, locale| {
        let off = flow.changes_are_off();
        let word = if off { Word::ChangesForbidden } else { Word::NeedsIdentityServer };
        locale.word(word).to_owned()
    });
    let model = ui.model.clone();
    let href = Arc::new(move || model.with(|model| model.flow.managed().map(str::to_owned)));
    view! {
        <div class="alert" hidden=hidden>
            {parts::status(text)}
            {parts::link(href, ui.word(Word::ManageAccount))}
        </div>
    }
}

/// Renders the reason why no request is possible.
pub fn banner(ui: &Ui) -> impl IntoView + use<> {
    let hidden = ui.attribute(|flow| matches!(flow.access, Access::Awaited | Access::Granted));
    let text = ui.text(|_, flow, locale| match flow.access {
        Access::Awaited | Access::Granted => String::new(),
        Access::NoHomeserver => locale.word(Word::NoHomeserver).to_owned(),
        Access::InvalidHomeserver => locale.word(Word::InvalidHomeserver).to_owned(),
        Access::InvalidToken => locale.word(Word::InvalidToken).to_owned(),
        Access::Ended => locale.word(Word::SessionEnded).to_owned(),
    });
    view! {
        <p
            role="alert"
            part="error"
            class="banner"
            hidden=hidden
            use:with=parts::write(text)
        ></p>
    }
}
