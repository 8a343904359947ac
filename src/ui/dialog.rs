//! A modal dialog: the browser's own, which traps and gives back the focus.

use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

use super::parts::{self, Button, effect, listen, setup, with};
use super::{Act, Flag, Text, Ui, status};
use crate::locale::Word;

/// Events that are nobody else's business: the host page's shortcuts stay
/// quiet, and its own dialogs open.
const KEPT_IN: [&str; 5] = ["keydown", "keyup", "keypress", "focusin", "focusout"];

/// What a person can type into; not what is there for password managers.
const FIELD: &str = "input:not([tabindex])";
const TITLE: &str = "h2";

/// What a dialog is made of.
pub struct Dialog<B> {
    /// The id of the title.
    pub id: &'static str,
    /// When it is shown.
    pub open: Flag,
    /// The title.
    pub title: Text,
    /// What is between the title and the buttons.
    pub body: B,
    /// The button that goes on.
    pub submit: Button,
    /// What that does, and Enter.
    pub go_on: Act,
    /// What "Cancel" does, and Escape.
    pub dismiss: Act,
}

impl<B: IntoView> Dialog<B> {
    /// Draws it.
    pub fn view(self, ui: &Ui) -> impl IntoView + use<B> {
        let Dialog { id, open, title, body, submit, go_on, dismiss } = self;
        let cancel = Button::new(ui.word(Word::Cancel)).view(Some(dismiss.clone()));
        let submit = submit.submit().view(None);
        let limit_over = parts::status(status::limit_over(ui));
        let wire = setup(move |dialog| wire(dialog, &open, &go_on, &dismiss));
        view! {
            <dialog part="dialog" class="dialog" aria-labelledby=id use:with=wire>
                <form novalidate>
                    <h2 id=id part="dialog-title" class="title" tabindex="-1">
                        {title}
                    </h2>
                    {body}
                    {limit_over}
                    <div part="dialog-footer" class="actions footer">
                        {submit}
                        {cancel}
                    </div>
                </form>
            </dialog>
        }
    }
}

fn wire(dialog: Element, open: &Flag, go_on: &Act, dismiss: &Act) {
    for event in KEPT_IN {
        listen(&dialog, event, |event| {
            event.stop_propagation();
            press_once(event);
        });
    }
    let go_on = go_on.clone();
    listen(&dialog, "submit", move |event| {
        event.prevent_default();
        go_on();
    });
    let dismiss = dismiss.clone();
    listen(&dialog, "cancel", move |event| {
        event.prevent_default();
        dismiss();
    });
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    let open = open.clone();
    effect(Box::new(move || match (open(), dialog.open()) {
        (true, false) => {
            // Fails where it is not in the page any more: nothing to be shown.
            drop(dialog.show_modal());
            focus_first(dialog.clone());
        }
        (false, true) => dialog.close(),
        (true, true) | (false, false) => {}
    }));
}

/// Puts the focus into the field, once that is shown as well; without one, on
/// the title: an Enter that is still held down presses nothing.
fn focus_first(dialog: HtmlDialogElement) {
    spawn_local(async move {
        tick().await;
        for wanted in [TITLE, FIELD] {
            if let Ok(Some(element)) = dialog.query_selector(wanted) {
                drop(element.unchecked_into::<HtmlElement>().focus());
            }
        }
    });
}

/// Enter held down repeats: of its `keydown`s, only the first presses.
pub fn press_once(event: Event) {
    if event.type_() == "keydown" {
        let key: &KeyboardEvent = event.unchecked_ref();
        if key.repeat() && key.key() == "Enter" {
            event.prevent_default();
        }
    }
}
