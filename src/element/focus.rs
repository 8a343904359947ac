//! Sets focus and text of elements in the shadow root.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use crate::locale::{format_digits, phone_numbers};
use crate::model::{FocusTarget, Section};
use crate::ui;

/// Sets the focus, if the element is rendered.
pub fn focus(root: &ShadowRoot, target: &FocusTarget) {
    // An address may be added while the person types another: let them.
    if matches!(target, FocusTarget::Entry(..)) && find(root, "input:focus").is_some() {
        return;
    }
    let selector = match target {
        FocusTarget::Field(section) => ["#", ui::field_id(*section)].concat(),
        FocusTarget::NewPassword => ["#", ui::NEW_PASSWORD].concat(),
        FocusTarget::RepeatedPassword => ["#", ui::REPEATED_PASSWORD].concat(),
        FocusTarget::TryAgain(section) => [".", ui::class(*section), " .form .alert"].concat(),
        FocusTarget::Verification(id) => ["#", &ui::group_id(*id)].concat(),
        FocusTarget::Terms => ["#", ui::TERMS].concat(),
        FocusTarget::ShareButton(section, at) => entry(*section, *at) + " .share button",
        FocusTarget::Dialog => {
            set_value(root, "dialog[open] h2");
            // If there is one to be typed into, rather there.
            "dialog[open] input:not([tabindex])".to_owned()
        }
        FocusTarget::Code(id) => ["#", &ui::code_id(*id)].concat(),
        FocusTarget::Entry(section, at) => entry(*section, *at),
        FocusTarget::RemoveButton(section, at) => entry(*section, *at) + " button",
    };
    set_value(root, &selector);
}

fn set_value(root: &ShadowRoot, selector: &str) {
    if let Some(element) = find(root, selector) {
        // An element without focus is no reason to fail.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

fn entry(section: Section, at: usize) -> String {
    let at = format_digits(at + 1);
    [".", ui::class(section), " ", ui::ENTRY, ":nth-child(", &at, ")"].concat()
}

/// Sets and selects the text of a field.
pub fn fill_field(root: &ShadowRoot, section: Section, text: &str) {
    if let Some(field) = find(root, &["#", ui::field_id(section)].concat()) {
        let field: HtmlInputElement = field.unchecked_into();
        match section {
            Section::Emails => field.set_value(text),
            Section::Phones => phone_numbers::fill(&field, text),
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
