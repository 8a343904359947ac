//! Error texts, and the user's next step.

use std::sync::Arc;

use leptos::prelude::*;

use super::parts::{self, Button, on_mount_with};
use super::{AttrSignal, BoolSignal, Callback, ErrorSignal, Ui};
use crate::locale::{Locale, Message, format_digits};
use crate::model::{MAX_PASSWORD_LENGTH, Model, PolicyViolation, Retry, UserError};

/// Text of an error.
pub fn error_text(locale: &Locale, problem: &UserError) -> String {
    let word = match problem {
        UserError::InvalidAddress => Message::EmailInvalid,
        UserError::AlreadyAdded => Message::EmailAlreadyAdded,
        UserError::InUse => Message::EmailInUse,
        UserError::AddressNotAllowed => Message::EmailNotAllowed,
        UserError::EmailMayBeUnsupported => Message::EmailMayBeUnsupported,
        UserError::EmailUnsupported => Message::EmailUnsupported,
        UserError::EmailNotSent => Message::EmailNotSent,
        UserError::InvalidNumber => Message::PhoneInvalid,
        UserError::NumberAlreadyAdded => Message::PhoneAlreadyAdded,
        UserError::NumberInUse => Message::PhoneInUse,
        UserError::NumberNotAllowed => Message::PhoneNotAllowed,
        UserError::PhoneMayBeUnsupported => Message::PhoneMayBeUnsupported,
        UserError::SmsUnsupported => Message::SmsUnsupported,
        UserError::SmsNotSent => Message::SmsNotSent,
        UserError::LookupUnsupported => Message::LookupUnsupported,
        UserError::RemovalUnsupported => Message::RemovalUnsupported,
        UserError::UnbindUnsupported => Message::UnshareUnsupported,
        UserError::ChangesForbidden => Message::ChangesForbidden,
        UserError::PasswordChangesForbidden => Message::PasswordChangesForbidden,
        UserError::PasswordResetUnsupported => Message::PasswordResetUnsupported,
        UserError::RateLimited { retry_after_ms: wait, .. } => {
            return locale.message_with(Message::RateLimited, &locale.duration(*wait));
        }
        UserError::Network => Message::Network,
        UserError::Timeout => Message::Timeout,
        UserError::Offline => Message::Offline,
        UserError::InvalidResponse(status) => {
            return locale.message_with(Message::ErrorHttp, &format_digits((*status).into()));
        }
        UserError::SessionExpired => Message::SessionExpired,
        UserError::WrongPassword => Message::WrongPassword,
        UserError::MissingPassword => Message::NewPasswordMissing,
        UserError::PasswordsDiffer => Message::PasswordsDiffer,
        UserError::PasswordMayHaveChanged => Message::PasswordMayHaveChanged,
        UserError::PasswordPolicy(policy) => match policy {
            PolicyViolation::Weak => Message::WeakPassword,
            PolicyViolation::TooShort => Message::PasswordTooShort,
            PolicyViolation::TooLong => {
                return locale
                    .message_with(Message::PasswordTooLong, &locale.number(MAX_PASSWORD_LENGTH));
            }
            PolicyViolation::TooLongForServer => Message::PasswordTooLongForServer,
            PolicyViolation::NoDigit => Message::PasswordNoDigit,
            PolicyViolation::NoUppercase => Message::PasswordNoUppercase,
            PolicyViolation::NoLowercase => Message::PasswordNoLowercase,
            PolicyViolation::NoSymbol => Message::PasswordNoSymbol,
            PolicyViolation::InDictionary => Message::PasswordInDictionary,
        },
        UserError::WrongCode => Message::WrongCode,
        UserError::MissingCode => Message::EmailCodeMissing,
        UserError::MissingCurrentPassword => Message::CurrentPasswordMissing,
        UserError::MissingRegistrationToken => Message::RegistrationTokenMissing,
        UserError::MissingSmsCode => Message::SmsCodeMissing,
        UserError::InsecureSubmitUrl => Message::InsecureCodeUrl,
        UserError::WrongRegistrationToken => Message::WrongRegistrationToken,
        UserError::LinkNotOpened => Message::UiaLinkNotOpened,
        UserError::FallbackNotFinished => Message::UiaWindowNotDone,
        UserError::NoSupportedAuthFlow => Message::AuthUnsupported,
        UserError::Locked => Message::Locked,
        UserError::Suspended => Message::Suspended,
        UserError::Deactivated => Message::Deactivated,
        UserError::Guest => Message::Guest,
        UserError::ResourceLimit { .. } => Message::ResourceLimit,
        UserError::ConsentNotGiven { .. } => Message::ConsentNotGiven,
        UserError::Unknown(code) => return locale.message_with(Message::ErrorCode, code),
    };
    locale.message(word).to_owned()
}

/// Text of the link of an error.
pub fn link_text(locale: &Locale, problem: &UserError) -> String {
    let contact = matches!(problem, UserError::ResourceLimit { .. });
    let word = if contact { Message::ContactAdministrator } else { Message::ReadTerms };
    locale.message(word).to_owned()
}

/// Renders the countdown of a rate limit. The alert is spoken only once.
pub fn time_left(problem: &UserError, model: &Model, locale: &Locale) -> Option<String> {
    let left = locale.countdown(problem.retry_at()? - model.now());
    Some(locale.message_with(Message::RateLimited, &left))
}

/// Renders the error of a field, below the field. `id` is for
/// `aria-describedby`.
pub fn error(id: &'static str, ui: &Ui, problem: ErrorSignal) -> impl IntoView + use<> {
    let words = ui.text_of(problem, |problem, _, locale| {
        problem().map(|it| error_text(locale, &it)).unwrap_or_default()
    });
    view! { <p id=id role="alert" part="error" class="error" use:on_mount_with=parts::write(words)></p> }
}

/// "Try again" of an alert: its action, and the condition under which no other
/// button does the same.
pub type RetryButton = Option<(Callback, BoolSignal)>;

/// Renders an alert. `id` is for `aria-describedby`.
pub fn alert(
    ui: &Ui,
    id: String,
    problem: ErrorSignal,
    retry: RetryButton,
) -> impl IntoView + use<> {
    let words = {
        let problem = problem.clone();
        ui.text_of(problem, |problem, _, locale| {
            problem().map(|it| error_text(locale, &it)).unwrap_or_default()
        })
    };
    // Being offline is a state that ends by itself: no reason for alarm.
    let role: AttrSignal = {
        let problem = problem.clone();
        Arc::new(move || {
            let offline = matches!(problem(), Some(UserError::Offline));
            Some(if offline { "status" } else { "alert" }.to_owned())
        })
    };
    let hidden = |is: fn(&UserError) -> bool| {
        let problem = problem.clone();
        parts::attribute("", Arc::new(move || !problem().as_ref().is_some_and(is)))
    };
    let quiet = hidden(|_| true);
    let unlimited = hidden(|problem| problem.retry_at().is_some());
    let final_word = hidden(|problem| problem.retry() == Retry::Now);
    let retry_button = retry.map(|(retry, is_needed)| {
        let hidden: AttrSignal = Arc::new(move || match is_needed() {
            true => final_word(),
            false => Some(String::new()),
        });
        Button::new(ui.word(Message::TryAgain)).hidden_by(hidden).view(Some(retry))
    });
    let href: AttrSignal = {
        let problem = problem.clone();
        Arc::new(move || problem().as_ref().and_then(UserError::link).map(str::to_owned))
    };
    let link = ui.text_of(problem.clone(), |problem, _, locale| {
        problem().map(|it| link_text(locale, &it)).unwrap_or_default()
    });
    let left = ui.text_of(problem, |problem, model, locale| {
        let problem = problem();
        problem.and_then(|problem| time_left(&problem, model, locale)).unwrap_or_default()
    });
    view! {
        <div class="alert" tabindex="-1" hidden=quiet>
            // Before the alert, which the style sheet then hides from the eye.
            <p
                aria-hidden="true"
                part="error"
                class="error countdown"
                hidden=unlimited
                use:on_mount_with=parts::write(left)
            ></p>
            <p id=id role=role part="error" class="error" use:on_mount_with=parts::write(words)></p>
            {parts::link(href, link)}
            {retry_button}
        </div>
    }
}
