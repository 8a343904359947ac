//! Stands in for the crate `send_wrapper`, by which Leptos keeps values of the
//! browser where Rust wants what can be sent to another thread.
//!
//! The crate asks at each use which thread it is on. WebAssembly without
//! `atomics` has one thread and can start no other, so the answer is always the
//! same; to give it, std links its code for threads and an allocator of its own
//! (`docs/decisions/0002-bytes.md`).
#![cfg(target_arch = "wasm32")]

#[cfg(target_feature = "atomics")]
compile_error!("with threads, the crate send_wrapper itself is needed");

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A value that cannot leave the only thread there is.
#[derive(Clone)]
pub struct SendWrapper<T>(T);

// SAFETY: there is no other thread that it could be sent to, or shared with.
unsafe impl<T> Send for SendWrapper<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for SendWrapper<T> {}

impl<T> SendWrapper<T> {
    /// Wraps a value.
    pub fn new(value: T) -> SendWrapper<T> {
        SendWrapper(value)
    }

    /// Whether the value may be used here.
    pub fn valid(&self) -> bool {
        true
    }

    /// The value.
    pub fn take(self) -> T {
        self.0
    }
}

impl<T> Deref for SendWrapper<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for SendWrapper<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for SendWrapper<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(feature = "futures")]
mod futures {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures_core::Stream;

    use super::SendWrapper;

    impl<T> SendWrapper<T> {
        fn pinned(self: Pin<&mut Self>) -> Pin<&mut T> {
            // SAFETY: the value is pinned with its wrapper, which never moves it.
            unsafe { self.map_unchecked_mut(|it| &mut it.0) }
        }
    }

    impl<T: Future> Future for SendWrapper<T> {
        type Output = T::Output;

        fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T::Output> {
            self.pinned().poll(context)
        }
    }

    impl<T: Stream> Stream for SendWrapper<T> {
        type Item = T::Item;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T::Item>> {
            self.pinned().poll_next(context)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            self.0.size_hint()
        }
    }
}
