//! Methods of the element for the host application.

use std::rc::Rc;

use js_sys::Promise;

use super::runtime::Runtime;
use super::{focus, js_values, random};
use crate::locale::phone_numbers;
use crate::matrix::email;
use crate::matrix::get_3pids::Medium;
use crate::model::{
    ErrorReport, FocusTarget, Initiator, Input, MethodCall, Verification, VerificationId,
    is_same_address,
};

impl Runtime {
    /// Calls the method with this name of the class in
    /// `www/matrix-threepids-element.ts`.
    pub(super) fn call_method(
        self: &Rc<Self>,
        country: &str,
        name: &str,
        [first, second]: [String; 2],
    ) -> Promise {
        match name {
            "refresh" => self.start(MethodCall::Refresh, Input::Refresh),
            "addEmail" => self.add_email(first),
            "addPhone" if second.is_empty() => self.add_phone(&first, country),
            "addPhone" => self.add_phone(&first, &second),
            "resend" => self.resend(&first),
            "cancel" => self.cancel(&first),
            "remove" => self.remove(&first, &second),
            _ => reject("internal"),
        }
    }

    fn add_email(self: &Rc<Self>, address: String) -> Promise {
        let operation = MethodCall::Send(email::trimmed(&address));
        let secret = random::client_secret();
        self.start(operation, Input::AddEmail { address, secret, initiator: Initiator::HostMethod })
    }

    fn add_phone(self: &Rc<Self>, number: &str, country: &str) -> Promise {
        let (msisdn, phone) = phone_numbers::read(number, country);
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
        Promise::resolve(&wasm_bindgen::JsValue::UNDEFINED)
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
    pub(super) fn focus_first_field(&self) {
        // Only one of them has no sections.
        let first = self.read(|model| model.sections.first().copied());
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
