//! Modal dialog. It is the browser's own, which traps and restores the focus.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::late_functions::with_late_functions;
use super::parts::{self, Button, add_listener, effect, on_mount, on_mount_with};
use super::{BoolSignal, Callback, TextSignal, Ui, status};
use crate::locale::Message;

#[wasm_bindgen(module = "/src/ui/visibility.js")]
extern "C" {
    /// True if the element and each frame around it are rendered.
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(element: &Element) -> bool;
}

/// Parts of a dialog.
pub struct Dialog<B> {
    /// Id of the title.
    pub id: &'static str,
    /// True while the dialog is open.
    pub open: BoolSignal,
    /// `role`, if it is not `dialog`.
    pub role: Option<&'static str>,
    /// Title of the dialog.
    pub title: TextSignal,
    /// Text below the title, which screen readers read with it.
    pub text: TextSignal,
    /// Content between that text and the buttons.
    pub body: B,
    /// Primary button.
    pub submit: Button,
    /// Action of the primary button, and of Enter.
    pub on_submit: Callback,
    /// Action of "Cancel", and of Escape.
    pub on_cancel: Callback,
}

impl<B: IntoView> Dialog<B> {
    /// Renders the dialog.
    pub fn render(self, ui: &Ui) -> impl IntoView + use<B> {
        let Dialog { id, open, role, title, text, body, submit, .. } = self;
        let (go_on, dismiss) = (self.on_submit, self.on_cancel);
        let text_id = [id, "-text"].concat();
        let cancel = Button::new(ui.word(Message::Cancel)).view(Some(dismiss.clone()));
        let submit = submit.submit().view(None);
        let limit_over = parts::status(status::limit_over(ui));
        let wire = on_mount(move |dialog| attach_listeners(dialog, &open, &go_on, &dismiss));
        view! {
            <dialog
                part="dialog"
                class="dialog"
                role=role
                aria-labelledby=id
                aria-describedby=text_id.clone()
                use:on_mount_with=wire
            >
                <form novalidate>
                    <h2
                        id=id
                        part="dialog-title"
                        class="title"
                        tabindex="-1"
                        use:on_mount_with=parts::write(title)
                    ></h2>
                    <p id=text_id.clone() class="text" use:on_mount_with=parts::write(text)></p>
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

fn attach_listeners(dialog: Element, open: &BoolSignal, go_on: &Callback, dismiss: &Callback) {
    let go_on = go_on.clone();
    add_listener(&dialog, "submit", move |event| {
        event.prevent_default();
        go_on();
    });
    let dismiss = dismiss.clone();
    add_listener(&dialog, "cancel", move |event| {
        event.prevent_default();
        dismiss();
    });
    let open = open.clone();
    effect(Box::new(move || {
        let is_open = open();
        with_late_functions(|functions| functions.show_dialog(&dialog, is_open));
    }));
}
