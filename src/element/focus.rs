//! Sets focus and text of elements in the shadow root.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use crate::locale::phone_numbers;
use crate::model::{FocusTarget, Section};
use crate::ui;

/// Sets the focus, if the element is rendered. The list itself sets it to
/// entries.
pub fn focus(root: &ShadowRoot, target: &FocusTarget) {
    let selector = match target {
        FocusTarget::Field(section) => ["#", ui::field_id(*section)].concat(),
        FocusTarget::NewPassword => ["#", ui::NEW_PASSWORD].concat(),
        FocusTarget::RepeatedPassword => ["#", ui::REPEATED_PASSWORD].concat(),
        FocusTarget::FormError(section) => [".", ui::class(*section), " .form .alert"].concat(),
        FocusTarget::Verification(id) => ["#", &ui::group_id(*id)].concat(),
        FocusTarget::Terms => ["#", ui::TERMS].concat(),
        FocusTarget::Dialog => {
            set_value(root, "dialog[open] h2");
            // If there is one to be typed into, rather there.
            "dialog[open] input:not([tabindex])".to_owned()
        }
        FocusTarget::Code(id) => ["#", &ui::code_id(*id)].concat(),
        FocusTarget::Entry(..) | FocusTarget::RemoveButton(..) | FocusTarget::ShareButton(..) => {
            return;
        }
    };
    set_value(root, &selector);
}

fn set_value(root: &ShadowRoot, selector: &str) {
    if let Some(element) = find(root, selector) {
        // An element without focus is no reason to fail.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
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
    if let Some(button) = button("dialog[open]").or_else(|| button("form.fields:not([hidden])")) {
        button.unchecked_into::<HtmlElement>().click();
    }
}

fn find(root: &ShadowRoot, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}
