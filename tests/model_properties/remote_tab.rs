//! What another tab may have.

use matrix_threepids::matrix::json::object;
use matrix_threepids::matrix::{ClientSecret, Json};
use proptest::prelude::*;

use crate::actions::{ADDRESSES, NUMBERS};
use crate::simulator::typed;

/// One verification of another tab.
#[derive(Clone, Debug)]
pub struct Told {
    pub address: usize,
    /// How long ago its mail went out, or its end came.
    pub age: u32,
    pub attempt: u8,
    pub expired: bool,
    pub waiting: bool,
    pub code: bool,
    pub how: Now,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Now {
    Pending,
    Cancelled,
    Added,
}

pub fn told() -> impl Strategy<Value = Told> {
    let how = prop_oneof![
        4 => Just(Now::Pending),
        1 => Just(Now::Cancelled),
        1 => Just(Now::Added),
    ];
    let flags = (prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.1));
    (0..7usize, 0..200_000u32, 1..4u8, flags, how).prop_map(
        |(address, age, attempt, (expired, waiting, code), how)| Told {
            address,
            age,
            attempt,
            expired,
            waiting,
            code,
            how,
        },
    )
}

impl Told {
    pub fn address(&self) -> &'static str {
        match ADDRESSES[..5].get(self.address) {
            Some(address) => address.trim(),
            None => NUMBERS[self.address - 5],
        }
    }

    fn is_phone(&self) -> bool {
        self.address >= 5
    }

    /// As it is told. Its secret is nobody else's.
    pub fn json(&self, now: f64, secret: &ClientSecret) -> Json {
        let record = object()
            .string("medium", if self.is_phone() { "msisdn" } else { "email" })
            .string("address", self.address())
            .number("at", now - f64::from(self.age));
        match self.how {
            Now::Cancelled | Now::Added => record.bool("added", self.how == Now::Added).build(),
            Now::Pending => {
                let validation = object()
                    .string("sid", &sid(secret))
                    .string("secret", secret.as_str())
                    .optional_string("submitUrl", self.code.then_some("https://example.org/submit"))
                    .build();
                let phone = self.is_phone();
                record
                    .optional_string("country", phone.then_some("GB"))
                    .optional_string("number", phone.then(|| typed(self.address())).as_deref())
                    .number("attempt", f64::from(self.attempt))
                    .bool("expired", self.expired)
                    .bool("waiting", self.waiting)
                    .json("validations", Json::Array(vec![validation]))
                    .build()
            }
        }
    }
}

pub fn sid(secret: &ClientSecret) -> String {
    ["told-", &secret.as_str()[..4]].concat()
}

pub fn records(records: Vec<Json>) -> Json {
    object().json("pending", Json::Array(records)).build()
}
