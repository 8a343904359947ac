//! Documents of `m.login.terms`, accepted one by one.

use js_sys::WeakRef;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::auth_dialog::{stage, unless};
use super::parts::{effect, setup, with};
use super::{Model, Settings, Ui};
use crate::flow::Stage;
use crate::locale::Word;
use crate::matrix::json::{Json, object, to_js};
use crate::matrix::uia::{self, Document};

#[wasm_bindgen(module = "/src/ui/terms.js")]
extern "C" {
    fn draw(container: &Element, documents: &JsValue, text: &str);
    fn accepted(container: &Element) -> bool;
}

/// Container of the documents. Held weakly, because a listener in the dialog
/// holds this value.
pub type Container = Rc<OnceCell<WeakRef<Element>>>;

/// Renders a checkbox for each document.
pub fn documents(ui: &Ui, container: Container) -> impl IntoView + use<> {
    let children = {
        let model = ui.model.clone();
        setup(move |element: Element| {
            // Made once, with the dialog.
            let _ = container.set(WeakRef::new(&element));
            let model = model.clone();
            effect(Box::new(move || {
                model.with(|Model { flow, settings: Settings { locale, .. }, .. }| {
                    let documents = match (stage(flow), flow.in_front()) {
                        (Some(Stage::Terms), Some((_, uia))) => {
                            uia::documents(&uia.challenge.params, &locale.tag)
                        }
                        _ => Vec::new(),
                    };
                    let drawn = documents.into_iter().map(|Document { text, url }| {
                        object().text("text", &text).maybe_text("url", url.as_deref()).done()
                    });
                    let drawn = to_js(&Json::Array(drawn.collect()));
                    draw(&element, &drawn, locale.word(Word::Accept));
                });
            }));
        })
    };
    let hidden = unless(ui, |flow| matches!(stage(flow), Some(Stage::Terms)));
    view! { <div class="terms" hidden=hidden use:with=children></div> }
}

/// True if all documents are accepted.
pub fn are_accepted(container: &Container) -> bool {
    container.get().and_then(WeakRef::deref).is_some_and(|element| accepted(&element))
}
