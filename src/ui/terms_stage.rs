//! Documents of `m.login.terms`, accepted one by one.

use js_sys::WeakRef;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::rc::Rc;
use web_sys::Element;

use super::auth_dialog::{hidden_unless, stage};
use super::late_functions::with_late_functions;
use super::parts::{effect, on_mount, on_mount_with};
use super::{Settings, Ui, ViewState};
use crate::locale::Message;
use crate::matrix::json::{Json, object, to_js};
use crate::matrix::uia::{self, Document};
use crate::model::Stage;

/// Container of the documents. Held weakly, because a listener in the dialog
/// holds this value.
pub type Container = Rc<OnceCell<WeakRef<Element>>>;

/// Renders a checkbox for each document.
pub fn documents(ui: &Ui, container: Container) -> impl IntoView + use<> {
    let children = {
        let state = ui.state.clone();
        on_mount(move |element: Element| {
            // Made once, with the dialog.
            let _ = container.set(WeakRef::new(&element));
            let state = state.clone();
            effect(Box::new(move || {
                state.with(|ViewState { model, settings: Settings { locale, .. }, .. }| {
                    let documents = match (stage(model), model.active_uia()) {
                        (Some(Stage::Terms), Some((_, uia))) => {
                            uia::documents(&uia.challenge.params)
                        }
                        _ => Vec::new(),
                    };
                    let to_json = |Document { language, text, url }| {
                        object()
                            .string("language", &language)
                            .string("text", &text)
                            .optional_string("url", url.as_deref())
                            .build()
                    };
                    let drawn = documents.into_iter().map(|translations| {
                        Json::Array(translations.into_iter().map(to_json).collect())
                    });
                    let drawn = to_js(&Json::Array(drawn.collect()));
                    let text = locale.message(Message::AcceptPolicy);
                    with_late_functions(|functions| {
                        functions.render_terms(&element, &drawn, text, &locale.tag);
                    });
                });
            }));
        })
    };
    let hidden = hidden_unless(ui, |model| matches!(stage(model), Some(Stage::Terms)));
    view! { <div class="terms" hidden=hidden use:on_mount_with=children></div> }
}

/// True if all documents are accepted.
pub fn are_accepted(container: &Container) -> bool {
    let element = container.get().and_then(WeakRef::deref);
    let are_accepted = element.and_then(|element| {
        with_late_functions(|functions| functions.are_terms_accepted(&element))
    });
    are_accepted == Some(true)
}
