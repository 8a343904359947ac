//! Status line, and the texts that concern the whole element.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::parts::{self, on_mount, on_mount_with};
use super::{AttrSignal, TextSignal, Ui, format_threepid, watch};
use crate::locale::Message;
use crate::model::{Input, Section, SessionState, SharingResult, Status};

/// Renders the status line of a section; without one, of the form for a new
/// password.
pub fn notice(ui: &Ui, section: Option<Section>) -> impl IntoView + use<> {
    let kind: AttrSignal = {
        let state = ui.state.clone();
        Arc::new(move || {
            let mut kind = None;
            watch(&state, &mut |state| kind = state.model.status.as_ref().map(kind_of));
            kind.map(str::to_owned)
        })
    };
    let text = notice_text(ui, section);
    let ui = ui.clone();
    let set_up = on_mount(move |notice: Element| {
        for (event, is_held) in [("pointerenter", true), ("pointerleave", false)] {
            let ui = ui.clone();
            parts::add_listener(&notice, event, move |_| ui.send(Input::StatusHeld(is_held)));
        }
        parts::write(text.clone())(notice);
    });
    view! {
        <p
            role="status"
            part="status notice"
            class="notice"
            data-kind=kind
            use:on_mount_with=set_up
        ></p>
    }
}

/// Value of `data-kind`, for the style sheet.
fn kind_of(status: &Status) -> &'static str {
    match status {
        Status::Canceled(..) => "info",
        status if status.is_warning() => "warning",
        Status::Added(..)
        | Status::Removed(..)
        | Status::SharingChanged(..)
        | Status::PasswordChanged { .. }
        | Status::RateLimitExpired => "success",
    }
}

fn notice_text(ui: &Ui, section: Option<Section>) -> TextSignal {
    ui.text_of(section, |section, model, locale| {
        let (word, medium, address) = match &model.status {
            // The other one is for the whole element.
            None | Some(Status::RateLimitExpired) => return String::new(),
            Some(Status::PasswordChanged { logout_devices }) => {
                let word = match (model.is_reset(), logout_devices) {
                    (false, true) => Message::PasswordChangedEverywhere,
                    (false, false) => Message::PasswordChanged,
                    (true, true) => Message::PasswordResetEverywhere,
                    (true, false) => Message::PasswordReset,
                };
                return locale.message(word).to_owned();
            }
            Some(Status::Added(medium, it)) => (Message::WasAdded, medium, it),
            Some(Status::Removed(medium, it)) => (Message::WasRemoved, medium, it),
            Some(Status::Canceled(medium, it)) => (Message::WasCanceled, medium, it),
            Some(Status::SharingChanged(sharing, medium, it)) => {
                let word = match sharing {
                    SharingResult::Shared => Message::WasShared,
                    SharingResult::Unshared => Message::WasUnshared,
                    SharingResult::UnshareUnconfirmed => Message::UnshareUnconfirmed,
                    SharingResult::RemovedAndUnshared => Message::RemovedAndUnshared,
                    SharingResult::RemovedUnshareUnconfirmed => Message::RemovedUnshareUnconfirmed,
                };
                (word, medium, it)
            }
        };
        if model.section_of(medium) != *section {
            return String::new();
        }
        locale.message_with(word, &format_threepid(medium, address))
    })
}

/// Text of the end of a rate limit, for screen readers. A dialog has one of its
/// own, as they hear nothing outside it.
pub fn limit_over(ui: &Ui) -> TextSignal {
    ui.text(|_, model, locale| match &model.status {
        Some(Status::RateLimitExpired) => locale.message(Message::RateLimitOver).to_owned(),
        Some(
            Status::Added(..)
            | Status::Removed(..)
            | Status::Canceled(..)
            | Status::SharingChanged(..)
            | Status::PasswordChanged { .. },
        )
        | None => String::new(),
    })
}

/// Renders the reason why no change is permitted, and the link to the page on
/// which the account is managed.
pub fn permissions_notice(ui: &Ui) -> impl IntoView + use<> {
    let hidden = ui.attribute(|model| {
        let needs = model.needs_identity_server && model.password.is_none();
        let said = model.changes_disabled() || needs;
        !said || model.is_loading()
    });
    let text = ui.text(|_, model, locale| {
        let word = match (model.changes_disabled(), &model.password) {
            (true, Some(_)) if model.is_reset() => Message::PasswordResetUnsupported,
            (true, Some(_)) => Message::PasswordChangesForbidden,
            (true, None) => Message::ChangesForbidden,
            (false, _) => Message::NeedsIdentityServer,
        };
        locale.message(word).to_owned()
    });
    let state = ui.state.clone();
    let href =
        Arc::new(move || state.with(|state| state.model.management_url().map(str::to_owned)));
    view! {
        <div class="alert" hidden=hidden>
            {parts::status(text)}
            {parts::link(href, ui.word(Message::ManageAccount))}
        </div>
    }
}

/// Renders the reason why no request is possible.
pub fn banner(ui: &Ui) -> impl IntoView + use<> {
    let hidden = ui.attribute(|model| {
        matches!(model.access, SessionState::AwaitingToken | SessionState::Active)
    });
    let text = ui.text(|_, model, locale| match model.access {
        SessionState::AwaitingToken | SessionState::Active => String::new(),
        SessionState::MissingHomeserver => locale.message(Message::HomeserverMissing).to_owned(),
        SessionState::InvalidHomeserver => locale.message(Message::HomeserverInvalid).to_owned(),
        SessionState::InvalidToken => locale.message(Message::AccessTokenInvalid).to_owned(),
        SessionState::Expired => locale.message(Message::SessionExpired).to_owned(),
    });
    view! {
        <p
            role="alert"
            part="error"
            class="banner"
            hidden=hidden
            use:on_mount_with=parts::write(text)
        ></p>
    }
}
