//! Finds things in the shadow root: to put the focus there, or a text.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use crate::flow::Focus;
use crate::ui;

/// Puts the focus there, if it is on the screen.
pub fn focus(root: &ShadowRoot, target: &Focus) {
    let element = match target {
        Focus::Field => find(root, &["#", ui::FIELD].concat()),
        Focus::Group(id) => find(root, &["#", &ui::group_id(*id)].concat()),
        Focus::Entry(address) => {
            let is = |entry: &Element| {
                let shown = entry.get_attribute(ui::ADDRESS).unwrap_or_default();
                crate::matrix::email::same(&shown, address)
            };
            all(root, &["[", ui::ADDRESS, "]"].concat()).find(is)
        }
        Focus::RemoveButton(at) => all(root, ui::REMOVE).nth(*at),
    };
    if let Some(element) = element {
        // An element without focus is no reason to fail.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
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

fn all(root: &ShadowRoot, selector: &str) -> impl Iterator<Item = Element> {
    let list = root.query_selector_all(selector).ok();
    let length = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..length).filter_map(move |at| Some(list.as_ref()?.get(at)?.unchecked_into()))
}
