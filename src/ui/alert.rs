//! Error texts, and the user's next step.

use std::sync::Arc;

use leptos::prelude::*;

use super::parts::{self, Button, with};
use super::{Act, Attribute, Trouble, Ui};
use crate::flow::{Flow, MAX_PASSWORD, Policy, Problem, Retry};
use crate::locale::{Locale, Word, digits};

/// Text of an error.
pub fn text(locale: &Locale, problem: &Problem) -> String {
    let word = match problem {
        Problem::NotAnAddress => Word::NotAnAddress,
        Problem::AlreadyYours => Word::AlreadyYours,
        Problem::InUse => Word::InUse,
        Problem::Denied => Word::Denied,
        Problem::MayLackEmails => Word::MayLackEmails,
        Problem::NoMail => Word::NoMail,
        Problem::MailFailed => Word::MailFailed,
        Problem::NotANumber => Word::NotANumber,
        Problem::NumberAlreadyYours => Word::NumberAlreadyYours,
        Problem::NumberInUse => Word::NumberInUse,
        Problem::NumberDenied => Word::NumberDenied,
        Problem::MayLackPhones => Word::MayLackPhones,
        Problem::NoSms => Word::NoSms,
        Problem::SmsFailed => Word::SmsFailed,
        Problem::CannotLookUp => Word::CannotLookUp,
        Problem::CannotUnshare => Word::CannotUnshare,
        Problem::ChangesForbidden => Word::ChangesForbidden,
        Problem::RateLimited { wait, .. } => {
            return locale.word_with(Word::RateLimited, &locale.duration(*wait));
        }
        Problem::Network => Word::Network,
        Problem::Timeout => Word::Timeout,
        Problem::Offline => Word::Offline,
        Problem::Http(status) => return locale.word_with(Word::Http, &digits((*status).into())),
        Problem::SessionEnded => Word::SessionEnded,
        Problem::WrongPassword => Word::WrongPassword,
        Problem::NoPassword => Word::NoPassword,
        Problem::PasswordsDiffer => Word::PasswordsDiffer,
        Problem::PerhapsChanged => Word::PerhapsChanged,
        Problem::PasswordRefused(policy) => match policy {
            Policy::Weak => Word::WeakPassword,
            Policy::TooShort => Word::PasswordTooShort,
            Policy::TooLong => {
                return locale.word_with(Word::PasswordTooLong, &digits(MAX_PASSWORD));
            }
            Policy::TooLongHere => Word::PasswordTooLongHere,
            Policy::NoDigit => Word::PasswordNoDigit,
            Policy::NoUppercase => Word::PasswordNoUppercase,
            Policy::NoLowercase => Word::PasswordNoLowercase,
            Policy::NoSymbol => Word::PasswordNoSymbol,
            Policy::InDictionary => Word::PasswordInDictionary,
        },
        Problem::WrongCode => Word::WrongCode,
        Problem::NoCode => Word::NoCode,
        Problem::NoCurrentPassword => Word::EnterPassword,
        Problem::NoToken => Word::EnterToken,
        Problem::NoSmsCode => Word::NoSmsCode,
        Problem::UnsafeCode => Word::UnsafeCode,
        Problem::WrongToken => Word::WrongToken,
        Problem::NotProved => Word::NotProved,
        Problem::NotDone => Word::NotDone,
        Problem::NoWayToAuthenticate => Word::NoWayToAuthenticate,
        Problem::Locked => Word::Locked,
        Problem::Suspended => Word::Suspended,
        Problem::Deactivated => Word::Deactivated,
        Problem::Guest => Word::Guest,
        Problem::ResourceLimit { .. } => Word::ResourceLimit,
        Problem::ConsentMissing { .. } => Word::ConsentMissing,
        Problem::Other(code) => return locale.word_with(Word::Other, code),
    };
    locale.word(word).to_owned()
}

/// Renders the countdown of a rate limit. The alert is spoken only once.
pub fn time_left(problem: &Problem, flow: &Flow, locale: &Locale) -> Option<String> {
    let left = locale.countdown(problem.until()? - flow.now());
    Some(locale.word_with(Word::RateLimited, &left))
}

/// Renders the error of a field, below the field. `id` is for
/// `aria-describedby`.
pub fn error(id: &'static str, ui: &Ui, problem: Trouble) -> impl IntoView + use<> {
    let words = ui.text_of(problem, |problem, _, locale| {
        problem().map(|it| text(locale, &it)).unwrap_or_default()
    });
    view! { <p id=id role="alert" part="error" class="error" use:with=parts::write(words)></p> }
}

/// Renders an alert with "Try again". `id` is for `aria-describedby`.
pub fn alert(ui: &Ui, id: String, problem: Trouble, retry: Act) -> impl IntoView + use<> {
    let words = {
        let problem = problem.clone();
        ui.text_of(problem, |problem, _, locale| {
            problem().map(|it| text(locale, &it)).unwrap_or_default()
        })
    };
    // Being offline is a state that ends by itself: no reason for alarm.
    let role: Attribute = {
        let problem = problem.clone();
        Arc::new(move || {
            let offline = matches!(problem(), Some(Problem::Offline));
            Some(if offline { "status" } else { "alert" }.to_owned())
        })
    };
    let hidden = |is: fn(&Problem) -> bool| {
        let problem = problem.clone();
        parts::attribute("", Arc::new(move || !problem().as_ref().is_some_and(is)))
    };
    let quiet = hidden(|_| true);
    let unlimited = hidden(|problem| problem.until().is_some());
    let final_word = hidden(|problem| problem.retry() == Retry::Now);
    let href: Attribute = {
        let problem = problem.clone();
        Arc::new(move || problem().as_ref().and_then(Problem::link).map(str::to_owned))
    };
    let left = ui.text_of(problem, |problem, flow, locale| {
        let problem = problem();
        problem.and_then(|problem| time_left(&problem, flow, locale)).unwrap_or_default()
    });
    view! {
        <div class="alert" hidden=quiet>
            // Before the alert, which the style sheet then hides from the eye.
            <p
                aria-hidden="true"
                part="error"
                class="error countdown"
                hidden=unlimited
                use:with=parts::write(left)
            ></p>
            <p id=id role=role part="error" class="error" use:with=parts::write(words)></p>
            {parts::link(href, ui.word(Word::OpenLink))}
            {Button::new(ui.word(Word::TryAgain)).hidden_by(final_word).view(Some(retry))}
        </div>
    }
}
