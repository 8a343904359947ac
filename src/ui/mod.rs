//! Leptos components. They display the state and send the user's actions. They
//! make no decisions.
//!
//! Values that change are [`Text`], [`Attribute`] and similar closures of one
//! type each. Leptos compiles its update code for every type in a view, which
//! costs bytes; see `docs/decisions/0002-bytes.md`.

mod add_form;
mod addresses;
mod alert;
mod auth_dialog;
mod dialog;
mod identity;
mod list;
mod page_stage;
mod parts;
mod password;
mod pending;
mod remove_dialog;
mod section;
mod status;
mod terms;

use std::rc::Rc;
use std::sync::Arc;

use js_sys::Function;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::flow::{Flow, Input, Problem, Section, Verification, VerificationId};
use crate::locale::{Locale, Word, digits, phones};
use crate::matrix::threepids::Medium;
use crate::matrix::{ClientSecret, email, readable};

pub use add_form::field_id;
pub use addresses::class;
#[cfg(feature = "account-page")]
pub use alert::text as problem_text;
pub use dialog::is_shown;
pub use identity::TERMS;
pub use list::ENTRY;
#[cfg(feature = "account-page")]
pub use parts::{Setup, setup, with};
pub use password::{NEW as NEW_PASSWORD, REPEATED as REPEATED_PASSWORD};
pub use section::section;

/// Style sheet of the shadow root.
pub const STYLES: &str = include_str!("style.css");

/// Boolean that changes.
type Flag = Arc<dyn Fn() -> bool + Send + Sync>;
/// Text that changes.
type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// Value of an attribute that changes; `None` removes the attribute.
type Attribute = Arc<dyn Fn() -> Option<String> + Send + Sync>;
/// Error that changes.
type Trouble = Arc<dyn Fn() -> Option<Problem> + Send + Sync>;
/// Action of a button.
type Act = Rc<dyn Fn()>;

/// Renders a state into an element. The function receives the user's actions.
pub type DrawIdentity = dyn Fn(&Element, &JsValue, &Function);

/// State and configuration of the view.
#[derive(Default)]
pub struct Model {
    /// State of the element.
    pub flow: Flow,
    /// Configuration by the host application.
    pub settings: Settings,
}

/// Configuration that components need.
#[derive(Default)]
pub struct Settings {
    /// Language of the texts.
    pub locale: Locale,
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
    pub model: ArcRwSignal<Model>,
    /// Function that receives the user's actions.
    pub send: SendWrapper<Rc<dyn Fn(Input)>>,
    /// Function that creates a client secret.
    pub secret: fn() -> ClientSecret,
    /// Function that renders the identity server's state.
    pub identity: SendWrapper<Rc<DrawIdentity>>,
}

impl Ui {
    fn send(&self, input: Input) {
        (self.send)(input);
    }

    /// Action that sends this input.
    fn sends(&self, input: fn() -> Input) -> Act {
        let ui = self.clone();
        Rc::new(move || ui.send(input()))
    }

    /// Action that sends this input for a pending verification.
    fn sends_of(&self, id: VerificationId, input: fn(VerificationId) -> Input) -> Act {
        let ui = self.clone();
        Rc::new(move || ui.send(input(id)))
    }

    /// Reads the state once, without tracking.
    fn now<T>(&self, read: impl FnOnce(&Flow) -> T) -> T {
        self.model.with_untracked(|model| read(&model.flow))
    }

    /// Boolean of the state, tracked.
    fn flag(&self, read: fn(&Flow) -> bool) -> Flag {
        let model = self.model.clone();
        Arc::new(move || {
            let mut is = false;
            follow(&model, &mut |model| is = read(&model.flow));
            is
        })
    }

    /// Boolean of a pending verification, tracked.
    fn flag_of(&self, id: VerificationId, read: fn(&Flow, &Verification) -> bool) -> Flag {
        let model = self.model.clone();
        Arc::new(move || {
            let mut is = false;
            follow(&model, &mut |model| {
                is = model.flow.verification(id).is_some_and(|it| read(&model.flow, it));
            });
            is
        })
    }

    /// Boolean of a section, tracked.
    fn flag_in(&self, section: Section, read: fn(&Flow, Section) -> bool) -> Flag {
        let model = self.model.clone();
        Arc::new(move || {
            let mut is = false;
            follow(&model, &mut |model| is = read(&model.flow, section));
            is
        })
    }

    /// Empty attribute that exists while the condition of a section is true.
    fn attribute_in(&self, section: Section, read: fn(&Flow, Section) -> bool) -> Attribute {
        parts::attribute("", self.flag_in(section, read))
    }

    /// Empty attribute that exists while the condition is true.
    fn attribute(&self, read: fn(&Flow) -> bool) -> Attribute {
        parts::attribute("", self.flag(read))
    }

    /// Text of the state and a constant, tracked: it changes with the state and
    /// the language.
    fn text_of<T: Send + Sync + 'static>(
        &self,
        what: T,
        read: fn(&T, &Flow, &Locale) -> String,
    ) -> Text {
        let model = self.model.clone();
        Arc::new(move || {
            let mut text = String::new();
            follow(&model, &mut |model| text = read(&what, &model.flow, &model.settings.locale));
            text
        })
    }

    /// Text of the state, tracked.
    fn text(&self, read: fn(&(), &Flow, &Locale) -> String) -> Text {
        self.text_of((), read)
    }

    /// Text of a message, tracked: it changes with the language.
    fn word(&self, word: Word) -> Text {
        self.text_of(word, |word, _, locale| locale.word(*word).to_owned())
    }

    /// Error of the thing with this id, tracked. The end of the session is
    /// displayed once, at the top, unless an open dialog hides that.
    fn trouble(
        &self,
        id: VerificationId,
        read: fn(&Flow, VerificationId) -> Option<&Problem>,
    ) -> Trouble {
        let model = self.model.clone();
        let everywhere =
            move |problem: &&Problem| id == IN_DIALOG || !matches!(problem, Problem::SessionEnded);
        Arc::new(move || {
            let mut problem = None;
            follow(&model, &mut |model| {
                problem = read(&model.flow, id).filter(everywhere).cloned()
            });
            problem
        })
    }
}

/// Selects one of two values by the section.
fn by<T>(section: Section, emails: T, phones: T) -> T {
    match section {
        Section::Emails => emails,
        Section::Phones => phones,
    }
}

/// Address for display.
fn written(medium: &Medium, address: &str) -> String {
    readable(&match medium {
        Medium::Msisdn => phones::format(address),
        Medium::Email => email::spelled_out(address),
        Medium::Other(_) => address.to_owned(),
    })
}

/// Id for errors of things that exist once.
const NO_ID: VerificationId = VerificationId(0);
/// Id for errors in a dialog.
const IN_DIALOG: VerificationId = VerificationId(u32::MAX);

/// Reads the model, tracked. All closures call this one function, so that it is
/// compiled once.
#[inline(never)]
fn follow(model: &ArcRwSignal<Model>, read: &mut dyn FnMut(&Model)) {
    model.with(read);
}

/// True if the error is a rate limit that has not ended.
fn is_limit(problem: Option<&Problem>) -> bool {
    problem.is_some_and(|problem| problem.until().is_some())
}

/// Id of the group of a pending verification, for the focus.
pub fn group_id(id: VerificationId) -> String {
    "pending-".to_owned() + &digits(id.0 as usize)
}

/// Id of the code field of a pending verification.
pub fn code_id(id: VerificationId) -> String {
    "code-".to_owned() + &digits(id.0 as usize)
}
