//! Storage of pending verifications. It is opened when the account is known.
//! Each change is stored and sent to the other elements of the account.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::Update;
use leptos::task::spawn_local;

use super::config::Persist;
use super::matrix_client::Abort;
use super::runtime::Runtime;
use crate::matrix::{Json, json};
use crate::model::{Input, Model, SessionState};

/// Storage of a runner's account.
#[derive(Default)]
pub struct StorageSync {
    /// Text that was stored last; `None` while the storage is closed.
    last_saved: RefCell<Option<String>>,
    /// Account of the storage.
    pub(super) account: RefCell<String>,
    /// True while `whoami` is pending.
    resolving_user: Cell<bool>,
    /// Document at the time of the last `whoami`.
    buffered: RefCell<String>,
    /// Place of the storage.
    pub(super) persist: Cell<Persist>,
    /// `sid` that the browser returned with through `next_link`.
    pub(super) returned: RefCell<Option<String>>,
}

impl Runtime {
    /// Opens the storage.
    pub fn open_storage(self: &Rc<Self>) {
        let persist = self.records.persist.get();
        let open = self.records.last_saved.borrow().is_some();
        if open || self.read(|model| model.access) != SessionState::Active {
            return;
        }
        // Whose account it is, is to be known in any case: with a password goes
        // the name that it is of, and the next token may be another person's.
        let session = self.session();
        if let Some(user_id) = session.known_user_id() {
            return self.open_storage_of(&user_id, persist);
        }
        let Some(abort) = Abort::new() else { return };
        if !self.records.resolving_user.replace(true) {
            let runtime = self.clone();
            spawn_local(async move {
                // Without an answer, nothing is kept until there is more to keep.
                let user_id = session.user_id(&abort).await;
                runtime.records.resolving_user.set(false);
                runtime.report_session();
                if let Ok(Some(_)) = user_id {
                    // Not that answer: it may be of a token from before.
                    let user_id = runtime.session().known_user_id().unwrap_or_default();
                    runtime.state.update(|state| state.settings.user_id = user_id);
                    runtime.open_storage();
                }
            });
        }
    }

    fn open_storage_of(self: &Rc<Self>, user_id: &str, persist: Persist) {
        let session = self.session();
        let account = [&*session.homeserver, " ", user_id].concat();
        let another = |before: &String| !before.is_empty() && *before != account;
        if session.is_of_other_account() || another(&self.records.account.borrow()) {
            // The token is another person's.
            self.reset(session.for_any_account());
            self.dispatch(Input::SessionChanged(SessionState::Active));
        }
        self.records.account.replace(account.clone());
        if persist == Persist::None {
            return;
        }
        let kept = self.bridge.open(persist == Persist::Local, &account);
        let records = json::parse(&kept).unwrap_or(Json::Null);
        self.records.last_saved.replace(Some(kept));
        self.dispatch(Input::StorageLoaded(records));
        if let Some(sid) = self.records.returned.take() {
            self.dispatch(Input::ReturnedFromLink(sid));
        }
    }

    /// Closes the storage. The stored text stays.
    pub fn close_storage(&self) {
        if let Some(kept) = self.records.last_saved.take() {
            // Not reason enough to open them again.
            self.records.buffered.replace(kept);
        }
        self.bridge.shut();
    }

    /// Deletes the stored text.
    pub fn forget_stored(&self) {
        let account = self.records.account.borrow().clone();
        let persist = self.records.persist.get();
        if !account.is_empty() && persist != Persist::None {
            if self.records.last_saved.borrow().is_none() {
                self.bridge.open(persist == Persist::Local, &account);
            }
            self.bridge.save(None);
            self.close_storage();
        }
    }

    /// Stores a changed document, and informs the other elements of the
    /// account.
    pub(super) fn store_records(self: &Rc<Self>) {
        let records = self.read(Model::to_stored_state);
        let text = records.as_ref().map(json::to_string).unwrap_or_default();
        let kept = self.records.last_saved.borrow().as_ref().map(|kept| *kept == text);
        match kept {
            Some(true) => {}
            Some(false) => {
                self.bridge.save(records.map(|_| &*text));
                self.records.last_saved.replace(Some(text));
            }
            None => {
                let before = self.records.buffered.replace(text.clone());
                if before != text {
                    self.open_storage();
                }
            }
        }
    }
}
