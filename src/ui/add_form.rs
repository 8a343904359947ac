//! Form for a new address of a section.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::parts::{self, Button, Field, effect, listen, setup, with};
use super::{NO_ID, Ui, alert, by, is_limit};
use crate::flow::{By, Flow, Input, Problem, Section, Typed};
use crate::locale::{Word, phones};

/// Id of the field, for its focus and its text.
pub fn field_id(section: Section) -> &'static str {
    by(section, "email", "phone")
}

fn is_limited(flow: &Flow, section: Section) -> bool {
    is_limit(flow.form_of(section).problem())
}

/// True if the section has no form, because an address can't be added.
fn is_idle(flow: &Flow, section: Section) -> bool {
    flow.form_of(section).problem() == Some(&Problem::NoSms)
}

fn is_hidden(flow: &Flow) -> bool {
    flow.is_readonly() || flow.needs_identity_server || flow.list.entries().is_none()
}

/// Renders the form.
pub fn add_form(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        setup(move |form| {
            let submitted = ui.clone();
            // Not the form from outside: what a listener holds, and what holds
            // the listener, would keep each other for ever.
            listen(&form, "submit", move |event| {
                event.prevent_default();
                if let Some(form) = event.current_target() {
                    submit(&submitted, section, form.unchecked_ref());
                }
            });
            let typed = ui.clone();
            listen(&form, "input", move |_| {
                if typed.now(|flow| flow.form_of(section).is_invalid()) {
                    typed.send(Input::Corrected(Typed::Form(section)));
                }
            });
            if section == Section::Phones {
                dress(&ui, form);
            }
        })
    };
    let add = Button::new(ui.word(Word::Add))
        .primary()
        .submit()
        .disabled(ui.flag_in(section, is_limited))
        .busy(ui.flag_in(section, |flow, section| flow.form_of(section).is_sending()));
    let error = by(section, "email-error", "phone-error");
    let field = Field {
        id: field_id(section).to_owned(),
        kind: by(section, "email", "tel"),
        mode: None,
        autocomplete: by(section, "email", "tel"),
        enter: "send",
        error: error.to_owned(),
        wrong: ui.flag_in(section, |flow, section| flow.form_of(section).is_invalid()),
        readonly: ui.attribute_in(section, |flow, section| flow.form_of(section).is_sending()),
        setup: setup(drop),
    };
    let again: fn() -> Input = match section {
        Section::Emails => || Input::SendAgain(Section::Emails),
        Section::Phones => || Input::SendAgain(Section::Phones),
    };
    let trouble = match section {
        Section::Emails => ui.trouble(NO_ID, |flow, _| flow.form.problem()),
        Section::Phones => ui.trouble(NO_ID, |flow, _| flow.phone_form.problem()),
    };
    let label = by(section, Word::EmailAddress, Word::PhoneNumber);
    view! {
        <form
            part="form"
            class="form"
            novalidate
            hidden=ui.attribute(is_hidden)
            use:with=set_up
        >
            <div hidden=ui.attribute_in(section, is_idle)>
                {parts::label(field_id(section).to_owned(), ui.word(label))}
                <div class="row">
                    {field.view()}
                    {add.view(None)}
                </div>
            </div>
            {alert::alert(ui, error.to_owned(), trouble, ui.sends(again))}
        </form>
    }
}

/// Renders the list of countries, in the element's language.
fn dress(ui: &Ui, form: Element) {
    let model = ui.model.clone();
    effect(Box::new(move || {
        model.with(|model| {
            let (locale, country) = (&model.settings.locale, &model.settings.country);
            phones::dress(&form, country, &locale.tag, locale.word(Word::Country));
        });
    }));
}

fn submit(ui: &Ui, section: Section, form: &Element) {
    if ui.now(|flow| is_limited(flow, section)) {
        return;
    }
    let (secret, by) = ((ui.secret)(), By::Person);
    ui.send(match section {
        Section::Emails => {
            let Ok(Some(field)) = form.query_selector("input") else { return };
            let address = field.unchecked_into::<HtmlInputElement>().value();
            Input::Add { address, secret, by }
        }
        Section::Phones => {
            let (msisdn, dialled) = phones::typed(form);
            Input::AddPhone { msisdn, dialled, secret, by }
        }
    });
}
