//! `<matrix-password-reset>`: the address, the email that was sent, and the form for
//! the new password.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::parts::{self, Button, Field, add_listener, on_mount, on_mount_with};
use super::{Ui, add_form, password_form, section, status, verification};
use crate::locale::Message;
use crate::model::{EditedField, Input, Model, Section};

const EMAILS: Section = Section::Emails;

/// Renders everything.
pub fn password_reset(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.word(Message::ResetPassword);
    view! {
        <section class="section emails" aria-label=move || Some(name())>
            {section::heading(ui, "heading", Message::ResetPassword)}
            {section::loading(ui)}
            {status::notice(ui, Some(EMAILS))}
            {status::banner(ui)}
            {address_form(ui)}
            {verification::verification_list(ui, EMAILS)}
            {password_form::form(ui, Message::ResetPassword, Message::LogoutAllDevices)}
        </section>
    }
}

fn is_changing(model: &Model) -> bool {
    model.email_form.replacing().is_some()
}

fn is_sending(model: &Model) -> bool {
    model.email_form.is_sending()
}

/// Renders the form for the address.
fn address_form(ui: &Ui) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        on_mount(move |form| {
            let submitted = ui.clone();
            add_listener(&form, "submit", move |event| {
                event.prevent_default();
                if let Some(form) = event.current_target() {
                    add_form::submit(&submitted, EMAILS, form.unchecked_ref());
                }
            });
            let typed = ui.clone();
            add_listener(&form, "input", move |_| {
                if typed.with_untracked(|model| model.email_form.is_invalid()) {
                    typed.send(Input::Edited(EditedField::Form(EMAILS)));
                }
            });
        })
    };
    let hidden =
        ui.attribute(|model| password_form::hides_forms(model) || !model.asks_for_address());
    let field = Field {
        id: add_form::field_id(EMAILS).to_owned(),
        kind: "email",
        mode: None,
        autocomplete: "email",
        enter: "send",
        error: add_form::error_id(EMAILS).to_owned(),
        wrong: ui.flag(|model| model.email_form.is_invalid()),
        readonly: ui.attribute(is_sending),
        setup: on_mount(drop),
    };
    let send = Button::new(ui.word(Message::SendEmail))
        .primary()
        .submit()
        .disabled(ui.flag(|model| add_form::is_limited(model, EMAILS)))
        .busy(ui.flag(is_sending));
    let cancel =
        Button::new(ui.word(Message::Cancel)).quiet().hidden(ui, |model| !is_changing(model));
    let back = ui.dispatcher(|| Input::CancelChange(EMAILS));
    view! {
        <form part="form" class="form fields" novalidate hidden=hidden use:on_mount_with=set_up>
            <p class="text" use:on_mount_with=parts::write(ui.word(Message::ResetIntro))></p>
            <div>
                {parts::label(add_form::field_id(EMAILS).to_owned(), ui.word(Message::EmailAddress))}
                {field.view()}
            </div>
            {add_form::form_error(ui, EMAILS)}
            <div class="actions">{send.view(None)} {cancel.view(Some(back))}</div>
        </form>
    }
}
