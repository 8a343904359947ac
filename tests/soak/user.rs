//! The person: what they do, as often as they can.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::model::{
    Initiator, Input, Model, RemovalPhase, Uia, UiaPhase, UiaReply, UiaTarget, VerificationId,
};

use crate::simulator::World;

/// What the person may want to add.
const ADDRESSES: [&str; 5] = [
    "alice@example.org",
    "work@example.com",
    "old@example.net",
    "Capital@example.org",
    "shared@example.org",
];

/// Something that the person does, or that befalls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Add,
    AddNonsense,
    Continue,
    Resend,
    TryAgain,
    ChangeAddress,
    Cancel,
    OpenLink,
    TypeCode,
    TypePassword,
    MistypePassword,
    CloseDialog,
    Remove,
    ConfirmRemoval,
    DismissRemoval,
    ChangePassword,
    Refresh,
    LeaveTab,
    TurnToTab,
    OpenTab,
    CloseTab,
    Reload,
    SetClock,
    Sleep,
    ServerRestarts,
    WeatherChanges,
}

impl Deed {
    /// Everything, what is done more often more often.
    pub const ALL: [Deed; 26] = [
        Deed::Add,
        Deed::AddNonsense,
        Deed::Continue,
        Deed::Resend,
        Deed::TryAgain,
        Deed::ChangeAddress,
        Deed::Cancel,
        Deed::OpenLink,
        Deed::TypeCode,
        Deed::TypePassword,
        Deed::MistypePassword,
        Deed::CloseDialog,
        Deed::Remove,
        Deed::ConfirmRemoval,
        Deed::DismissRemoval,
        Deed::ChangePassword,
        Deed::Refresh,
        Deed::LeaveTab,
        Deed::TurnToTab,
        Deed::OpenTab,
        Deed::CloseTab,
        Deed::Reload,
        Deed::SetClock,
        Deed::Sleep,
        Deed::ServerRestarts,
        Deed::WeatherChanges,
    ];

    /// How often it is thought of, beside the others.
    fn weight(self) -> u32 {
        match self {
            Deed::OpenLink | Deed::TypePassword | Deed::ConfirmRemoval => 12,
            Deed::Continue | Deed::TurnToTab | Deed::TypeCode => 8,
            Deed::Add | Deed::LeaveTab | Deed::TryAgain => 5,
            Deed::Resend | Deed::Remove | Deed::Refresh | Deed::Reload => 3,
            Deed::AddNonsense
            | Deed::ChangeAddress
            | Deed::Cancel
            | Deed::MistypePassword
            | Deed::CloseDialog
            | Deed::DismissRemoval
            | Deed::ChangePassword
            | Deed::OpenTab
            | Deed::CloseTab
            | Deed::SetClock
            | Deed::Sleep
            | Deed::ServerRestarts
            | Deed::WeatherChanges => 1,
        }
    }
}

/// The dialog in which a password is asked for, unless it is being checked.
fn asks_password(model: &Model) -> Option<UiaTarget> {
    let is_waiting = |uia: &Uia| !matches!(uia.phase, UiaPhase::Checking(_));
    model.active_uia().filter(|(_, uia)| is_waiting(uia)).map(|(subject, _)| subject)
}

fn asks_whether_to_remove(model: &Model) -> bool {
    model
        .removals
        .first()
        .is_some_and(|it| matches!(it.phase, RemovalPhase::Confirming | RemovalPhase::Failed(_)))
}

impl World<'_> {
    /// The person does something. Nothing, where that is not to be had now.
    pub fn act(&mut self) {
        let sum = Deed::ALL.iter().map(|it| it.weight()).sum();
        let mut left = self.rng.u32(0..sum);
        let deed = Deed::ALL.into_iter().find(|deed| {
            let is_it = left < deed.weight();
            left = left.saturating_sub(deed.weight());
            is_it
        });
        let deed = deed.expect("one of all");
        if self.does(deed) {
            self.counts.count(format_args!("person: {deed:?}"));
        }
    }

    /// Whether it could be done.
    fn does(&mut self, deed: Deed) -> bool {
        match deed {
            Deed::OpenLink => return self.opens_link(),
            Deed::OpenTab => return self.opens_tab(),
            Deed::SetClock => return self.sets_clock(),
            Deed::Sleep => {
                self.now += self.rng.f64() * 10.0 * 3_600_000.0;
                return true;
            }
            Deed::ServerRestarts => {
                self.server.restart(self.counts);
                return true;
            }
            Deed::WeatherChanges => {
                self.weather = self.rng.choice([0.0, 0.0, 0.02, 0.1, 0.4]).expect("one of them");
                return true;
            }
            Deed::TurnToTab => return self.turns_to_tab(),
            _ => {}
        }
        let Some(at) = self.in_front() else { return false };
        match deed {
            Deed::LeaveTab => {
                self.tabs[at].is_visible = false;
                let presence = self.tabs[at].presence();
                self.feed(at, presence, false);
                return true;
            }
            Deed::CloseTab => return self.closes_tab(at),
            Deed::Reload => return self.reloads(at),
            _ => {}
        }
        match self.press(at, deed) {
            Some(input) => {
                self.feed(at, input, true);
                true
            }
            None => false,
        }
    }

    /// What a press in this tab tells the element. A dialog is modal.
    fn press(&mut self, at: usize, deed: Deed) -> Option<Input> {
        let model = &self.tabs[at].model;
        let asks = asks_password(model);
        let removes = asks_whether_to_remove(model);
        let has_dialog = model.active_uia().is_some() || !model.removals.is_empty();
        match deed {
            Deed::TypePassword | Deed::MistypePassword => {
                let subject = asks?;
                self.passwords_typed += 1;
                let is_right = deed == Deed::TypePassword;
                let password = if is_right { &self.server.password } else { "mistyped" };
                return Some(Input::UserReplied(subject, password_of(password)));
            }
            Deed::CloseDialog => return Some(Input::UserReplied(asks?, UiaReply::Cancel)),
            Deed::ConfirmRemoval => {
                let removal = model.removals.first().filter(|_| removes)?;
                self.server.unwanted.insert(removal.address.clone());
                return Some(Input::RemoveConfirmed);
            }
            Deed::DismissRemoval => return removes.then_some(Input::RemoveCanceled),
            _ if has_dialog => return None,
            _ => {}
        }
        if model.password.is_some() {
            return match deed {
                Deed::ChangePassword => Some(self.another_password()),
                _ => None,
            };
        }
        let id = self.any_pending(at);
        Some(match deed {
            Deed::Add => {
                let address = self.rng.choice(ADDRESSES).expect("one of them").to_owned();
                self.server.wanted.insert(address.clone());
                Input::AddEmail { address, secret: self.fresh_secret(), initiator: Initiator::User }
            }
            Deed::AddNonsense => {
                let (address, secret) = ("no address".to_owned(), self.fresh_secret());
                Input::AddEmail { address, secret, initiator: Initiator::User }
            }
            Deed::Continue => Input::Continue(id?),
            Deed::Resend => Input::Resend(id?, self.fresh_secret()),
            Deed::TryAgain => Input::Retry(id?, self.fresh_secret()),
            Deed::ChangeAddress => Input::ChangeAddress(id?),
            Deed::Cancel => Input::Cancel(id?),
            Deed::TypeCode => {
                let code = if self.rng.u8(..) < 200 { "123456" } else { "654321" };
                let id = id.filter(|_| self.server.sends_codes)?;
                Input::SubmitCode(id, Code(code.to_owned()))
            }
            Deed::Remove => {
                let entries = self.tabs[at].model.list.entries()?;
                let entry = self.rng.choice(entries)?;
                Input::RemoveRequested { medium: Medium::Email, address: entry.address.clone() }
            }
            Deed::Refresh => Input::Refresh,
            _ => return None,
        })
    }

    fn any_pending(&mut self, at: usize) -> Option<VerificationId> {
        let pending = &self.tabs[at].model.verifications;
        self.rng.choice(pending.iter()).map(|it| it.id)
    }

    fn another_password(&mut self) -> Input {
        self.passwords += 1;
        let password = || SecretText(format!("{}{}", crate::checks::MARKER, self.passwords));
        Input::ChangePassword {
            password: password(),
            repeated: Some(password()),
            logout_devices: false,
        }
    }

    fn opens_link(&mut self) -> bool {
        let latest = self.server.mailbox.len().saturating_sub(4);
        let mails = self.server.mailbox[latest..].to_vec();
        match self.rng.choice(mails.iter()) {
            Some(mail) if !self.server.sends_codes => {
                self.server.open_link(mail, self.now, self.counts);
                true
            }
            Some(_) | None => false,
        }
    }
}

/// What the dialog hands in.
pub fn password_of(password: &str) -> UiaReply {
    let password = SecretText(password.to_owned());
    UiaReply::Auth(StageAnswer::Password { user_id: None, password })
}
