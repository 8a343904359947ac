//! Leptos components of the page. They display the state of the visit and send
//! the user's actions. They make no decisions.

mod account;
mod methods;
mod parts;
mod returned;
mod sign_in;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::effect::Input;
use super::host::Host;
use super::speech::Speech;
use super::visit::{Place, Visit};
use super::{Word, config};

/// Id of the field for the server.
pub const SERVER: &str = "server";
/// Id of the field for the user name.
pub const USER: &str = "user";
/// Id of the field for the password.
pub const PASSWORD: &str = "password";

/// Text that changes with the state.
type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// Boolean that changes with the state.
type Flag = Arc<dyn Fn() -> bool + Send + Sync>;

/// Context of all components.
#[derive(Clone)]
pub struct Ui {
    visit: ArcRwSignal<Visit>,
    speech: Arc<Speech>,
    host: SendWrapper<Host>,
    send: SendWrapper<Rc<dyn Fn(Input)>>,
}

impl Ui {
    /// Creates the context of a visit, in a language.
    pub fn new(
        visit: ArcRwSignal<Visit>,
        speech: Arc<Speech>,
        host: Host,
        send: Rc<dyn Fn(Input)>,
    ) -> Ui {
        Ui { visit, speech, host: SendWrapper::new(host), send: SendWrapper::new(send) }
    }

    fn send(&self, input: Input) {
        (self.send)(input);
    }

    fn now<T>(&self, read: impl FnOnce(&Visit) -> T) -> T {
        self.visit.with_untracked(read)
    }

    fn text(&self, read: fn(&Visit, &Speech) -> String) -> Text {
        let (visit, speech) = (self.visit.clone(), self.speech.clone());
        Arc::new(move || visit.with(|visit| read(visit, &speech)))
    }

    fn flag(&self, read: fn(&Visit) -> bool) -> Flag {
        let visit = self.visit.clone();
        Arc::new(move || visit.with(read))
    }

    fn word(&self, word: Word) -> String {
        self.speech.word(word)
    }

    /// Value of the state. A view with it is rendered again only if the value
    /// changes.
    fn kind<T: Copy + PartialEq + Send + Sync + 'static>(&self, read: fn(&Visit) -> T) -> Memo<T> {
        let visit = self.visit.clone();
        Memo::new(move |_| visit.with(read))
    }
}

/// Kinds of screens.
#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Misconfigured,
    SignIn,
    Account,
    Returned,
}

/// Renders the page.
pub fn page(ui: Ui) -> impl IntoView {
    let screen = ui.kind(|visit| match visit.place {
        Place::Misconfigured(_) => Screen::Misconfigured,
        Place::SignIn(_) => Screen::SignIn,
        Place::Account(_) => Screen::Account,
        Place::Returned(_) => Screen::Returned,
    });
    let brand = ui.now(|visit| brand(visit.config()));
    let title = ui.now(|visit| visit.config().name.clone());
    let title = title.unwrap_or_else(|| ui.word(Word::Title));
    view! {
        <header class="brand">
            {brand}
            <h1>{title}</h1>
        </header>
        <main class="card">
            {move || match screen.get() {
                Screen::Misconfigured => misconfigured(&ui).into_any(),
                Screen::SignIn => sign_in::sign_in(&ui).into_any(),
                Screen::Account => account::account(&ui).into_any(),
                Screen::Returned => returned::returned(&ui).into_any(),
            }}
        </main>
    }
}

fn brand(config: &config::Config) -> Option<impl IntoView + use<>> {
    let logo = config.logo.clone()?;
    // Better none than a broken one.
    let broken = RwSignal::new(false);
    Some(view! {
        <img
            class="logo"
            src=logo
            alt=""
            width="48"
            height="48"
            hidden=move || broken.get()
            on:error=move |_| broken.set(true)
        />
    })
}

fn misconfigured(ui: &Ui) -> impl IntoView + use<> {
    let mistakes = ui.now(|visit| match &visit.place {
        Place::Misconfigured(mistakes) => mistakes.clone(),
        Place::SignIn(_) | Place::Account(_) | Place::Returned(_) => Vec::new(),
    });
    // For the administrator, who reads the documentation in English too.
    let mistake = |text: String| view! { <li>{text}</li> };
    view! {
        <div role="alert">
            <h2>{ui.word(Word::Misconfigured)}</h2>
            <ul class="mistakes" lang="en" dir="ltr">
                {mistakes.into_iter().map(mistake).collect_view()}
            </ul>
        </div>
    }
}
