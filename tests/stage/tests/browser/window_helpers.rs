//! More than one window: what the page has opened, and what a person does
//! there.

use std::time::Duration;

use anyhow::{Context, Result};
use thirtyfour::prelude::*;

use crate::page_object::Page;

impl Page {
    /// Turns to the window that the page has opened, once it is there. Gives
    /// the one left.
    pub async fn turn_to_new_window(&self) -> Result<WindowHandle> {
        let left = self.driver.window().await?;
        let opened = async {
            let mut every = tokio::time::interval(Duration::from_millis(30));
            loop {
                every.tick().await;
                let windows = self.driver.windows().await?;
                if let Some(new) = windows.into_iter().find(|window| *window != left) {
                    return anyhow::Ok(new);
                }
            }
        };
        let opened = tokio::time::timeout(Duration::from_secs(15), opened).await;
        self.driver.switch_to_window(opened.context("no window was opened")??).await?;
        Ok(left)
    }

    /// Turns to this window. Gives the one left.
    pub async fn turn_to(&self, window: &WindowHandle) -> Result<WindowHandle> {
        let left = self.driver.window().await?;
        self.driver.switch_to_window(window.clone()).await?;
        Ok(left)
    }

    /// Closes the window in front, and turns to this one.
    pub async fn close_window(&self, then: &WindowHandle) -> Result<()> {
        self.driver.close_window().await?;
        self.driver.switch_to_window(then.clone()).await?;
        Ok(())
    }

    /// Waits until the window in front has a page with this text.
    pub async fn loaded(&self, text: &str) -> Result<()> {
        let there = async {
            let mut every = tokio::time::interval(Duration::from_millis(30));
            loop {
                every.tick().await;
                // Between two pages, there is nothing that could be asked.
                let shown = self.run("return document.body.innerText").await;
                if shown.is_ok_and(|shown| shown.as_str().is_some_and(|it| it.contains(text))) {
                    return;
                }
            }
        };
        let loaded = tokio::time::timeout(Duration::from_secs(15), there).await;
        loaded.with_context(|| format!("no page with {text:?}"))?;
        self.bring_testing().await
    }

    /// Follows a link of the window in front, once it is there.
    pub async fn follow(&self, name: &str) -> Result<()> {
        self.loaded(name).await?;
        Ok(self.see("link", name).await?.click().await?)
    }
}
