//! A stage that is done on a page of the server's, in a window of its own.

use std::rc::Rc;
use std::sync::Arc;

use js_sys::encode_uri_component;
use leptos::prelude::*;

use super::auth_dialog::{stage, with_subject};
use super::parts::{self, Button, listen, setup, with};
use super::{Act, Attribute, Model, Ui};
use crate::flow::{Flow, Input, Stage};
use crate::locale::Word;

/// The name of the window, so that a second one is not opened.
const WINDOW: &str = "matrix-threepids-auth";

/// The address of the page that is in front.
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#fallback>
pub fn page_url(model: &Model) -> Option<String> {
    let (_, uia) = model.flow.in_front()?;
    let Stage::Page { name, .. } = uia.stage()? else { return None };
    let encode = |text| String::from(encode_uri_component(text));
    let session = encode(uia.challenge.session.as_deref()?);
    Some([&model.settings.pages, &*encode(name), "/fallback/web?session=", &session].concat())
}

fn is_open(flow: &Flow) -> bool {
    matches!(stage(flow), Some(Stage::Page { opened: true, .. }))
}

/// The link that opens it, where the browser did not let us; then, the button
/// that opens it again.
pub fn window(ui: &Ui) -> impl IntoView + use<> {
    let href: Attribute = {
        let model = ui.model.clone();
        Arc::new(move || model.with(page_url))
    };
    // It goes on leading there: it may be just about to be followed.
    let opened = ui.attribute(is_open);
    let follow = {
        let ui = ui.clone();
        setup(move |link| {
            let ui = ui.clone();
            listen(&link, "click", move |event| {
                // So we know the window. If not, the link itself opens it.
                with_subject(&ui, Input::OpenPage);
                if ui.now(is_open) {
                    event.prevent_default();
                } else {
                    with_subject(&ui, |subject| Input::PageOpened(subject, true));
                }
            });
        })
    };
    let again: Act = {
        let ui = ui.clone();
        Rc::new(move || with_subject(&ui, Input::OpenPage))
    };
    let hidden = {
        let open = ui.flag(is_open);
        parts::attribute("", Arc::new(move || !open()))
    };
    let again_button = Button::new(ui.word(Word::OpenAgain)).hidden_by(hidden);
    // The page tells its opener when it is done.
    view! {
        <a
            part="link"
            class="link button"
            href=href
            hidden=opened
            target=WINDOW
            rel="opener"
            use:with=follow
        >
            {ui.word(Word::OpenPage)}
        </a>
        {again_button.view(Some(again))}
    }
}
