//! Between JavaScript and the rest. The classes in `www/` are what a
//! page sees; behind each of its instances stands one [`Handle`].

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
