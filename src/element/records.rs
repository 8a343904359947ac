//! Storage of pending verifications. It is opened when the account is known.
//! Each change is stored and sent to the other elements of the account.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::Update;
use leptos::task::spawn_local;

use super::config::Persist;
use super::runner::Runner;
use super::session::Abort;
use crate::flow::{Access, Flow, Input};
use crate::matrix::{Json, json};

/// Storage of a runner's account.
#[derive(Default)]
pub struct Records {
    /// Text that was stored last; `None` while the storage is closed.
    kept: RefCell<Option<String>>,
    /// Account of the storage.
    pub(super) account: RefCell<String>,
    /// True while `whoami` is pending.
    asking: Cell<bool>,
    /// Document at the time of the last `whoami`.
    unkept: RefCell<String>,
    /// Place of the storage.
    pub(super) persist: Cell<Persist>,
    /// `sid` that the browser returned with through `next_link`.
    pub(super) returned: RefCell<Option<String>>,
}

impl Runner {
    /// Opens the storage.
    pub fn open_records(self: &Rc<Self>) {
        let persist = self.records.persist.get();
        let open = self.records.kept.borrow().is_some();
        if open || self.read(|flow| flow.access) != Access::Granted {
            return;
        }
        // Whose account it is, is to be known in any case: with a password goes
        // the name that it is of, and the next token may be another person's.
        let session = self.session();
        if let Some(user_id) = session.known_user_id() {
            return self.open_records_of(&user_id, persist);
        }
        let Some(abort) = Abort::new() else { return };
        if !self.records.asking.replace(true) {
            let runner = self.clone();
            spawn_local(async move {
                // Without an answer, nothing is kept until there is more to keep.
                let user_id = session.user_id(&abort).await;
                runner.records.asking.set(false);
                runner.look_at_session();
                if let Ok(Some(_)) = user_id {
                    // Not that answer: it may be of a token from before.
                    let user_id = runner.session().known_user_id().unwrap_or_default();
                    runner.model.update(|model| model.settings.user_id = user_id);
                    runner.open_records();
                }
            });
        }
    }

    fn open_records_of(self: &Rc<Self>, user_id: &str, persist: Persist) {
        let session = self.session();
        let account = [&*session.homeserver, " ", user_id].concat();
        let another = |before: &String| !before.is_empty() && *before != account;
        if session.is_of_another_person() || another(&self.records.account.borrow()) {
            // The token is another person's.
            self.start_over(session.for_any_person());
            self.feed(Input::Access(Access::Granted));
        }
        self.records.account.replace(account.clone());
        if persist == Persist::None {
            return;
        }
        let kept = self.hooks.open(persist == Persist::Local, &account);
        let records = json::parse(&kept).unwrap_or(Json::Null);
        self.records.kept.replace(Some(kept));
        self.feed(Input::Restored(records));
        if let Some(sid) = self.records.returned.take() {
            self.feed(Input::Returned(sid));
        }
    }

    /// Closes the storage. The stored text stays.
    pub fn close_records(&self) {
        if let Some(kept) = self.records.kept.take() {
            // Not reason enough to open them again.
            self.records.unkept.replace(kept);
        }
        self.hooks.shut();
    }

    /// Deletes the stored text.
    pub fn forget_records(&self) {
        let account = self.records.account.borrow().clone();
        let persist = self.records.persist.get();
        if !account.is_empty() && persist != Persist::None {
            if self.records.kept.borrow().is_none() {
                self.hooks.open(persist == Persist::Local, &account);
            }
            self.hooks.save("");
            self.close_records();
        }
    }

    /// Stores a changed document, and informs the other elements of the
    /// account.
    pub(super) fn keep_records(self: &Rc<Self>) {
        let records = self.read(Flow::records);
        let text = records.as_ref().map(json::to_string).unwrap_or_default();
        let kept = self.records.kept.borrow().as_ref().map(|kept| *kept == text);
        match kept {
            Some(true) => {}
            Some(false) => {
                self.hooks.save(&text);
                self.records.kept.replace(Some(text));
            }
            None => {
                let before = self.records.unkept.replace(text.clone());
                if before != text {
                    self.open_records();
                }
            }
        }
    }
}
