//! Promises of the element's methods.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::js_values;
use crate::model::{ErrorReport, MethodCall, MethodResult};

/// Pending promises.
#[derive(Default)]
pub struct Promises(RefCell<Vec<Waiting>>);

struct Waiting {
    operation: MethodCall,
    resolve: Function,
    reject: Function,
}

impl Promises {
    /// Creates a promise for this operation.
    pub fn register(&self, operation: MethodCall) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let operation = operation.clone();
            self.0.borrow_mut().push(Waiting { operation, resolve, reject });
        })
    }

    /// Resolves or rejects the promises of this operation.
    pub fn settle(&self, operation: &MethodCall, outcome: &Result<MethodResult, ErrorReport>) {
        self.take(|waiting| same(&waiting.operation, operation), outcome);
    }

    /// Rejects all promises.
    pub fn settle_all(&self, report: ErrorReport) {
        self.take(|_| true, &Err(report));
    }

    fn take(&self, wanted: impl Fn(&Waiting) -> bool, outcome: &Result<MethodResult, ErrorReport>) {
        let (done, left) = self.0.take().into_iter().partition(wanted);
        self.0.replace(left);
        let done: Vec<Waiting> = done;
        for waiting in done {
            // Settling a promise runs nobody's code: it cannot fail.
            let _ = match outcome {
                Ok(outcome) => {
                    waiting.resolve.call1(&JsValue::UNDEFINED, &js_values::outcome(outcome))
                }
                Err(report) => {
                    waiting.reject.call1(&JsValue::UNDEFINED, &js_values::report(report))
                }
            };
        }
    }
}

fn same(one: &MethodCall, other: &MethodCall) -> bool {
    match (one, other) {
        (MethodCall::Send(one), MethodCall::Send(other)) => {
            crate::matrix::email::is_same_address(one, other)
        }
        (one, other) => one == other,
    }
}
