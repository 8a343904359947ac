//! Leptos components of the page. They display the state of the visit and send
//! the user's actions. They make no decisions.

mod account;
mod link_tab;
mod login_methods;
mod parts;
mod sign_in;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::effect::Input;
use super::js_bridge::Host;
use super::model::{PageModel, Screen};
use super::translations::Translations;
use super::{Message, config};

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
    model: ArcRwSignal<PageModel>,
    translations: Arc<Translations>,
    host: SendWrapper<Host>,
    send: SendWrapper<Rc<dyn Fn(Input)>>,
}

impl Ui {
    /// Creates the context of a visit, in a language.
    pub fn new(
        model: ArcRwSignal<PageModel>,
        translations: Arc<Translations>,
        host: Host,
        send: Rc<dyn Fn(Input)>,
    ) -> Ui {
        Ui { model, translations, host: SendWrapper::new(host), send: SendWrapper::new(send) }
    }

    fn send(&self, input: Input) {
        (self.send)(input);
    }

    fn now<T>(&self, read: impl FnOnce(&PageModel) -> T) -> T {
        self.model.with_untracked(read)
    }

    fn text(&self, read: fn(&PageModel, &Translations) -> String) -> Text {
        let (visit, translations) = (self.model.clone(), self.translations.clone());
        Arc::new(move || visit.with(|visit| read(visit, &translations)))
    }

    fn flag(&self, read: fn(&PageModel) -> bool) -> Flag {
        let visit = self.model.clone();
        Arc::new(move || visit.with(read))
    }

    fn word(&self, word: Message) -> String {
        self.translations.word(word)
    }

    /// Value of the state. A view with it is rendered again only if the value
    /// changes.
    fn memo<T: Copy + PartialEq + Send + Sync + 'static>(
        &self,
        read: fn(&PageModel) -> T,
    ) -> Memo<T> {
        let visit = self.model.clone();
        Memo::new(move |_| visit.with(read))
    }
}

/// Kinds of screens.
#[derive(Clone, Copy, PartialEq)]
enum ScreenKind {
    Misconfigured,
    SignIn,
    Account,
    Returned,
}

/// Renders the page.
pub fn page(ui: Ui) -> impl IntoView {
    let screen = ui.memo(|visit| match visit.screen {
        Screen::Misconfigured(_) => ScreenKind::Misconfigured,
        Screen::SignIn(_) => ScreenKind::SignIn,
        Screen::Account(_) => ScreenKind::Account,
        Screen::Returned(_) => ScreenKind::Returned,
    });
    let brand = ui.now(|visit| brand(visit.config()));
    let operator = operator(&ui);
    let title = ui.now(|visit| visit.config().name.clone());
    let title = title.unwrap_or_else(|| ui.word(Message::Title));
    view! {
        <header class="brand">
            {brand}
            <h1>{title}</h1>
        </header>
        <main class="card">
            {move || match screen.get() {
                ScreenKind::Misconfigured => misconfigured(&ui).into_any(),
                ScreenKind::SignIn => sign_in::sign_in(&ui).into_any(),
                ScreenKind::Account => account::account(&ui).into_any(),
                ScreenKind::Returned => link_tab::returned(&ui).into_any(),
            }}
        </main>
        {operator}
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

/// Renders who runs the page, and links to their pages.
fn operator(ui: &Ui) -> Option<impl IntoView + use<>> {
    let (name, links) = ui.now(|visit| {
        let config = visit.config();
        (config.operator.clone(), config.links.clone())
    });
    if name.is_none() && links.is_empty() {
        return None;
    }
    let name = name.map(|name| {
        view! { <p>{ui.translations.word_with(Message::RunBy, &name)}</p> }
    });
    let link = |(link, url): (config::OperatorLink, String)| {
        let word = match link {
            config::OperatorLink::Imprint => Message::Imprint,
            config::OperatorLink::Privacy => Message::Privacy,
            config::OperatorLink::Help => Message::Help,
        };
        // In a tab of its own, so that what was typed stays.
        view! {
            <a href=url target="_blank" rel="noopener noreferrer">
                {ui.word(word)}
            </a>
        }
    };
    let links = links.into_iter().map(link).collect_view();
    Some(view! {
        <footer class="operator">
            {name}
            {links}
        </footer>
    })
}

fn misconfigured(ui: &Ui) -> impl IntoView + use<> {
    let mistakes = ui.now(|visit| match &visit.screen {
        Screen::Misconfigured(mistakes) => mistakes.clone(),
        Screen::SignIn(_) | Screen::Account(_) | Screen::Returned(_) => Vec::new(),
    });
    // For the administrator, who reads the documentation in English too.
    let mistake = |text: String| view! { <li>{text}</li> };
    view! {
        <div role="alert">
            <h2>{ui.word(Message::Misconfigured)}</h2>
            <ul class="mistakes" lang="en" dir="ltr">
                {mistakes.into_iter().map(mistake).collect_view()}
            </ul>
        </div>
    }
}
