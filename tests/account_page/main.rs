//! The account page without a browser: what is sent, what is made of answers,
//! and in which order.

mod config;
mod discovery;
mod request_storms;
mod requests;
mod sign_in;
mod simulator;
mod tabs;
mod visit;
