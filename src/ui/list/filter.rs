//! Field to find entries of a long list.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::super::parts::{self, Field, add_listener, on_mount, on_mount_with};
use super::super::{Ui, by_section};
use super::rows::Rows;
use crate::locale::Message;
use crate::model::Section;

/// Renders the field to find entries, and the number of those found. It is
/// hidden until the list is long.
pub fn filter(ui: &Ui, section: Section, rows: &Rc<Rows>) -> impl IntoView + use<> {
    let [id, count] =
        by_section(section, ["filter-emails", "found-emails"], ["filter-phones", "found-phones"]);
    let set_up = {
        // The rows hold this view.
        let held = Rc::downgrade(rows);
        on_mount(move |group| {
            if let Some(rows) = held.upgrade() {
                rows.set_filter_group(group);
            }
        })
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
        wrong: Arc::new(|| false),
        readonly: Arc::new(|| None),
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
