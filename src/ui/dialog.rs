//! Modal dialog. It is the browser's own, which traps and restores the focus.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::parts::{self, Button, effect, listen, setup, with};
use super::{Act, Flag, Text, Ui, status};
use crate::locale::Word;

#[wasm_bindgen(module = "/src/ui/dialog.js")]
extern "C" {
    fn show(dialog: &Element, wanted: bool);
    /// True if the element and each frame around it are rendered.
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(element: &Element) -> bool;
}

/// Parts of a dialog.
pub struct Dialog<B> {
    /// Id of the title.
    pub id: &'static str,
    /// True while the dialog is open.
    pub open: Flag,
    /// Title of the dialog.
    pub title: Text,
    /// Content between the title and the buttons.
    pub body: B,
    /// Primary button.
    pub submit: Button,
    /// Action of the primary button, and of Enter.
    pub go_on: Act,
    /// Action of "Cancel", and of Escape.
    pub dismiss: Act,
}

impl<B: IntoView> Dialog<B> {
    /// Renders the dialog.
    pub fn view(self, ui: &Ui) -> impl IntoView + use<B> {
        let Dialog { id, open, title, body, submit, go_on, dismiss } = self;
        let cancel = Button::new(ui.word(Word::Cancel)).view(Some(dismiss.clone()));
        let submit = submit.submit().view(None);
        let limit_over = parts::status(status::limit_over(ui));
        let wire = setup(move |dialog| wire(dialog, &open, &go_on, &dismiss));
        view! {
            <dialog part="dialog" class="dialog" aria-labelledby=id use:with=wire>
                <form novalidate>
                    <h2
                        id=id
                        part="dialog-title"
                        class="title"
                        tabindex="-1"
                        use:with=parts::write(title)
                    ></h2>
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
    let open = open.clone();
    effect(Box::new(move || show(&dialog, open())));
}
