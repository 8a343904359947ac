//! Functions that the class calls by their names: methods of the element for the
//! host application, and what happens in other tabs and windows.

use std::rc::Rc;

use js_sys::Promise;
use leptos::prelude::WithUntracked;
use wasm_bindgen::JsValue;

use super::runtime::Runtime;
use super::{focus, js_values, random};
use crate::locale::phone_numbers;
use crate::matrix::get_3pids::Medium;
use crate::matrix::{Json, email, json};
use crate::model::{
    ErrorReport, FocusTarget, Initiator, Input, MethodCall, Model, Verification, VerificationId,
    is_same_address,
};

impl Runtime {
    /// Calls the function with this name of `Handle` in `www/rust.ts`.
    pub(super) fn call(self: &Rc<Self>, name: &str, [first, second]: [String; 2]) -> JsValue {
        let promise = match name {
            "refresh" => self.start(MethodCall::Refresh, Input::Refresh),
            "addEmail" => self.add_email(first),
            "addPhone" => self.add_phone(&first, second),
            "resend" => self.resend(&first),
            "cancel" => self.cancel(&first),
            "remove" => self.remove(&first, &second),
            "pending" => return json::to_js(&self.read(js_values::pending)),
            "threepids" => {
                let threepids = |model: &Model| js_values::threepids(&model.visible_threepids());
                return json::to_js(&self.read(threepids));
            }
            "focus" => {
                self.focus_first_field();
                return JsValue::UNDEFINED;
            }
            name => {
                self.report(name, first);
                return JsValue::UNDEFINED;
            }
        };
        promise.into()
    }

    /// Handles what happened in another tab or window.
    fn report(self: &Rc<Self>, name: &str, text: String) {
        self.dispatch(match name {
            // `authDone` of the fallback page of this UIA session.
            "pageDone" => Input::FallbackPageDone(text),
            // The stored document of another element of the account.
            "heardRecords" => Input::TabRecords(json::parse(&text).unwrap_or(Json::Null)),
            "heardListChanged" => Input::TabListChanged,
            "heardLinkOpened" => Input::TabLinkOpened(text),
            _ => return,
        });
    }

    fn add_email(self: &Rc<Self>, address: String) -> Promise {
        let operation = MethodCall::Send(email::trimmed(&address));
        let secret = random::client_secret();
        self.start(operation, Input::AddEmail { address, secret, initiator: Initiator::HostMethod })
    }

    /// Without a country, the element's default counts.
    fn add_phone(self: &Rc<Self>, number: &str, country: String) -> Promise {
        let country = match country.is_empty() {
            true => self.state.with_untracked(|state| state.settings.country.clone()),
            false => country,
        };
        let (msisdn, phone) = phone_numbers::read(number, &country);
        let key = if msisdn.is_empty() { &phone.number } else { &msisdn };
        let operation = MethodCall::Send(key.clone());
        let (secret, initiator) = (random::client_secret(), Initiator::HostMethod);
        self.start(operation, Input::AddPhone { msisdn, phone, secret, initiator })
    }

    fn resend(self: &Rc<Self>, address: &str) -> Promise {
        match self.pending_id(address) {
            Some(id) => {
                let again = Input::Resend(id, random::client_secret());
                self.start(MethodCall::Resend(id), again)
            }
            None => reject("invalid-address"),
        }
    }

    fn cancel(self: &Rc<Self>, address: &str) -> Promise {
        if let Some(id) = self.pending_id(address) {
            self.dispatch(Input::Cancel(id));
        }
        Promise::resolve(&JsValue::UNDEFINED)
    }

    fn remove(self: &Rc<Self>, medium: &str, address: &str) -> Promise {
        let medium = Medium::from(medium);
        // The entry's own spelling counts.
        let Some(address) = self.read(|model| model.find_entry(&medium, address)) else {
            return reject("invalid-address");
        };
        let operation = MethodCall::Remove(medium.clone(), address.clone());
        self.start(operation, Input::RemoveRequested { medium, address })
    }

    /// Focuses the first field.
    fn focus_first_field(&self) {
        let first = self.read(|model| {
            let asks_for_password = model.is_reset() && !model.asks_for_address();
            // One kind of element has no sections.
            model.sections.first().copied().filter(|_| !asks_for_password)
        });
        let field = first.map_or(FocusTarget::NewPassword, FocusTarget::Field);
        self.with_root(|root| focus::focus(root, &field));
    }

    fn start(self: &Rc<Self>, operation: MethodCall, input: Input) -> Promise {
        let promise = self.promises.register(operation);
        self.dispatch(input);
        promise
    }

    fn pending_id(&self, address: &str) -> Option<VerificationId> {
        self.read(|model| {
            let is = |it: &&Verification| {
                !it.is_share()
                    && model.is_visible(it)
                    && is_same_address(&it.medium, &it.address, &email::trimmed(address))
            };
            model.verifications.iter().find(is).map(|it| it.id)
        })
    }
}

fn reject(code: &'static str) -> Promise {
    Promise::reject(&js_values::report(&ErrorReport::local(code)))
}
