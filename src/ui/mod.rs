//! Leptos components. They display the state and send the user's actions. They
//! make no decisions.
//!
//! Values that change are [`TextSignal`], [`AttrSignal`] and similar closures of one
//! type each. Leptos compiles its update code for every type in a view, which
//! costs bytes; see `docs/decisions/0002-bytes.md`.

mod add_form;
mod auth_dialog;
mod dialog;
mod error_alert;
mod fallback_stage;
mod identity_server;
mod late_functions;
mod late_view;
mod list;
mod mount_late_view;
mod parts;
mod password_form;
mod password_reset;
mod remove_dialog;
mod section;
mod status;
mod terms_stage;
mod verification;
mod widget;

use std::rc::Rc;
use std::sync::Arc;

use js_sys::Function;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::locale::{Locale, Message, format_digits, phone_numbers};
use crate::matrix::get_3pids::Medium;
use crate::matrix::{ClientSecret, email, readable};
use crate::model::{Input, Model, Section, UserError, Verification, VerificationId};

pub use add_form::field_id;
pub use dialog::is_shown;
#[cfg(feature = "account-page")]
pub use error_alert::error_text as problem_text;
pub use identity_server::TERMS;
pub use late_functions::{LateFunctions, set_late_functions};
pub use late_view::LateViews;
pub use list::{FocusRequest, create_rows, has_more_rows};
pub use mount_late_view::mount_late_view;
#[cfg(feature = "account-page")]
pub use parts::{OnMount, on_mount, on_mount_with};
pub use password_form::{NEW as NEW_PASSWORD, REPEATED as REPEATED_PASSWORD};
pub use section::class;
pub use widget::widget;

/// Style sheet of the shadow root: what the list needs.
pub const STYLES: &str = include_str!("style.css");
/// End of the style sheet: what everything else needs.
pub const LATE_STYLES: &str = include_str!("late_style.css");

/// Boolean that changes.
type BoolSignal = Arc<dyn Fn() -> bool + Send + Sync>;
/// Text that changes.
type TextSignal = Arc<dyn Fn() -> String + Send + Sync>;
/// Value of an attribute that changes; `None` removes the attribute.
type AttrSignal = Arc<dyn Fn() -> Option<String> + Send + Sync>;
/// Error that changes.
type ErrorSignal = Arc<dyn Fn() -> Option<UserError> + Send + Sync>;
/// Action of a button.
type Callback = Rc<dyn Fn()>;

/// Renders a state into an element. The function receives the user's actions.
pub type DrawIdentity = dyn Fn(&Element, &JsValue, &Function);

/// State and configuration of the view.
#[derive(Default)]
pub struct ViewState {
    /// State of the element.
    pub model: Model,
    /// Configuration by the host application.
    pub settings: Settings,
    /// Functions for the views that are loaded late; `None` until they are there.
    pub late_views: Option<LateViews>,
    /// True if something waits for the late views, and they could not be loaded.
    pub has_failed: bool,
    /// Last request to set the focus to an entry of the list.
    pub focus: Option<FocusRequest>,
}

/// Configuration that components need.
#[derive(Default)]
pub struct Settings {
    /// Language of the texts.
    /// Another one than before, if it was configured again.
    pub locale: Arc<Locale>,
    /// Level of the headings, 1 to 6.
    pub heading_level: u8,
    /// True if the page has a heading of its own.
    pub without_heading: bool,
    /// True if there is content between the tags, to display until the element
    /// is ready.
    pub has_placeholder: bool,
    /// ISO 3166 code of the default country of phone numbers.
    pub country: String,
    /// Full Matrix ID, if it is known; for password managers.
    pub user_id: String,
}

/// Context of all components.
#[derive(Clone)]
pub struct Ui {
    /// State and configuration of the view.
    pub state: ArcRwSignal<ViewState>,
    /// Function that receives the user's actions.
    pub send: SendWrapper<Rc<dyn Fn(Input)>>,
    /// Function that creates a client secret.
    pub new_client_secret: fn() -> ClientSecret,
    /// Function that loads the late views again.
    pub load_late_views: SendWrapper<Rc<dyn Fn()>>,
    /// Function that renders the identity server's state.
    pub identity: SendWrapper<Rc<DrawIdentity>>,
}

impl Ui {
    fn send(&self, input: Input) {
        (self.send)(input);
    }

    /// Action that sends this input.
    fn dispatcher(&self, input: fn() -> Input) -> Callback {
        let ui = self.clone();
        Rc::new(move || ui.send(input()))
    }

    /// Action that sends this input for a pending verification.
    fn dispatcher_with(&self, id: VerificationId, input: fn(VerificationId) -> Input) -> Callback {
        let ui = self.clone();
        Rc::new(move || ui.send(input(id)))
    }

    /// Reads the state once, without tracking.
    fn with_untracked<T>(&self, read: impl FnOnce(&Model) -> T) -> T {
        self.state.with_untracked(|state| read(&state.model))
    }

    /// Boolean of the state, tracked.
    fn flag(&self, read: fn(&Model) -> bool) -> BoolSignal {
        let state = self.state.clone();
        Arc::new(move || {
            let mut is = false;
            watch(&state, &mut |state| is = read(&state.model));
            is
        })
    }

    /// Boolean of a pending verification, tracked.
    fn flag_of(&self, id: VerificationId, read: fn(&Model, &Verification) -> bool) -> BoolSignal {
        let state = self.state.clone();
        Arc::new(move || {
            let mut is = false;
            watch(&state, &mut |state| {
                is = state.model.verification(id).is_some_and(|it| read(&state.model, it));
            });
            is
        })
    }

    /// Boolean of a section, tracked.
    fn flag_in(&self, section: Section, read: fn(&Model, Section) -> bool) -> BoolSignal {
        let state = self.state.clone();
        Arc::new(move || {
            let mut is = false;
            watch(&state, &mut |state| is = read(&state.model, section));
            is
        })
    }

    /// Empty attribute that exists while the condition of a section is true.
    fn attribute_in(&self, section: Section, read: fn(&Model, Section) -> bool) -> AttrSignal {
        parts::attribute("", self.flag_in(section, read))
    }

    /// Empty attribute that exists while the condition is true.
    fn attribute(&self, read: fn(&Model) -> bool) -> AttrSignal {
        parts::attribute("", self.flag(read))
    }

    /// Text of the state and a constant, tracked: it changes with the state and
    /// the language.
    fn text_of<T: Send + Sync + 'static>(
        &self,
        what: T,
        read: fn(&T, &Model, &Locale) -> String,
    ) -> TextSignal {
        let state = self.state.clone();
        Arc::new(move || {
            let mut text = String::new();
            watch(&state, &mut |state| text = read(&what, &state.model, &state.settings.locale));
            text
        })
    }

    /// Text of the state, tracked.
    fn text(&self, read: fn(&(), &Model, &Locale) -> String) -> TextSignal {
        self.text_of((), read)
    }

    /// Text of a message, tracked: it changes with the language.
    fn word(&self, word: Message) -> TextSignal {
        self.text_of(word, |word, _, locale| locale.message(*word).to_owned())
    }

    /// Error that is displayed at this place, tracked. The end of the session is
    /// displayed once, at the top, unless an open dialog hides that.
    fn error_signal(&self, source: ErrorSource) -> ErrorSignal {
        let state = self.state.clone();
        Arc::new(move || {
            let mut problem = None;
            watch(&state, &mut |state| {
                let model = &state.model;
                let found = match source {
                    ErrorSource::Page(read) | ErrorSource::Dialog(read) => read(model),
                    ErrorSource::Verification(id) => {
                        model.verification(id).and_then(Verification::problem)
                    }
                };
                let is_shown = |problem: &&UserError| {
                    matches!(source, ErrorSource::Dialog(_))
                        || !matches!(problem, UserError::SessionExpired)
                };
                problem = found.filter(is_shown).cloned();
            });
            problem
        })
    }
}

/// Selects one of two values by the section.
fn by_section<T>(section: Section, emails: T, phones: T) -> T {
    match section {
        Section::Emails => emails,
        Section::Phones => phones,
    }
}

/// Address for display.
fn format_threepid(medium: &Medium, address: &str) -> String {
    readable(&match medium {
        Medium::Msisdn => phone_numbers::format(address),
        Medium::Email => email::spelled_out(address),
        Medium::Other(_) => address.to_owned(),
    })
}

/// Place of an error, with the function that reads it.
#[derive(Clone, Copy)]
enum ErrorSource {
    /// A part of the page that exists once.
    Page(fn(&Model) -> Option<&UserError>),
    /// An open dialog.
    Dialog(fn(&Model) -> Option<&UserError>),
    /// The group of a pending verification.
    Verification(VerificationId),
}

/// Reads the model, tracked. All closures call this one function, so that it is
/// compiled once.
#[inline(never)]
fn watch(state: &ArcRwSignal<ViewState>, read: &mut dyn FnMut(&ViewState)) {
    state.with(read);
}

/// True if the error is a rate limit that has not ended.
fn is_limit(problem: Option<&UserError>) -> bool {
    problem.is_some_and(|problem| problem.retry_at().is_some())
}

/// Id of the group of a pending verification, for the focus.
pub fn group_id(id: VerificationId) -> String {
    "pending-".to_owned() + &format_digits(id.0 as usize)
}

/// Id of the code field of a pending verification.
pub fn code_id(id: VerificationId) -> String {
    "code-".to_owned() + &format_digits(id.0 as usize)
}
