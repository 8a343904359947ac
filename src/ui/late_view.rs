//! Views that the browser loads after the first list. Their places are in the
//! document from the start; the views are mounted when their code is there.

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::Ui;
use super::list::CreateRows;
use super::parts::{self, Mounted, on_mount, on_mount_with};
use crate::model::Section;

/// View of a place.
#[derive(Clone, Copy, PartialEq)]
pub enum LateView {
    /// Identity server, permissions, status line and dialogs.
    Element,
    /// Status line of a section. The first one also has the state of the session,
    /// and the error of the list.
    SectionStatus {
        /// The section.
        section: Section,
        /// True for the first section.
        is_first: bool,
    },
    /// Groups of pending verifications.
    Verifications(Section),
    /// Error of the form for a new address.
    FormError(Section),
    /// Everything of an element with a form for a new password.
    Password,
}

/// Functions for the views that are loaded late.
#[derive(Clone, Copy)]
pub struct LateViews {
    /// Function that mounts a view at the end of an element.
    pub mount: fn(&Ui, &LateView, HtmlElement) -> Mounted,
    /// Function that creates all rows of a list.
    pub create_rows: CreateRows,
}

/// Renders the place of a view.
pub fn late_view(ui: &Ui, view: LateView) -> impl IntoView + use<> {
    let ui = ui.clone();
    let set_up = on_mount(move |container| {
        let state = ui.state.clone();
        // One child without a name, or none.
        let keys = move || match state.with(|state| state.late_views) {
            Some(_) => vec![String::new()],
            None => Vec::new(),
        };
        let (ui, view) = (ui.clone(), view);
        let mount = move |parent, _: &str| -> Mounted {
            match ui.state.with_untracked(|state| state.late_views) {
                Some(views) => (views.mount)(&ui, &view, parent),
                None => Box::new(()),
            }
        };
        parts::keyed_list(container, Rc::new(keys), Rc::new(mount));
    });
    view! { <div class="late" use:on_mount_with=set_up></div> }
}
