//! The account page without a browser: what is sent, what is made of answers,
//! and in which order.

mod config;
mod discovery;
mod hour;
mod requests;
mod sign_in;
mod tabs;
mod visit;
mod world;
