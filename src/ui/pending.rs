//! Addresses whose link is awaited.

use std::rc::Rc;
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::parts::{self, Button, setup, with};
use super::{Text, Ui, alert, group_id, is_limit};
use crate::flow::{Input, Phase, Resend, Verification, VerificationId};
use crate::locale::Word;

/// A group for each pending verification.
pub fn groups(ui: &Ui) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let id = |pending: &Verification| pending.id.0.to_string();
            let keys = move || model.with(|model| model.flow.pending.iter().map(id).collect());
            let ui = ui.clone();
            let mount = move |parent, key: &str| -> parts::Mounted {
                let id = VerificationId(key.parse().unwrap_or_default());
                let ui = ui.clone();
                let address = ui.now(|flow| flow.verification(id).map(|it| it.address.clone()));
                Box::new(mount_to(parent, move || group(&ui, id, address.unwrap_or_default())))
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let hidden = ui.attribute(|flow| flow.readonly);
    view! { <div class="pending" hidden=hidden use:with=children></div> }
}

fn group(ui: &Ui, id: VerificationId, address: String) -> impl IntoView + use<> {
    let limited = || parts::attribute("", ui.flag_of(id, |_, it| is_limit(it.problem())));
    let trouble = ui.trouble(id, |flow, id| flow.verification(id)?.problem());
    let hint = parts::attribute("", ui.flag_of(id, |flow, it| !it.needs_hint(flow.now())));
    let go_on = Button::new(ui.word(Word::Continue))
        .primary()
        .hidden_by(limited())
        .busy(ui.flag_of(id, |_, it| it.is_busy()));
    let resend = Button::new(ui.word(Word::ResendEmail))
        .hidden_by(limited())
        .busy(ui.flag_of(id, |_, it| it.resend == Resend::Sending))
        .disabled(ui.flag_of(id, |_, it| matches!(it.resend, Resend::Sent(_))));
    let change = Button::new(ui.word(Word::ChangeAddress));
    let cancel = Button::new(ui.word(Word::Cancel));
    let name = address.clone();
    view! {
        <div
            id=group_id(id)
            role="group"
            part="item"
            class="item group"
            tabindex="-1"
            aria-label=name
        >
            {parts::address(address)}
            {parts::paragraph("", "text", Arc::new(|| None), ui.word(Word::VerificationSent))}
            {parts::paragraph("hint", "hint", hint, ui.word(Word::NoMailHint))}
            {parts::status(status(ui, id))}
            {alert::alert(ui, group_id(id) + "-error", trouble, ui.sends_of(id, Input::TryAgain))}
            <div part="actions" class="actions">
                {go_on.view(Some(ui.sends_of(id, Input::Continue)))}
                {resend.view(Some(ui.sends_of(id, Input::Resend)))}
                {change.view(Some(ui.sends_of(id, Input::ChangeAddress)))}
                {cancel.view(Some(ui.sends_of(id, Input::Cancel)))}
            </div>
        </div>
    }
}

/// What the group waits for, or did last.
fn status(ui: &Ui, id: VerificationId) -> Text {
    ui.text_of(id, |id, flow, locale| {
        let word = match flow.verification(*id).map(|it| (&it.phase, &it.resend)) {
            Some((_, Resend::Sent(_))) => Word::SentAgain,
            Some((Phase::Waiting { .. }, _)) => Word::WaitingForLink,
            Some(_) | None => return String::new(),
        };
        locale.word(word).to_owned()
    })
}
