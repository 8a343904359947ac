//! Form for a new address of a section.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::late_view::{LateView, late_view};
use super::parts::{self, Button, Field, add_listener, effect, on_mount, on_mount_with};
use super::{ErrorSource, Ui, by_section, error_alert, is_limit};
use crate::locale::{Message, phone_numbers};
use crate::model::{
    EditedField, IdentityServer, Initiator, Input, Model, Section, UserError, Verification,
};

/// Id of the field, for its focus and its text.
pub fn field_id(section: Section) -> &'static str {
    by_section(section, "email", "phone")
}

/// True while the server accepts no further address.
pub fn is_limited(model: &Model, section: Section) -> bool {
    is_limit(model.form_of(section).problem())
}

/// True if the section has no form, because an address can't be added.
fn hides_input(model: &Model, section: Section) -> bool {
    model.form_of(section).problem() == Some(&UserError::SmsUnsupported)
}

/// True if no address can be added.
pub fn is_hidden(model: &Model) -> bool {
    model.is_readonly() || model.needs_identity_server || model.list.entries().is_none()
}

/// True while the form is for the address of a pending verification.
fn is_changing(model: &Model, section: Section) -> bool {
    model.form_of(section).replacing().is_some()
}

/// True if nothing else in the element is to be done first.
fn is_primary(model: &Model, section: Section) -> bool {
    let has_group = |it: &Verification| model.is_visible(it) && !it.is_first_send();
    let has_terms = |it: &IdentityServer| it.policies().is_some();
    let is_alone = model.sections.len() == 1
        && !model.verifications.iter().any(has_group)
        && !model.identity_server.as_ref().is_some_and(has_terms);
    is_alone || is_changing(model, section)
}

/// Renders the form.
pub fn add_form(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let set_up = {
        let ui = ui.clone();
        on_mount(move |form| {
            let submitted = ui.clone();
            // Not the form from outside: what a listener holds, and what holds
            // the listener, would keep each other for ever.
            add_listener(&form, "submit", move |event| {
                event.prevent_default();
                if let Some(form) = event.current_target() {
                    submit(&submitted, section, form.unchecked_ref());
                }
            });
            let typed = ui.clone();
            add_listener(&form, "input", move |_| {
                if typed.with_untracked(|model| model.form_of(section).is_invalid()) {
                    typed.send(Input::Edited(EditedField::Form(section)));
                }
            });
            let escaped = ui.clone();
            add_listener(&form, "keydown", move |event| {
                if parts::is_key(&event, "Escape")
                    && escaped.with_untracked(|it| is_changing(it, section))
                {
                    // It would close a dialog of the page.
                    event.prevent_default();
                    escaped.send(Input::CancelChange(section));
                }
            });
            if section == Section::Phones {
                mount_country_select(&ui, form);
            }
        })
    };
    let add_label = ui.text_of(section, |section, model, locale| {
        let is_changing = is_changing(model, *section);
        locale.message(if is_changing { Message::Change } else { Message::Add }).to_owned()
    });
    let unchanged = {
        let is_changing = ui.flag_in(section, is_changing);
        parts::attribute("", Arc::new(move || !is_changing()))
    };
    let cancel = Button::new(ui.word(Message::Cancel)).hidden_by(unchanged);
    let back: fn() -> Input = match section {
        Section::Emails => || Input::CancelChange(Section::Emails),
        Section::Phones => || Input::CancelChange(Section::Phones),
    };
    let add = Button::new(add_label)
        .primary_if(ui.flag_in(section, is_primary))
        .submit()
        .disabled(ui.flag_in(section, is_limited))
        .busy(ui.flag_in(section, |model, section| model.form_of(section).is_sending()));
    let field = Field {
        id: field_id(section).to_owned(),
        kind: by_section(section, "email", "tel"),
        mode: None,
        autocomplete: by_section(section, "email", "tel"),
        enter: "send",
        error: error_id(section).to_owned(),
        wrong: ui.flag_in(section, |model, section| model.form_of(section).is_invalid()),
        readonly: ui.attribute_in(section, |model, section| model.form_of(section).is_sending()),
        setup: on_mount(drop),
    };
    let label = ui.text_of(section, |section, model, locale| {
        let word = match is_changing(model, *section) {
            true => by_section(*section, Message::NewEmailAddress, Message::NewPhoneNumber),
            false => by_section(*section, Message::EmailAddress, Message::PhoneNumber),
        };
        locale.message(word).to_owned()
    });
    view! {
        <form
            part="form"
            class="form"
            novalidate
            hidden=ui.attribute(is_hidden)
            use:on_mount_with=set_up
        >
            <div hidden=ui.attribute_in(section, hides_input)>
                {parts::label(field_id(section).to_owned(), label)}
                <div class="row">
                    {field.view()}
                    {add.view(None)}
                    {cancel.view(Some(ui.dispatcher(back)))}
                </div>
            </div>
            {late_view(ui, LateView::FormError(section))}
        </form>
    }
}

/// Id of the error, for `aria-describedby`.
pub fn error_id(section: Section) -> &'static str {
    by_section(section, "email-error", "phone-error")
}

/// Renders the error of the form.
pub fn form_error(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let trouble = ErrorSource::Page(match section {
        Section::Emails => |model| model.email_form.problem(),
        Section::Phones => |model| model.phone_form.problem(),
    });
    error_alert::alert(ui, error_id(section).to_owned(), ui.error_signal(trouble), None)
}

/// Renders the list of countries, in the element's language.
fn mount_country_select(ui: &Ui, form: Element) {
    let state = ui.state.clone();
    effect(Box::new(move || {
        state.with(|state| {
            let (locale, country) = (&state.settings.locale, &state.settings.country);
            phone_numbers::dress(&form, country, &locale.tag, locale.message(Message::Country));
        });
    }));
}

/// Sends what was typed.
pub fn submit(ui: &Ui, section: Section, form: &Element) {
    if ui.with_untracked(|model| is_limited(model, section)) {
        return;
    }
    let (secret, by) = ((ui.new_client_secret)(), Initiator::User);
    ui.send(match section {
        Section::Emails => {
            let Ok(Some(field)) = form.query_selector("input") else { return };
            let address = field.unchecked_into::<HtmlInputElement>().value();
            Input::AddEmail { address, secret, initiator: by }
        }
        Section::Phones => {
            let (msisdn, dialled) = phone_numbers::typed(form);
            Input::AddPhone { msisdn, phone: dialled, secret, initiator: by }
        }
    });
}
