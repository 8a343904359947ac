//! Bridge between JavaScript and Rust. Each instance of the classes in `www/`
//! has one [`Handle`].

mod config;
mod details;
mod focus;
mod handle;
mod hooks;
mod identity;
mod panic;
mod promises;
mod random;
mod records;
mod requests;
mod runner;
mod session;
mod timer;
mod tokens;
