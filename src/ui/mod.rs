//! What is on the screen. Components draw the flow's state and send what the
//! person did; nothing is decided here.
//!
//! What is drawn and may change is handed around as [`Text`], [`Attribute`]
//! and the like: closures of one type each. Leptos compiles its update code
//! anew for every type that a view holds, and every visitor pays for that;
//! see `docs/decisions/0002-bytes.md`.

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

/// The style sheet of the shadow root.
pub const STYLES: &str = include_str!("style.css");

/// Something that is so, or not.
type Flag = Arc<dyn Fn() -> bool + Send + Sync>;
/// Something to be read.
type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// The value of an attribute, or that it is not there.
type Attribute = Arc<dyn Fn() -> Option<String> + Send + Sync>;
/// What is wrong, or nothing.
type Trouble = Arc<dyn Fn() -> Option<Problem> + Send + Sync>;
/// What a button does.
type Act = Rc<dyn Fn()>;

/// Draws a state into an element; the function is told what the person does.
pub type DrawIdentity = dyn Fn(&Element, &JsValue, &Function);

/// What is drawn.
#[derive(Default)]
pub struct Model {
    /// The state.
    pub flow: Flow,
    /// What the embedder set.
    pub settings: Settings,
}

/// What the embedder set and a component needs to know.
#[derive(Default)]
pub struct Settings {
    /// The language.
    pub locale: Locale,
    /// The heading's level, 1 to 6.
    pub heading_level: u8,
    /// The page has a heading of its own.
    pub without_heading: bool,
    /// The element has content of its own to show until it is ready.
    pub has_placeholder: bool,
    /// In which country to begin with phone numbers, by ISO 3166.
    pub country: String,
    /// The full Matrix ID, once it is known; for password managers.
    pub user_id: String,
}

/// What every component works with.
#[derive(Clone)]
pub struct Ui {
    /// What is drawn.
    pub model: ArcRwSignal<Model>,
    /// Where to send what the person did.
    pub send: SendWrapper<Rc<dyn Fn(Input)>>,
    /// Makes a fresh secret.
    pub secret: fn() -> ClientSecret,
    /// Draws what there is to be seen of the identity server.
    pub identity: SendWrapper<Rc<DrawIdentity>>,
}

impl Ui {
    fn send(&self, input: Input) {
        (self.send)(input);
    }

    /// Something that sends this input.
    fn sends(&self, input: fn() -> Input) -> Act {
        let ui = self.clone();
        Rc::new(move || ui.send(input()))
    }

    /// Something that sends this input for a pending verification.
    fn sends_of(&self, id: VerificationId, input: fn(VerificationId) -> Input) -> Act {
        let ui = self.clone();
        Rc::new(move || ui.send(input(id)))
    }

    /// Something about the state, now and without following it.
    fn now<T>(&self, read: impl FnOnce(&Flow) -> T) -> T {
        self.model.with_untracked(|model| read(&model.flow))
    }

    /// Something that is so or not, followed when the state changes.
    fn flag(&self, read: fn(&Flow) -> bool) -> Flag {
        let model = self.model.clone();
        Arc::new(move || {
            let mut is = false;
            follow(&model, &mut |model| is = read(&model.flow));
            is
        })
    }

    /// Something that is so or not of a pending verification.
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

    /// Something that is so or not of a section.
    fn flag_in(&self, section: Section, read: fn(&Flow, Section) -> bool) -> Flag {
        let model = self.model.clone();
        Arc::new(move || {
            let mut is = false;
            follow(&model, &mut |model| is = read(&model.flow, section));
            is
        })
    }

    /// An attribute without a value that is there while something is so of a
    /// section.
    fn attribute_in(&self, section: Section, read: fn(&Flow, Section) -> bool) -> Attribute {
        parts::attribute("", self.flag_in(section, read))
    }

    /// An attribute without a value that is there while something is so.
    fn attribute(&self, read: fn(&Flow) -> bool) -> Attribute {
        parts::attribute("", self.flag(read))
    }

    /// A text made of the state and of something that stays, followed when
    /// the state or the language changes.
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

    /// A text made of the state.
    fn text(&self, read: fn(&(), &Flow, &Locale) -> String) -> Text {
        self.text_of((), read)
    }

    /// A word, followed when the language changes.
    fn word(&self, word: Word) -> Text {
        self.text_of(word, |word, _, locale| locale.word(*word).to_owned())
    }

    /// What is wrong with the thing of this id, followed when the state
    /// changes. The end of the session is not said in each place but once,
    /// above everything; only an open dialog would hide that.
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

/// One of two, by the section.
fn by<T>(section: Section, emails: T, phones: T) -> T {
    match section {
        Section::Emails => emails,
        Section::Phones => phones,
    }
}

/// An address as people write it.
fn written(medium: &Medium, address: &str) -> String {
    readable(&match medium {
        Medium::Msisdn => phones::format(address),
        Medium::Email => email::spelled_out(address),
        Medium::Other(_) => address.to_owned(),
    })
}

/// For what is wrong with things that are there once.
const NO_ID: VerificationId = VerificationId(0);
/// For what is wrong in a dialog.
const IN_DIALOG: VerificationId = VerificationId(u32::MAX);

/// Reads the model, and again when it changes. One function, called by all
/// closures that read, so that it is compiled once.
#[inline(never)]
fn follow(model: &ArcRwSignal<Model>, read: &mut dyn FnMut(&Model)) {
    model.with(read);
}

/// Whether a problem is a limit that has to be waited for.
fn is_limit(problem: Option<&Problem>) -> bool {
    problem.is_some_and(|problem| problem.until().is_some())
}

/// The id of the group of a pending verification, for the focus.
pub fn group_id(id: VerificationId) -> String {
    "pending-".to_owned() + &digits(id.0 as usize)
}

/// The id of its field for the code.
pub fn code_id(id: VerificationId) -> String {
    "code-".to_owned() + &digits(id.0 as usize)
}
