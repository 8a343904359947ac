//! The whole: heading, list, pending groups, form, status line, dialogs.

use std::sync::Arc;

use leptos::prelude::*;

use super::parts::{self, effect, listen, setup, with};
use super::{
    Attribute, Model, NO_ID, Settings, Ui, add_form, alert, auth_dialog, dialog, list, pending,
    remove_dialog, status,
};
use crate::flow::{Flow, Input};
use crate::locale::{Word, digits};

/// Whether the embedder's own content is shown in our place.
fn shows_placeholder(model: &Model) -> bool {
    model.settings.has_placeholder && model.flow.is_loading()
}

/// What is mounted into the shadow root.
pub fn section(ui: Ui) -> impl IntoView {
    let attribute = |read: fn(&Model) -> bool| -> Attribute {
        let model = ui.model.clone();
        parts::attribute("", Arc::new(move || model.with(read)))
    };
    let region = ui.word(Word::EmailAddresses);
    // Leptos knows no attribute of this name.
    let level = {
        let model = ui.model.clone();
        setup(move |heading| {
            let model = model.clone();
            effect(Box::new(move || {
                let level = model.with(|model| model.settings.heading_level);
                drop(heading.set_attribute("aria-level", &digits(level.into())));
            }));
        })
    };
    let region_set_up = {
        let model = ui.model.clone();
        setup(move |section| {
            listen(&section, "keydown", dialog::press_once);
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
        <section
            part="base"
            class="base"
            aria-label=move || Some(region())
            aria-busy=parts::attribute("true", ui.flag(Flow::is_loading))
            hidden=attribute(shows_placeholder)
            use:with=region_set_up
        >
            <div
                part="heading"
                class="heading"
                role="heading"
                hidden=attribute(|model| model.settings.without_heading)
                use:with=level
            >
                <slot name="heading">{ui.word(Word::EmailAddresses)}</slot>
            </div>
            <p class="loading" part="hint" hidden=ui.attribute(|flow| !flow.is_loading())>
                {parts::spinner(Arc::new(|| None))}
                {ui.word(Word::Loading)}
            </p>
            {status::banner(&ui)}
            {list::list(&ui)}
            {alert::alert(
                &ui,
                "list-error".to_owned(),
                ui.trouble(NO_ID, |flow, _| flow.list.problem()),
                ui.sends(|| Input::Refresh),
            )}
            {status::changes(&ui)}
            {pending::groups(&ui)}
            {add_form::add_form(&ui)}
            {parts::status(status::notice(&ui))}
            // An expression, or Leptos would write it with `innerHTML`.
            <slot name={"footer"}></slot>
            {remove_dialog::remove_dialog(&ui)}
            {auth_dialog::auth_dialog(&ui)}
        </section>
    }
}
