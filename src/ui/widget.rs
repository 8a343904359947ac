//! Root view: sections, status line and dialogs.

use std::rc::Rc;
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::parts::{self, effect, on_mount, on_mount_with};
use super::{
    AttrSignal, Settings, Ui, ViewState, auth_dialog, identity_server, password_form,
    remove_dialog, section, status,
};
use crate::model::Model;

/// True while the content between the tags is displayed.
fn shows_placeholder(state: &ViewState) -> bool {
    state.settings.has_placeholder && state.model.is_loading()
}

/// Renders the view that is mounted into the shadow root.
pub fn widget(ui: Ui) -> impl IntoView {
    let attribute = |read: fn(&ViewState) -> bool| -> AttrSignal {
        let state = ui.state.clone();
        parts::attribute("", Arc::new(move || state.with(read)))
    };
    let sections = {
        let ui = ui.clone();
        on_mount(move |container| {
            let state = ui.state.clone();
            let keys = move || state.with(|state| section::keys(&state.model));
            let ui = ui.clone();
            let mount = move |parent, key: &str| -> parts::Mounted {
                let ui = ui.clone();
                if key == section::PASSWORD {
                    return Box::new(mount_to(parent, move || password_form::password(&ui)));
                }
                let (section, first) = section::parse_key(key);
                Box::new(mount_to(parent, move || section::section(&ui, section, first)))
            };
            parts::keyed_list(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let region_set_up = {
        let state = ui.state.clone();
        on_mount(move |section| {
            let state = state.clone();
            effect(Box::new(move || {
                state.with(|ViewState { settings: Settings { locale, .. }, .. }| {
                    // Not the page's, if this language is not to be had.
                    drop(section.set_attribute("lang", &locale.tag));
                    drop(section.set_attribute("dir", locale.direction()));
                });
            }));
        })
    };
    view! {
        <slot hidden=attribute(|state| !shows_placeholder(state))></slot>
        <div
            part="base"
            class="base"
            aria-busy=parts::attribute("true", ui.flag(Model::is_loading))
            hidden=attribute(shows_placeholder)
            use:on_mount_with=region_set_up
        >
            <div class="sections" use:on_mount_with=sections></div>
            {identity_server::lazy_identity_view(&ui, None)}
            {status::permissions_notice(&ui)}
            <div class="visually-hidden">{parts::status(status::limit_over(&ui))}</div>
            // An expression, or Leptos would write it with `innerHTML`.
            <slot name={"footer"}></slot>
            {remove_dialog::remove_dialog(&ui)}
            {auth_dialog::auth_dialog(&ui)}
        </div>
    }
}
