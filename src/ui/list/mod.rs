//! List of confirmed addresses. Above a long list, there is a field to find
//! entries.
//!
//! An account usually has two or three entries, but a server can send
//! thousands. So entries are no views of their own, with closures that would run
//! at each change of the state: [`rows`] copies one template, and changes the
//! texts of the copies.

mod focus;
mod js;
mod row;
mod rows;

use std::rc::{Rc, Weak};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

pub use focus::FocusRequest;
use rows::Rows;

use super::parts::{self, Field, add_listener, effect, on_mount, on_mount_with};
use super::{Ui, add_form, by_section};
use crate::locale::Message;
use crate::model::{Input, Model, Section, Verification};

/// Selector of the entries.
const ENTRY: &str = ".entry";

/// Renders the list, or the text of an empty list.
pub fn list(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let rows = Rows::new(ui, section);
    let name = ui.word(by_section(section, Message::EmailAddresses, Message::PhoneNumbers));
    let not_empty = ui.attribute_in(section, |model, section| !is_empty(model, section));
    let no_reason = ui.attribute_in(section, |model, section| {
        !is_empty(model, section) || add_form::is_hidden(model)
    });
    let reason = by_section(section, Message::WhyEmail, Message::WhyPhone);
    let set_up = {
        let (ui, rows) = (ui.clone(), rows.clone());
        on_mount(move |container| {
            rows.set_container(container.clone());
            // What holds the listener, and what the listener holds, would keep
            // each other for ever.
            let (clicked, held) = (ui.clone(), Rc::downgrade(&rows));
            add_listener(&container, "click", move |event| {
                let target = event.target().and_then(|target| target.dyn_into().ok());
                if let (Some(target), Some(rows)) = (target, held.upgrade()) {
                    click(&clicked, &rows, &target);
                }
            });
            let rows = rows.clone();
            effect(Box::new(move || rows.update()));
        })
    };
    view! {
        {filter(ui, section, &rows)}
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

/// Renders the field to find entries, and the number of those found. It is
/// hidden until the list is long.
fn filter(ui: &Ui, section: Section, rows: &Rc<Rows>) -> impl IntoView + use<> {
    let [id, count] =
        by_section(section, ["filter-emails", "found-emails"], ["filter-phones", "found-phones"]);
    let set_up = {
        let rows = rows.clone();
        on_mount(move |group| rows.set_filter_group(group))
    };
    let typed = {
        let held = Rc::downgrade(rows);
        on_mount(move |field| {
            let held: Weak<Rows> = held.clone();
            add_listener(&field, "input", move |event| {
                if let (Some(field), Some(rows)) = (event.current_target(), held.upgrade()) {
                    rows.filter(&field.unchecked_into::<HtmlInputElement>().value());
                }
            });
        })
    };
    let field = Field {
        id: id.to_owned(),
        kind: "search",
        mode: None,
        autocomplete: "off",
        enter: "search",
        error: count.to_owned(),
        wrong: std::sync::Arc::new(|| false),
        readonly: std::sync::Arc::new(|| None),
        setup: typed,
    };
    view! {
        <div hidden={"hidden"} use:on_mount_with=set_up>
            {parts::label(id.to_owned(), ui.word(Message::FindInList))}
            {field.view()}
            <p id=count role="status" part="status" class="status" use:on_mount_with=on_mount(drop)></p>
        </div>
    }
}

/// Sends the action of the button of an entry.
fn click(ui: &Ui, rows: &Rows, target: &Element) {
    let closest = |selector| target.closest(selector).ok().flatten();
    let (Some(_), Some(entry)) = (closest("button"), closest(ENTRY)) else { return };
    let Some((medium, address)) = rows.address_of(&entry) else { return };
    ui.send(match closest(".share") {
        None => Input::RemoveRequested { medium, address },
        Some(_) => match ui.with_untracked(|model: &Model| model.is_shared(&medium, &address)) {
            Some(true) => Input::UnshareRequested { medium, address },
            Some(false) | None => {
                Input::Share { medium, address, secret: (ui.new_client_secret)() }
            }
        },
    });
}
