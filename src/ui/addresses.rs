//! Section of one medium: heading, list, pending groups and form.

use leptos::prelude::*;

use super::parts::{self, effect, setup, with};
use super::{NO_ID, Ui, add_form, alert, by, list, pending, status};
use crate::flow::{Flow, Input, Section};
use crate::locale::{Word, digits};

/// Key of the form that `<matrix-account-password>` has instead of sections.
pub const PASSWORD: &str = "password";

/// Selector of a section.
pub fn class(section: Section) -> &'static str {
    by(section, "emails", "phones")
}

/// Renders a section. The first one also has the texts that concern the whole
/// element.
pub fn addresses(ui: &Ui, section: Section, first: bool) -> impl IntoView + use<> {
    let title = by(section, Word::EmailAddresses, Word::PhoneNumbers);
    let region = ui.word(title);
    let of_everything = first.then(|| {
        view! {
            {status::banner(ui)}
            {alert::alert(
                ui,
                "list-error".to_owned(),
                ui.trouble(NO_ID, |flow, _| flow.list.problem()),
                ui.sends(|| Input::Refresh),
            )}
        }
    });
    view! {
        <section class=["section ", class(section)].concat() aria-label=move || Some(region())>
            {heading(ui, by(section, "heading", "phones-heading"), title)}
            {loading(ui)}
            {of_everything}
            {list::list(ui, section)}
            {pending::groups(ui, section)}
            {add_form::add_form(ui, section)}
        </section>
    }
}

/// Renders the heading, in a slot with this name.
pub fn heading(ui: &Ui, slot: &'static str, title: Word) -> impl IntoView + use<> {
    // Leptos knows no attribute of this name.
    let level = {
        let model = ui.model.clone();
        setup(move |heading| {
            let model = model.clone();
            effect(Box::new(move || {
                let level = model.with(|model| model.settings.heading_level);
                drop(heading.set_attribute("aria-level", &digits(level.into())));
            }));
        })
    };
    let without_heading = {
        let model = ui.model.clone();
        let is = move || model.with(|model| model.settings.without_heading);
        parts::attribute("", std::sync::Arc::new(is))
    };
    view! {
        <div part="heading" class="heading" role="heading" hidden=without_heading use:with=level>
            <slot name=slot use:with=parts::write(ui.word(title))></slot>
        </div>
    }
}

/// Renders the progress indicator of the first list.
pub fn loading(ui: &Ui) -> impl IntoView + use<> {
    view! {
        <p class="loading" part="hint" hidden=ui.attribute(|flow| !flow.is_loading())>
            {parts::spinner(std::sync::Arc::new(|| None))}
            <span use:with=parts::write(ui.word(Word::Loading))></span>
        </p>
    }
}

/// Keys of the sections. The first section is rendered differently.
pub fn keys(flow: &Flow) -> Vec<String> {
    if flow.password.is_some() {
        return vec![PASSWORD.to_owned()];
    }
    let mut keys = Vec::new();
    for section in &flow.sections {
        let place = if keys.is_empty() { " first" } else { "" };
        keys.push([class(*section), place].concat());
    }
    keys
}

/// Section of a key; true if it is the first one.
pub fn of_key(key: &str) -> (Section, bool) {
    let section = if key.starts_with("ph") { Section::Phones } else { Section::Emails };
    (section, key.contains(' '))
}
