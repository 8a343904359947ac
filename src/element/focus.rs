//! Sets focus and text of elements in the shadow root.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use crate::flow::{Focus, Section};
use crate::locale::{digits, phones};
use crate::ui;

/// Sets the focus, if the element is rendered.
pub fn focus(root: &ShadowRoot, target: &Focus) {
    // An address may be added while the person types another: let them.
    if matches!(target, Focus::Entry(..)) && find(root, "input:focus").is_some() {
        return;
    }
    let selector = match target {
        Focus::Field(section) => ["#", ui::field_id(*section)].concat(),
        Focus::NewPassword => ["#", ui::NEW_PASSWORD].concat(),
        Focus::RepeatedPassword => ["#", ui::REPEATED_PASSWORD].concat(),
        Focus::TryAgain(section) => [".", ui::class(*section), " .form .alert button"].concat(),
        Focus::Group(id) => ["#", &ui::group_id(*id)].concat(),
        Focus::Terms => ["#", ui::TERMS].concat(),
        Focus::ShareButton(section, at) => entry(*section, *at) + " .share button",
        Focus::Dialog => {
            put(root, "dialog[open] h2");
            // If there is one to be typed into, rather there.
            "dialog[open] input:not([tabindex])".to_owned()
        }
        Focus::Code(id) => ["#", &ui::code_id(*id)].concat(),
        Focus::Entry(section, at) => entry(*section, *at),
        Focus::RemoveButton(section, at) => entry(*section, *at) + " button",
    };
    put(root, &selector);
}

fn put(root: &ShadowRoot, selector: &str) {
    if let Some(element) = find(root, selector) {
        // An element without focus is no reason to fail.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

fn entry(section: Section, at: usize) -> String {
    let at = digits(at + 1);
    [".", ui::class(section), " ", ui::ENTRY, ":nth-child(", &at, ")"].concat()
}

/// Sets and selects the text of a field.
pub fn fill_field(root: &ShadowRoot, section: Section, text: &str) {
    if let Some(field) = find(root, &["#", ui::field_id(section)].concat()) {
        let field: HtmlInputElement = field.unchecked_into();
        match section {
            Section::Emails => field.set_value(text),
            Section::Phones => phones::fill(&field, text),
        }
        if !text.is_empty() {
            field.select();
        }
    }
}

/// Submits the open dialog, or the form for a new password.
pub fn submit_dialog(root: &ShadowRoot) {
    let button = |form: &str| find(root, &[form, " [type=submit]"].concat());
    if let Some(button) = button("dialog[open]").or_else(|| button("form.fields")) {
        button.unchecked_into::<HtmlElement>().click();
    }
}

fn find(root: &ShadowRoot, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}
