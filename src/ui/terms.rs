//! Documents to be accepted, one by one.

use js_sys::WeakRef;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::parts::{effect, setup, with};
use super::{Model, Settings, Ui};
use crate::flow::Flow;
use crate::locale::Word;
use crate::matrix::{Json, accepted_terms, json};

#[wasm_bindgen(module = "/src/ui/terms.js")]
extern "C" {
    fn draw(container: &Element, policies: &JsValue, tag: &str, text: &str);
    fn accepted(container: &Element) -> JsValue;
}

/// Where the documents are. Held weakly: a listener in the dialog holds this.
pub type Container = Rc<OnceCell<WeakRef<Element>>>;

/// A checkbox for each document of these policies; nothing, without them.
pub fn documents(
    ui: &Ui,
    container: Container,
    policies: fn(&Flow) -> Option<&Json>,
) -> impl IntoView + use<> {
    let children = {
        let model = ui.model.clone();
        setup(move |element: Element| {
            // Made once, with what they stand in.
            let _ = container.set(WeakRef::new(&element));
            let model = model.clone();
            effect(Box::new(move || {
                model.with(|Model { flow, settings: Settings { locale, .. }, .. }| {
                    let policies = policies(flow).map_or(JsValue::NULL, json::to_js);
                    draw(&element, &policies, &locale.tag, locale.word(Word::Accept));
                });
            }));
        })
    };
    view! { <div class="terms" use:with=children></div> }
}

/// The URLs of the documents, if each is accepted.
pub fn accepted_documents(container: &Container) -> Option<Vec<String>> {
    let element = container.get().and_then(WeakRef::deref)?;
    match json::from_js(accepted(&element))? {
        accepted @ Json::Object(_) => Some(accepted_terms::read(&accepted)),
        _ => None,
    }
}
