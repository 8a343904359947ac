//! Documents to be accepted, one by one.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::auth_dialog::{stage, unless};
use super::parts::{self, setup, with};
use super::{Model, Ui};
use crate::flow::Stage;
use crate::locale::Word;
use crate::matrix::terms::{self, Document};

/// The documents, in the language of the element.
fn of(model: &Model) -> Vec<Document> {
    match (stage(&model.flow), model.flow.in_front()) {
        (Some(Stage::Terms), Some((_, uia))) => {
            terms::documents(&uia.challenge, &model.settings.locale.tag)
        }
        _ => Vec::new(),
    }
}

/// A checkbox for each document.
pub fn documents(ui: &Ui) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let keys = {
                let model = model.clone();
                let key = |it: Document| it.name + " " + &it.url.unwrap_or_default();
                move || model.with(|model| of(model).into_iter().map(key).collect())
            };
            let ui = ui.clone();
            let mount = move |parent, wanted: &str| -> parts::Mounted {
                let documents = model.with_untracked(of);
                let is = |it: &Document| wanted.starts_with(&*it.name);
                match documents.into_iter().find(is) {
                    Some(document) => {
                        let ui = ui.clone();
                        Box::new(mount_to(parent, move || choice(&ui, document)))
                    }
                    None => Box::new(()),
                }
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let hidden = unless(ui, |flow| matches!(stage(flow), Some(Stage::Terms)));
    view! { <div class="terms" hidden=hidden use:with=children></div> }
}

fn choice(ui: &Ui, document: Document) -> impl IntoView + use<> {
    let Document { name, url } = document;
    let part = |at: usize| {
        ui.text_of(at, |at, _, locale| {
            let parts = locale.word(Word::Accept).split_once("{}").unwrap_or_default();
            if *at == 0 { parts.0 } else { parts.1 }.to_owned()
        })
    };
    view! {
        <label class="choice">
            <input type="checkbox" required=true />
            <span>
                {part(0)} <a class="link shown" href=url target="_blank" rel="noopener noreferrer">
                    {name}
                </a> {part(1)}
            </span>
        </label>
    }
}

/// Whether each is accepted; the browser says so of the first that is not.
/// `field` is any field of the dialog's.
pub fn are_accepted(field: Option<&HtmlInputElement>) -> bool {
    let missing = field.and_then(HtmlInputElement::form).and_then(|form| {
        let form: &Element = form.unchecked_ref();
        form.query_selector(":required:not(:checked)").ok().flatten()
    });
    let Some(missing) = missing else { return true };
    missing.unchecked_into::<HtmlInputElement>().report_validity()
}
