//! Dialog "Remove alice@example.org?"

use leptos::prelude::*;

use super::dialog::Dialog;
use super::parts::Button;
use super::{ErrorSource, Ui, error_alert, format_threepid, is_limit};
use crate::locale::Message;
use crate::model::{Input, Model, Removal, RemovalKind, UserError};

fn current_removal(model: &Model) -> Option<&Removal> {
    model.removals.first().filter(|removal| removal.phase.is_asking())
}

fn problem(model: &Model) -> Option<&UserError> {
    current_removal(model)?.problem()
}

/// True if the dialog only stops sharing.
fn is_unshare(model: &Model) -> bool {
    current_removal(model).is_some_and(|removal| removal.kind == RemovalKind::Unbind)
}

/// Renders the dialog. It is closed while there is no removal.
pub fn remove_dialog(ui: &Ui) -> impl IntoView + use<> {
    let title = ui.text(|_, model, locale| {
        let address = current_removal(model)
            .map(|removal| format_threepid(&removal.medium, &removal.address));
        let word = if is_unshare(model) { Message::StopSharingTitle } else { Message::RemoveTitle };
        locale.message_with(word, &address.unwrap_or_default())
    });
    let text = ui.text(|_, model, locale| {
        let last = current_removal(model).is_some_and(|removal| removal.is_last_email);
        let word = if is_unshare(model) {
            Message::StopSharingText
        } else if last {
            Message::RemoveLastEmailText
        } else {
            Message::RemoveText
        };
        locale.message(word).to_owned()
    });
    let confirm = ui.dispatcher(|| Input::RemoveConfirmed);
    let trouble = ui.error_signal(ErrorSource::Dialog(problem));
    let body = error_alert::alert(ui, "remove-error".to_owned(), trouble, None);
    let label = ui.text(|_, model, locale| {
        locale
            .message(if is_unshare(model) { Message::StopSharing } else { Message::Remove })
            .to_owned()
    });
    let submit =
        Button::new(label).danger().disabled(ui.flag(|model| is_limit(problem(model)))).busy(
            ui.flag(|model| current_removal(model).is_some_and(|removal| removal.phase.is_busy())),
        );
    let dialog = Dialog {
        id: "remove-title",
        open: ui.flag(|model| current_removal(model).is_some()),
        role: Some("alertdialog"),
        title,
        text,
        body,
        submit,
        on_submit: confirm,
        on_cancel: ui.dispatcher(|| Input::RemoveCanceled),
    };
    dialog.render(ui)
}
