//! Root view: sections, status line and dialogs.

use std::rc::Rc;
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::parts::{self, effect, setup, with};
use super::{
    Attribute, Model, Settings, Ui, addresses, auth_dialog, identity, password, remove_dialog,
    status,
};
use crate::flow::Flow;

/// True while the content between the tags is displayed.
fn shows_placeholder(model: &Model) -> bool {
    model.settings.has_placeholder && model.flow.is_loading()
}

/// Renders the view that is mounted into the shadow root.
pub fn section(ui: Ui) -> impl IntoView {
    let attribute = |read: fn(&Model) -> bool| -> Attribute {
        let model = ui.model.clone();
        parts::attribute("", Arc::new(move || model.with(read)))
    };
    let sections = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let keys = move || model.with(|model| addresses::keys(&model.flow));
            let ui = ui.clone();
            let mount = move |parent, key: &str| -> parts::Mounted {
                let ui = ui.clone();
                if key == addresses::PASSWORD {
                    return Box::new(mount_to(parent, move || password::password(&ui)));
                }
                let (section, first) = addresses::of_key(key);
                Box::new(mount_to(parent, move || addresses::addresses(&ui, section, first)))
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let region_set_up = {
        let model = ui.model.clone();
        setup(move |section| {
            let model = model.clone();
            effect(Box::new(move || {
                model.with(|Model { settings: Settings { locale, .. }, .. }| {
                    // Not the page's, if this language is not to be had.
                    drop(section.set_attribute("lang", &locale.tag));
                    drop(section.set_attribute("dir", locale.direction()));
                });
            }));
        })
    };
    view! {
        <slot hidden=attribute(|model| !shows_placeholder(model))></slot>
        <div
            part="base"
            class="base"
            aria-busy=parts::attribute("true", ui.flag(Flow::is_loading))
            hidden=attribute(shows_placeholder)
            use:with=region_set_up
        >
            <div class="sections" use:with=sections></div>
            {identity::part(&ui, None)}
            {status::changes(&ui)}
            {parts::status(status::notice(&ui))}
            // An expression, or Leptos would write it with `innerHTML`.
            <slot name={"footer"}></slot>
            {remove_dialog::remove_dialog(&ui)}
            {auth_dialog::auth_dialog(&ui)}
        </div>
    }
}
