//! One cell, from the fault on: what the person sees, has, and does about it.

use anyhow::{Result, ensure};
use serde_json::json;

use super::expected_messages::{LIMITED, OFFLINE, SESSION_OVER, Seen, WAITING};
use super::request::{Kept, Request};
use super::scenario::Scene;
use crate::error_responses::SEND;
use crate::fault_injection::{Fault, LIMIT_MS};
use crate::harness::stage;

impl Scene<'_> {
    /// The request is sent, and meets the fault.
    pub async fn meets(&self, fault: Fault) -> Result<()> {
        let (page, proxy, request) = (self.page, &self.proxy, self.request);
        let before = proxy.passed(request.what()).len();
        let answered = page.run("return window.answered").await?.as_u64().unwrap_or_default();
        if let Some(before) = request.follows() {
            proxy.hold(before);
            self.acts().await?;
            proxy.held().await?;
            fault.begin(page, proxy, request.what()).await?;
            proxy.let_go();
        } else {
            fault.begin(page, proxy, request.what()).await?;
            self.acts().await?;
        }
        fault.met(page, proxy).await?;
        let sent = proxy.passed(request.what()).len() - before;
        ensure!(fault != Fault::Offline || sent == 0, "sent while offline");
        if request == Request::Return && fault != Fault::Offline {
            // The list, then this: nothing on the screen tells when they are over.
            page.until(&format!("window.answered >= {}", answered + 2)).await?;
        }
        Ok(())
    }

    /// What the person sees of it.
    pub async fn sees(&self, seen: &Seen) -> Result<()> {
        let page = self.page;
        let again = match seen {
            Seen::TryAgain(words) => {
                page.read("alert", words).await?;
                u64::from(self.request.button().is_none())
            }
            Seen::Alert(words) => {
                page.read("alert", words).await?;
                0
            }
            Seen::Offline => {
                page.read("status", OFFLINE).await?;
                return Ok(());
            }
            Seen::Limit => {
                self.counts_down().await?;
                0
            }
            Seen::SessionOver { soft_logout } => {
                page.read("alert", SESSION_OVER).await?;
                let expired = page.run("return window.expired").await?;
                ensure!(expired == json!([{"softLogout": soft_logout}]), "expired: {expired}");
                0
            }
            Seen::Waiting => {
                page.read("status", WAITING).await?;
                0
            }
            Seen::Quiet | Seen::Done => 0,
        };
        let shown = page.count("button", Some("Try again")).await?;
        ensure!(shown == again, "{shown} times Try again");
        let raw = page.run("return window.element.shadowRoot.textContent").await?;
        ensure!(!raw.as_str().unwrap_or_default().contains("server's own"), "{raw}");
        Ok(())
    }

    /// The words stay for screen readers; one figure is seen, and counts.
    async fn counts_down(&self) -> Result<()> {
        let figure = "[...window.element.shadowRoot.querySelectorAll('[aria-hidden=true]')]\
            .filter((it) => it.checkVisibility())\
            .map((it) => /\\d:\\d\\d(?=\\.$)/.exec(it.textContent)?.[0]).find(Boolean)";
        self.page.read("alert", LIMITED).await?;
        if let Some(button) = self.request.button() {
            let resting = self.page.see("button", button).await?.attr("aria-disabled").await?;
            ensure!(resting.as_deref() == Some("true"), "{button} can be pressed");
        }
        self.page.until(&format!("{figure} === '1:30'")).await?;
        self.page.pass(LIMIT_MS / 3 + 500).await?;
        self.page.until(&format!("{figure} === '1:00'")).await?;
        self.page.read("alert", LIMITED).await.map(drop)
    }

    /// What was there before is still there.
    pub async fn keeps(&self, seen: &Seen) -> Result<()> {
        let (page, address) = (self.page, self.address);
        match self.request.kept() {
            Kept::Added => {
                self.reads_notice(seen, &format!("{address} was added")).await?;
                page.list_is(&[address]).await
            }
            Kept::Removed => {
                self.reads_notice(seen, &format!("{address} was removed")).await?;
                page.list_is(&[]).await
            }
            Kept::Nothing => Ok(()),
            Kept::Address | Kept::Pending | Kept::Password if matches!(seen, Seen::Done) => Ok(()),
            Kept::Address => self.typed("Email address", address).await,
            Kept::Pending => {
                self.is_pending().await?;
                page.see("group", address).await.map(drop)
            }
            Kept::Password => {
                self.is_pending().await?;
                self.typed("Password", "secret").await
            }
        }
    }

    /// Reads the notice of success, unless its ten seconds passed while a list was
    /// limited.
    pub(super) async fn reads_notice(&self, seen: &Seen, text: &str) -> Result<()> {
        let is_list = matches!(self.request, Request::ListAfterAdd | Request::ListAfterDelete);
        if is_list && matches!(seen, Seen::Limit) {
            return Ok(());
        }
        self.page.read("status", text).await.map(drop)
    }

    async fn is_pending(&self) -> Result<()> {
        let pending = "return window.element.pending.map((it) => it.address)";
        let pending = self.page.run(pending).await?;
        ensure!(pending == json!([self.address]), "pending: {pending}");
        Ok(())
    }

    async fn typed(&self, field: &str, text: &str) -> Result<()> {
        let typed = self.page.see("textbox", field).await?.prop("value").await?;
        ensure!(typed.as_deref() == Some(text), "what was typed is gone: {field}");
        Ok(())
    }

    /// The fault is over, and the person goes on.
    pub async fn goes_on(&self, seen: &Seen, fault: Fault) -> Result<()> {
        let (page, request) = (self.page, self.request);
        fault.end(page, &self.proxy).await?;
        match (seen, request.button()) {
            (Seen::TryAgain(_), None) => page.press("Try again").await,
            (Seen::TryAgain(_) | Seen::Alert(_) | Seen::Quiet, Some(button)) => {
                page.press(button).await
            }
            (Seen::Limit, button) => {
                page.pass(LIMIT_MS - LIMIT_MS / 3).await?;
                let Some(button) = button else { return Ok(()) };
                page.see("button", button).await?;
                page.read("status", "You can try again now").await?;
                match request {
                    Request::Waiting => self.waits().await,
                    _ => page.press(button).await,
                }
            }
            (Seen::SessionOver { .. }, button) => {
                let another = stage().synapse.sign_in(&self.name, "secret").await?;
                self.signs_in_at_once(&another).await?;
                match button.filter(|_| request.is_in_dialog()) {
                    Some(button) => page.press(button).await,
                    None => Ok(()),
                }
            }
            (Seen::Waiting, _) => self.waits().await,
            (Seen::Alert(_) | Seen::Quiet, None) | (Seen::Offline | Seen::Done, _) => Ok(()),
        }
    }

    /// The person does nothing until it is done.
    async fn waits(&self) -> Result<()> {
        self.page.pass_until("window.stage.all('status', null, 'was added').length").await
    }

    /// Where the person saw no error, the embedder was told of none.
    pub async fn told_no_error(&self) -> Result<()> {
        let errors = self.page.run("return window.errors").await?;
        ensure!(errors == json!([]), "threepids-error: {errors}");
        Ok(())
    }

    /// Of how many mails the server was asked for, those count once that a
    /// server sends once.
    pub fn different_mails_asked_for(&self) -> usize {
        let mut bodies: Vec<_> =
            self.proxy.passed(SEND).iter().map(|it| it.body.to_string()).collect();
        bodies.sort();
        bodies.dedup();
        bodies.len()
    }
}
