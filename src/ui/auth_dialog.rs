//! "Confirm it's you": the password, when the server asks for it.

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::WeakRef;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::dialog::Dialog;
use super::parts::{self, Button, Field, setup};
use super::{Act, IN_DIALOG, Text, Ui, alert, is_limit, written};
use crate::flow::{Flow, Input, Problem, Reply, Stage, Subject, Uia, UiaPhase};
use crate::locale::Word;
use crate::matrix::uia::{Answer, Password};

const FIELD: &str = "password";
const ERROR: &str = "password-error";

fn is(flow: &Flow, read: fn(&Uia) -> bool) -> bool {
    flow.in_front().is_some_and(|(_, uia)| read(uia))
}

fn asks_password(flow: &Flow) -> bool {
    is(flow, |uia| Stage::next(&uia.challenge) == Stage::Password)
}

fn is_wrong(flow: &Flow) -> bool {
    is(flow, |uia| uia.problem() == Some(&Problem::WrongPassword))
}

fn is_checking(flow: &Flow) -> bool {
    is(flow, |uia| uia.phase == UiaPhase::Checking)
}

fn problem(flow: &Flow) -> Option<&Problem> {
    flow.in_front()?.1.problem()
}

/// The dialog, closed where nothing is asked.
pub fn auth_dialog(ui: &Ui) -> impl IntoView + use<> {
    // What was typed, for whichever way it is sent. Held weakly: the button's
    // listener holds this, and the field, by the form, the button.
    let field: Rc<OnceCell<WeakRef<HtmlInputElement>>> = Rc::default();
    let go_on: Act = {
        let (ui, field) = (ui.clone(), field.clone());
        Rc::new(move || {
            if let Some(field) = field.get().and_then(WeakRef::deref) {
                submit(&ui, &field);
            }
        })
    };
    let dismiss: Act = {
        let ui = ui.clone();
        Rc::new(move || reply(&ui, Reply::Cancel))
    };
    let watch = {
        let ui = ui.clone();
        setup(move |input: Element| {
            let input: HtmlInputElement = input.unchecked_into();
            // Made once, with the dialog.
            let _ = field.set(WeakRef::new(&input));
            watch(&ui, input);
        })
    };
    let model = ui.model.clone();
    let user_id = move || Some(model.with(|model| model.settings.user_id.clone()));
    let password = Field {
        id: FIELD.to_owned(),
        kind: "password",
        mode: None,
        autocomplete: "current-password",
        error: ERROR.to_owned(),
        wrong: ui.flag(is_wrong),
        readonly: ui.attribute(is_checking),
        setup: watch,
    };
    let no_password = || ui.attribute(|flow| !asks_password(flow));
    let body = view! {
        {parts::paragraph("", "text", no_password(), explanation(ui))}
        // For password managers: whose password this is.
        <input
            class="visually-hidden"
            type="text"
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly
            value=user_id
        />
        <div class="field" hidden=no_password()>
            {parts::label(FIELD.to_owned(), ui.word(Word::Password))}
            {password.view()}
        </div>
        {alert::alert(ui, ERROR.to_owned(), ui.trouble(IN_DIALOG, |flow, _| problem(flow)), go_on.clone())}
    };
    let submit = Button::new(ui.word(Word::Confirm))
        .primary()
        .hidden(ui, |flow| !asks_password(flow) || is_limit(problem(flow)))
        .busy(ui.flag(is_checking));
    let dialog = Dialog {
        id: "auth-title",
        open: ui.flag(|flow| flow.in_front().is_some()),
        title: ui.word(Word::ConfirmTitle),
        body,
        submit,
        go_on,
        dismiss,
    };
    dialog.view(ui)
}

/// What was typed is gone when the dialog is; a wrong password is selected.
fn watch(ui: &Ui, input: HtmlInputElement) {
    let (open, wrong) = (ui.flag(|flow| flow.in_front().is_some()), ui.flag(is_wrong));
    let mut was_wrong = false;
    parts::effect(Box::new(move || {
        let is_wrong = wrong();
        if !open() {
            input.set_value("");
        } else if is_wrong && !was_wrong {
            input.select();
            drop(input.focus());
        }
        was_wrong = is_wrong;
    }));
}

/// Answers the challenge in front.
fn reply(ui: &Ui, reply: Reply) {
    if let Some(subject) = ui.now(|flow| flow.in_front().map(|(subject, _)| subject)) {
        ui.send(Input::Authenticate(subject, reply));
    }
}

/// Sends the password that was typed.
fn submit(ui: &Ui, field: &HtmlInputElement) {
    let password = Password(field.value());
    if !ui.now(asks_password) || ui.now(|flow| is_limit(problem(flow))) {
        // Nothing to be sent, or not now.
    } else if password.0.is_empty() {
        drop(field.focus());
    } else {
        reply(ui, Reply::With(Answer::Password { user_id: None, password }));
    }
}

/// What the password is asked for.
fn explanation(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let (word, address) = match flow.in_front() {
            Some((Subject::Verification(id), _)) => {
                (Word::ConfirmAdd, flow.verification(id).map(|it| written(&it.medium, &it.address)))
            }
            Some((Subject::Removal, _)) => {
                let of = flow.removals.first().map(|it| written(&it.medium, &it.address));
                (Word::ConfirmRemove, of)
            }
            None => return String::new(),
        };
        locale.word_with(word, &address.unwrap_or_default())
    })
}
