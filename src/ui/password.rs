//! Form of `<matrix-account-password>`.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::parts::{self, Button, Field, effect, listen, setup, with};
use super::{NO_ID, Ui, addresses, alert, auth_dialog, is_limit, status};
use crate::flow::{Flow, Input, Notice, PasswordForm, Problem, Typed};
use crate::locale::Word;
use crate::matrix::uia::Password;

#[wasm_bindgen(module = "/src/ui/password.js")]
extern "C" {
    fn dress(form: &Element, submit: &JsValue, seen: &JsValue);
    fn empty(form: &Element);
}

/// Id of the field for the new password.
pub const NEW: &str = "new-password";
/// Id of the field for the repeated password.
pub const REPEATED: &str = "repeated-password";
const CONSEQUENCE: &str = "logout-devices-hint";
const ERROR: &str = "password-form-error";
const NEW_ERROR: &str = "new-password-error";
const REPEATED_ERROR: &str = "repeated-password-error";

fn problem(flow: &Flow) -> Option<&Problem> {
    flow.password.as_ref()?.problem()
}

fn wrong(flow: &Flow, is: fn(&Problem) -> bool) -> Option<&Problem> {
    problem(flow).filter(|problem| is(problem))
}

fn differ(problem: &Problem) -> bool {
    *problem == Problem::PasswordsDiffer
}

fn is_busy(flow: &Flow) -> bool {
    flow.password.as_ref().is_some_and(PasswordForm::is_busy)
}

fn is_hidden(flow: &Flow) -> bool {
    flow.is_readonly() || flow.is_loading() || flow.password == Some(PasswordForm::Loading)
}

/// Renders the heading, the form, and the texts that concern the whole element.
pub fn password(ui: &Ui) -> impl IntoView + use<> {
    let name = ui.word(Word::ChangePassword);
    view! {
        <section class="section" aria-label=move || Some(name())>
            {addresses::heading(ui, "heading", Word::ChangePassword)}
            {addresses::loading(ui)}
            {status::banner(ui)}
            {form(ui)}
        </section>
    }
}

fn form(ui: &Ui) -> impl IntoView + use<> {
    let wire = {
        let ui = ui.clone();
        setup(move |form| wire(&ui, form))
    };
    let change = Button::new(ui.word(Word::ChangePassword))
        .primary()
        .submit()
        .disabled(ui.flag(|flow| is_limit(problem(flow))))
        .busy(ui.flag(is_busy));
    let of_new = |flow: &Flow| wrong(flow, Problem::is_of_the_password).is_some();
    let new = field(ui, NEW, NEW_ERROR, of_new);
    let repeated = field(ui, REPEATED, REPEATED_ERROR, |flow| wrong(flow, differ).is_some());
    let new_error = ui.trouble(NO_ID, |flow, _| wrong(flow, Problem::is_of_the_password));
    let repeated_error = ui.trouble(NO_ID, |flow, _| wrong(flow, differ));
    view! {
        <form part="form" class="form fields" novalidate hidden=ui.attribute(is_hidden) use:with=wire>
            {auth_dialog::username(ui)}
            <div>
                {parts::label(NEW.to_owned(), ui.word(Word::NewPassword))}
                {new.view()}
                {alert::error(NEW_ERROR, ui, new_error)}
            </div>
            <div>
                {parts::label(REPEATED.to_owned(), ui.word(Word::RepeatPassword))}
                {repeated.view()}
                {alert::error(REPEATED_ERROR, ui, repeated_error)}
            </div>
            {choice(ui, "show-password", Word::ShowPassword, None)}
            <div>
                {choice(ui, "logout-devices", Word::LogoutDevices, Some(CONSEQUENCE))}
                <p
                    id=CONSEQUENCE
                    part="hint"
                    class="hint"
                    use:with=parts::write(ui.word(Word::LogoutDevicesHint))
                ></p>
            </div>
            {alert::alert(
                ui,
                ERROR.to_owned(),
                ui.trouble(NO_ID, |flow, _| wrong(flow, |it| !it.is_of_what_is_typed())),
                // Pressing it is the form's.
                Rc::new(|| {}),
            )}
            <div class="actions">{change.view(None)}</div>
        </form>
    }
}

fn field(ui: &Ui, id: &str, error: &str, wrong: fn(&Flow) -> bool) -> Field {
    Field {
        id: id.to_owned(),
        kind: "password",
        mode: None,
        autocomplete: "new-password",
        enter: "go",
        error: error.to_owned(),
        wrong: ui.flag(wrong),
        readonly: ui.attribute(is_busy),
        setup: setup(drop),
    }
}

fn choice(
    ui: &Ui,
    id: &'static str,
    word: Word,
    hint: Option<&'static str>,
) -> impl IntoView + use<> {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                id=id
                aria-describedby=hint
                aria-disabled=parts::attribute("true", ui.flag(is_busy))
            />
            <span use:with=parts::write(ui.word(word))></span>
        </label>
    }
}

fn wire(ui: &Ui, form: Element) {
    let submit = {
        let ui = ui.clone();
        move |password, repeated: Option<String>, logout_devices| {
            let (password, repeated) = (Password(password), repeated.map(Password));
            ui.send(Input::ChangePassword { password, repeated, logout_devices });
        }
    };
    let submit = Closure::<dyn Fn(String, Option<String>, bool)>::new(submit);
    let seen = {
        let ui = ui.clone();
        Closure::<dyn Fn()>::new(move || ui.send(Input::PasswordShown))
    };
    let typed = ui.clone();
    listen(&form, "input", move |_| {
        if typed.now(|flow| wrong(flow, Problem::is_of_what_is_typed).is_some()) {
            typed.send(Input::Corrected(Typed::NewPassword));
        }
    });
    dress(&form, &submit.into_js_value(), &seen.into_js_value());
    // Another account's is loading, or this one's is changed.
    let over = ui.flag(|flow| {
        matches!(flow.password, Some(PasswordForm::Loading))
            || matches!(flow.notice, Some(Notice::PasswordChanged { .. }))
    });
    let mut was_over = false;
    effect(Box::new(move || {
        let is_over = over();
        if is_over && !was_over {
            empty(&form);
        }
        was_over = is_over;
    }));
}
