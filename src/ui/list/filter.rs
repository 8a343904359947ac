//! Field to find entries of a long list.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::super::parts::{self, Field, add_listener, on_mount, on_mount_with};
use super::super::{Ui, by_section};
use crate::locale::Message;
use crate::model::Section;

/// Renders the field to find entries, and the number of those found. It is
/// hidden until the list is long. `set_group` gets the element of both, and
/// `find` what the user types.
pub fn filter(
    ui: &Ui,
    section: Section,
    set_group: Rc<dyn Fn(Element)>,
    find: Rc<dyn Fn(&str)>,
) -> impl IntoView + use<> {
    let [id, count] =
        by_section(section, ["filter-emails", "found-emails"], ["filter-phones", "found-phones"]);
    let set_up = on_mount(move |group| set_group(group));
    let typed = on_mount(move |field| {
        let find = find.clone();
        add_listener(&field, "input", move |event| {
            if let Some(field) = event.current_target() {
                find(&field.unchecked_into::<HtmlInputElement>().value());
            }
        });
    });
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
