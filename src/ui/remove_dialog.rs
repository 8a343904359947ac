//! Dialog "Remove alice@example.org?"

use std::sync::Arc;

use leptos::prelude::*;

use super::dialog::Dialog;
use super::parts::{self, Button};
use super::{IN_DIALOG, Ui, alert, is_limit, written};
use crate::flow::{Flow, Input, Problem, Removal, Wish};
use crate::locale::Word;

fn front(flow: &Flow) -> Option<&Removal> {
    flow.removals.first().filter(|removal| removal.phase.is_asking())
}

fn problem(flow: &Flow) -> Option<&Problem> {
    front(flow)?.problem()
}

/// True if the dialog only stops sharing.
fn unshares(flow: &Flow) -> bool {
    front(flow).is_some_and(|removal| removal.wish == Wish::Unshare)
}

/// Renders the dialog. It is closed while there is no removal.
pub fn remove_dialog(ui: &Ui) -> impl IntoView + use<> {
    let title = ui.text(|_, flow, locale| {
        let address = front(flow).map(|removal| written(&removal.medium, &removal.address));
        let word = if unshares(flow) { Word::StopSharingTitle } else { Word::RemoveTitle };
        locale.word_with(word, &address.unwrap_or_default())
    });
    let text = ui.text(|_, flow, locale| {
        let last = front(flow).is_some_and(|removal| removal.last);
        let word = if unshares(flow) {
            Word::StopSharingText
        } else if last {
            Word::RemoveLastText
        } else {
            Word::RemoveText
        };
        locale.word(word).to_owned()
    });
    let confirm = ui.sends(|| Input::ConfirmRemove);
    let body = view! {
        {parts::paragraph("", "text", Arc::new(|| None), text)}
        {alert::alert(ui, "remove-error".to_owned(), ui.trouble(IN_DIALOG, |flow, _| problem(flow)), confirm.clone())}
    };
    let label = ui.text(|_, flow, locale| {
        locale.word(if unshares(flow) { Word::StopSharing } else { Word::Remove }).to_owned()
    });
    let submit = Button::new(label)
        .danger()
        .disabled(ui.flag(|flow| is_limit(problem(flow))))
        .busy(ui.flag(|flow| front(flow).is_some_and(|removal| removal.phase.is_busy())));
    let dialog = Dialog {
        id: "remove-title",
        open: ui.flag(|flow| front(flow).is_some()),
        title,
        body,
        submit,
        go_on: confirm,
        dismiss: ui.sends(|| Input::DismissRemove),
    };
    dialog.view(ui)
}
