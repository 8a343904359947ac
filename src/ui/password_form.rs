//! Form for a new password, and `<matrix-account-password>` around it.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::late_functions::with_late_functions;
use super::parts::{self, Button, Field, add_listener, effect, on_mount, on_mount_with};
use super::{ErrorSource, Ui, auth_dialog, error_alert, is_limit, section, status};
use crate::locale::Message;
use crate::matrix::uia::SecretText;
use crate::model::{EditedField, Input, Model, PasswordForm, Status, UserError};

/// Id of the field for the new password.
pub const NEW: &str = "new-password";
/// Id of the field for the repeated password.
pub const REPEATED: &str = "repeated-password";
const SHOW: &str = "show-password";
const CONSEQUENCE: &str = "logout-devices-hint";
const ERROR: &str = "password-form-error";
const NEW_ERROR: &str = "new-password-error";
const REPEATED_ERROR: &str = "repeated-password-error";

fn problem(model: &Model) -> Option<&UserError> {
    if model.may_have_been_reset() {
        return Some(&UserError::PasswordMayHaveChanged);
    }
    model.password.as_ref()?.problem()
}

fn wrong(model: &Model, is: fn(&UserError) -> bool) -> Option<&UserError> {
    problem(model).filter(|problem| is(problem))
}

fn differ(problem: &UserError) -> bool {
    *problem == UserError::PasswordsDiffer
}

fn is_busy(model: &Model) -> bool {
    model.password.as_ref().is_some_and(PasswordForm::is_busy)
}

fn is_hidden(model: &Model) -> bool {
    let asks_for_address = model.is_reset() && model.asks_for_address();
    asks_for_address || hides_forms(model)
}

/// True if nothing can be entered.
pub fn hides_forms(model: &Model) -> bool {
    model.is_readonly() || model.is_loading() || model.password == Some(PasswordForm::Loading)
}

/// Renders the heading, the form, and the texts that concern the whole element.
pub fn password(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.word(Message::ChangePassword);
    view! {
        <section class="section" aria-label=move || Some(name())>
            {section::heading(ui, "heading", Message::ChangePassword)}
            {section::loading(ui)}
            {status::notice(ui, None)}
            {status::banner(ui)}
            {form(ui, Message::ChangePassword, Message::LogoutDevices)}
        </section>
    }
}

/// Renders the form, with the texts of its button and of the choice about devices.
pub fn form(ui: &Ui, button: Message, logout_devices: Message) -> impl IntoView + use<> {
    let wire = {
        let ui = ui.clone();
        on_mount(move |form| attach_listeners(&ui, form))
    };
    let change = Button::new(ui.word(button))
        .primary()
        .submit()
        .disabled(ui.flag(|model| is_limit(problem(model))))
        .busy(ui.flag(is_busy));
    let of_new = |model: &Model| wrong(model, UserError::is_password_error).is_some();
    let new = field(ui, NEW, NEW_ERROR, of_new);
    let repeated = field(ui, REPEATED, REPEATED_ERROR, |model| wrong(model, differ).is_some());
    let new_error =
        ui.error_signal(ErrorSource::Page(|model| wrong(model, UserError::is_password_error)));
    let repeated_error = ui.error_signal(ErrorSource::Page(|model| wrong(model, differ)));
    view! {
        <form part="form" class="form fields" novalidate hidden=ui.attribute(is_hidden) use:on_mount_with=wire>
            {auth_dialog::username(ui)}
            <div>
                {parts::label(NEW.to_owned(), ui.word(Message::NewPassword))}
                {new.view()}
                {error_alert::error(NEW_ERROR, ui, new_error)}
            </div>
            <div>
                {parts::label(REPEATED.to_owned(), ui.word(Message::RepeatPassword))}
                {repeated.view()}
                {error_alert::error(REPEATED_ERROR, ui, repeated_error)}
            </div>
            {checkbox(ui, SHOW, Message::ShowPassword, None)}
            <div>
                {checkbox(ui, "logout-devices", logout_devices, Some(CONSEQUENCE))}
                <p
                    id=CONSEQUENCE
                    part="hint"
                    class="hint"
                    use:on_mount_with=parts::write(ui.word(Message::LogoutDevicesHint))
                ></p>
            </div>
            {error_alert::alert(
                ui,
                ERROR.to_owned(),
                ui.error_signal(ErrorSource::Page(|model| wrong(model, |it| !it.is_input_error()))),
                None,
            )}
            <div class="actions">{change.view(None)}</div>
        </form>
    }
}

fn field(ui: &Ui, id: &str, error: &str, wrong: fn(&Model) -> bool) -> Field {
    Field {
        id: id.to_owned(),
        kind: "password",
        mode: None,
        autocomplete: "new-password",
        enter: "go",
        error: error.to_owned(),
        wrong: ui.flag(wrong),
        readonly: ui.attribute(is_busy),
        setup: on_mount(drop),
    }
}

fn checkbox(
    ui: &Ui,
    id: &'static str,
    word: Message,
    hint: Option<&'static str>,
) -> impl IntoView + use<> {
    let busy = parts::attribute("true", ui.flag(is_busy));
    parts::checkbox(id, ui.word(word), hint, busy, Arc::new(|| None), on_mount(drop))
}

fn attach_listeners(ui: &Ui, form: Element) {
    let submit = {
        let ui = ui.clone();
        move |password, repeated: Option<String>, logout_devices| {
            let (password, repeated) = (SecretText(password), repeated.map(SecretText));
            ui.send(Input::ChangePassword { password, repeated, logout_devices });
        }
    };
    let submit = Closure::<dyn Fn(String, Option<String>, bool)>::new(submit);
    let seen = {
        let ui = ui.clone();
        Closure::<dyn Fn()>::new(move || ui.send(Input::PasswordRevealed))
    };
    let typed = ui.clone();
    add_listener(&form, "input", move |event| {
        // To reveal the password changes nothing.
        let target = event.target().map(|target| target.unchecked_into::<Element>());
        if target.is_some_and(|target| target.id() == SHOW) {
            return;
        }
        let is_over = |model: &Model| {
            wrong(model, UserError::is_input_error).is_some() || model.awaits_reset_link()
        };
        if typed.with_untracked(is_over) {
            typed.send(Input::Edited(EditedField::NewPassword));
        }
    });
    let (submit, on_show) = (submit.into_js_value(), seen.into_js_value());
    with_late_functions(|functions| functions.set_up_password_form(&form, &submit, &on_show));
    // Another account's is loading, or this one's is changed.
    let over = ui.flag(|model| {
        matches!(model.password, Some(PasswordForm::Loading))
            || matches!(model.status, Some(Status::PasswordChanged { .. }))
    });
    let mut was_over = false;
    effect(Box::new(move || {
        let is_over = over();
        if is_over && !was_over {
            with_late_functions(|functions| functions.clear_password_form(&form));
        }
        was_over = is_over;
    }));
}
