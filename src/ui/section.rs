//! Section of one medium: heading, list, pending groups and form.

use std::sync::Arc;

use leptos::prelude::*;

use super::late_view::{LateView, late_view};
use super::parts::{self, effect, on_mount, on_mount_with};
use super::{Ui, add_form, by_section, list};
use crate::locale::{Message, format_digits};
use crate::model::{Model, Section};

/// Key of the form for a new password, of elements without sections.
pub const PASSWORD: &str = "password";

/// End of the key of the first section.
const FIRST: &str = " first";

/// Selector of a section.
pub fn class(section: Section) -> &'static str {
    by_section(section, "emails", "phones")
}

/// Renders a section. The first one also has the texts that concern the whole
/// element.
pub fn section(ui: &Ui, section: Section, first: bool) -> impl IntoView + use<> {
    let title = by_section(section, Message::EmailAddresses, Message::PhoneNumbers);
    let region = ui.word(title);
    let status = late_view(ui, LateView::SectionStatus { section, is_first: first });
    view! {
        <section class=["section ", class(section)].concat() aria-label=move || Some(region())>
            {heading(ui, by_section(section, "heading", "phones-heading"), title)}
            {loading(ui)}
            {status}
            {list::list(ui, section)}
            {late_view(ui, LateView::Verifications(section))}
            {add_form::add_form(ui, section)}
        </section>
    }
}

/// Renders the heading, in a slot with this name.
pub fn heading(ui: &Ui, slot: &'static str, title: Message) -> impl IntoView + use<> {
    // Leptos knows no attribute of this name.
    let level = {
        let state = ui.state.clone();
        on_mount(move |heading| {
            let state = state.clone();
            effect(Box::new(move || {
                let level = state.with(|state| state.settings.heading_level);
                drop(heading.set_attribute("aria-level", &format_digits(level.into())));
            }));
        })
    };
    let without_heading = {
        let state = ui.state.clone();
        let is = move || state.with(|state| state.settings.without_heading);
        parts::attribute("", Arc::new(is))
    };
    view! {
        <div part="heading" class="heading" role="heading" hidden=without_heading use:on_mount_with=level>
            <slot name=slot use:on_mount_with=parts::write(ui.word(title))></slot>
        </div>
    }
}

/// Renders the progress indicator of the first list.
pub fn loading(ui: &Ui) -> impl IntoView + use<> {
    view! {
        <p class="loading" part="hint" hidden=ui.attribute(|model| !model.is_loading())>
            {parts::spinner(Arc::new(|| None))}
            <span use:on_mount_with=parts::write(ui.word(Message::Loading))></span>
        </p>
    }
}

/// Keys of the sections. The first section is rendered differently.
pub fn keys(model: &Model) -> Vec<String> {
    if model.password.is_some() {
        return vec![PASSWORD.to_owned()];
    }
    let mut keys = Vec::new();
    for section in &model.sections {
        let place = if keys.is_empty() { FIRST } else { "" };
        keys.push([class(*section), place].concat());
    }
    keys
}

/// Section of a key; true if it is the first one.
pub fn parse_key(key: &str) -> (Section, bool) {
    let section = if key.starts_with("ph") { Section::Phones } else { Section::Emails };
    (section, key.ends_with(FIRST))
}
