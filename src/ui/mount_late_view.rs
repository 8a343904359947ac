//! Mounts the views that the browser loads after the first list.

use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::late_view::LateView;
use super::parts::{self, Mounted};
use super::{
    ErrorSource, Ui, add_form, auth_dialog, error_alert, identity_server, password_form,
    password_reset, remove_dialog, status, verification,
};
use crate::model::{Input, Model};

/// Mounts a view. This function, and what only it calls, is loaded late.
pub fn mount_late_view(ui: &Ui, view: &LateView, parent: HtmlElement) -> Mounted {
    let ui = ui.clone();
    match *view {
        LateView::Element => Box::new(mount_to(parent, move || {
            view! {
                {identity_server::lazy_identity_view(&ui)}
                {status::permissions_notice(&ui)}
                <div class="visually-hidden">{parts::status(status::limit_over(&ui))}</div>
                {remove_dialog::remove_dialog(&ui)}
                {auth_dialog::auth_dialog(&ui)}
            }
        })),
        LateView::SectionStatus { section, is_first } => Box::new(mount_to(parent, move || {
            let of_everything = is_first.then(|| {
                view! {
                    {status::banner(&ui)}
                    {error_alert::alert(
                        &ui,
                        "list-error".to_owned(),
                        ui.error_signal(ErrorSource::Page(|model| model.list.problem())),
                        Some((ui.dispatcher(|| Input::Refresh), Arc::new(|| true))),
                    )}
                }
            });
            view! {
                {status::notice(&ui, Some(section))}
                {of_everything}
            }
        })),
        LateView::Verifications(section) => {
            Box::new(mount_to(parent, move || verification::verification_list(&ui, section)))
        }
        LateView::FormError(section) => {
            Box::new(mount_to(parent, move || add_form::form_error(&ui, section)))
        }
        LateView::Password => match ui.with_untracked(Model::is_reset) {
            true => Box::new(mount_to(parent, move || password_reset::password_reset(&ui))),
            false => Box::new(mount_to(parent, move || password_form::password(&ui))),
        },
    }
}
