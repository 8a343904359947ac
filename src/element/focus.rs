//! Finds things in the shadow root: to put the focus there, or a text.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use crate::flow::Focus;
use crate::ui;

/// Puts the focus there, if it is on the screen.
pub fn focus(root: &ShadowRoot, target: &Focus) {
    let selector = match target {
        Focus::Field => ["#", ui::FIELD].concat(),
        Focus::Group(id) => ["#", &ui::group_id(*id)].concat(),
        Focus::Entry(at) => entry(*at),
        Focus::RemoveButton(at) => entry(*at) + " button",
    };
    if let Some(element) = find(root, &selector) {
        // An element without focus is no reason to fail.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

fn entry(at: usize) -> String {
    [ui::ENTRY, ":nth-child(", &(at + 1).to_string(), ")"].concat()
}

/// Puts a text into the field, selected.
pub fn fill_field(root: &ShadowRoot, text: &str) {
    if let Some(field) = find(root, &["#", ui::FIELD].concat()) {
        let field: HtmlInputElement = field.unchecked_into();
        field.set_value(text);
        if !text.is_empty() {
            field.select();
        }
    }
}

fn find(root: &ShadowRoot, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}
