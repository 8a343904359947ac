//! List of confirmed addresses. Above a long list, there is a field to find
//! entries.
//!
//! An account usually has two or three entries, but a server can send
//! thousands. So entries are no views of their own, with closures that would run
//! at each change of the state: the rows are copies of one template, with other
//! texts. [`first_rows`] draws the beginning of the list, and [`rows`], which is
//! loaded later, everything else.

mod filter;
mod first_rows;
mod focus;
mod js;
mod row;
mod rows;

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use first_rows::FirstRows;
pub use first_rows::{CreateRows, has_more_rows};
pub use focus::FocusRequest;
pub use rows::create_rows;

use super::parts::{self, add_listener, effect, on_mount, on_mount_with};
use super::{Ui, add_form, by_section};
use crate::locale::Message;
use crate::model::{Model, Section, Verification};

/// Selector of the entries.
const ENTRY: &str = ".entry";

/// Renders the list, or the text of an empty list.
pub fn list(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let rows = FirstRows::new(ui, section);
    let name = ui.word(by_section(section, Message::EmailAddresses, Message::PhoneNumbers));
    let not_empty = ui.attribute_in(section, |model, section| !is_empty(model, section));
    let no_reason = ui.attribute_in(section, |model, section| {
        !is_empty(model, section) || add_form::is_hidden(model)
    });
    let reason = by_section(section, Message::WhyEmail, Message::WhyPhone);
    let set_up = {
        let rows = rows.clone();
        on_mount(move |container| {
            rows.set_container(container.clone());
            // What holds the listener, and what the listener holds, would keep
            // each other for ever.
            let held = Rc::downgrade(&rows);
            add_listener(&container, "click", move |event| {
                let target = event.target().and_then(|target| target.dyn_into().ok());
                if let (Some(target), Some(rows)) = (target, held.upgrade()) {
                    click(&rows, &target);
                }
            });
            let rows = rows.clone();
            effect(Box::new(move || rows.update()));
        })
    };
    let filter_place = on_mount(move |place| rows.set_filter_place(place));
    view! {
        <div class="late" use:on_mount_with=filter_place></div>
        <div
            role="list"
            part="list"
            class="list"
            aria-label=move || Some(name())
            hidden=ui.attribute_in(section, |model, section| !model.has_entries(section))
            use:on_mount_with=set_up
        ></div>
        <p part="empty" class="empty" hidden=not_empty>
            <slot
                name=by_section(section, "empty", "phones-empty")
                use:on_mount_with=parts::write(ui.word(by_section(section, Message::NoEmailAddresses, Message::NoPhoneNumbers)))
            ></slot>
        </p>
        {parts::paragraph("hint", "hint", no_reason, ui.word(reason))}
    }
}

/// True if the section has neither addresses nor pending verifications.
fn is_empty(model: &Model, section: Section) -> bool {
    let is_here = |it: &Verification| Section::from_medium(&it.medium) == Some(section);
    let is_pending = !model.is_readonly() && model.visible_verifications().any(is_here);
    model.list.entries().is_some() && !model.has_entries(section) && !is_pending
}

/// Sends the action of the button of an entry.
fn click(rows: &FirstRows, target: &Element) {
    let closest = |selector| target.closest(selector).ok().flatten();
    if let (Some(_), Some(entry)) = (closest("button"), closest(ENTRY)) {
        rows.click(&entry, closest(".share").is_some());
    }
}
