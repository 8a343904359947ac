//! The field for a new address.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::parts::{self, Button, Field, listen, setup, with};
use super::{NO_ID, Ui, alert, is_limit};
use crate::flow::{By, Flow, Input};
use crate::locale::Word;

/// The id of the field, for the focus and for what is put into it.
pub const FIELD: &str = "email";
const ERROR: &str = "email-error";

fn is_limited(flow: &Flow) -> bool {
    is_limit(flow.form.problem())
}

fn is_hidden(flow: &Flow) -> bool {
    flow.is_readonly() || flow.needs_identity_server || flow.list.entries().is_none()
}

/// The form.
pub fn add_form(ui: &Ui) -> impl IntoView + use<> {
    let submit = {
        let ui = ui.clone();
        setup(move |form| {
            let ui = ui.clone();
            // Not the form from outside: what a listener holds, and what holds
            // the listener, would keep each other for ever.
            listen(&form, "submit", move |event| {
                event.prevent_default();
                if let Some(form) = event.current_target() {
                    submit(&ui, form.unchecked_ref());
                }
            });
        })
    };
    let add = Button::new(ui.word(Word::Add))
        .primary()
        .submit()
        .hidden(ui, is_limited)
        .busy(ui.flag(|flow| flow.form.is_sending()));
    let field = Field {
        id: FIELD.to_owned(),
        kind: "email",
        autocomplete: "email",
        error: ERROR.to_owned(),
        wrong: ui.flag(|flow| flow.form.is_invalid()),
        readonly: ui.attribute(|flow| flow.form.is_sending()),
        setup: setup(drop),
    };
    let trouble = ui.trouble(NO_ID, |flow, _| flow.form.problem());
    view! {
        <form
            part="form"
            class="form"
            novalidate
            hidden=ui.attribute(is_hidden)
            use:with=submit
        >
            {parts::label(FIELD.to_owned(), ui.word(Word::EmailAddress))}
            <div class="row">
                {field.view()}
                {add.view(None)}
            </div>
            {alert::alert(ui, ERROR.to_owned(), trouble, ui.sends(|| Input::SendAgain))}
        </form>
    }
}

fn submit(ui: &Ui, form: &Element) {
    let Ok(Some(field)) = form.query_selector("input") else { return };
    if !ui.now(is_limited) {
        let address = field.unchecked_into::<HtmlInputElement>().value();
        ui.send(Input::Add { address, secret: (ui.secret)(), by: By::Person });
    }
}
