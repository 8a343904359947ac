//! One cell: a person, their page, and what they do before the fault and in the
//! end.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use stage::synapse::Session;

use super::expected_messages::{Seen, WAITING};
use super::out_of_band::{have_added, open_link};
use super::request::Request;
use crate::error_responses::WHOAMI;
use crate::harness::stage;
use crate::page_object::Page;
use crate::proxy::{Proxy, Trick};

/// What the page runs.
const SCRIPT: &str = include_str!("page.js");
/// How soon the widget tries again for the first time, and a little.
const WAIT_MS: u32 = 2_500;

/// A person in front of a page.
pub struct Scene<'a> {
    pub(super) page: &'a Page,
    pub(super) proxy: Proxy,
    session: Session,
    pub(super) name: String,
    pub(super) address: &'a str,
    pub(super) request: Request,
}

impl<'a> Scene<'a> {
    /// Opens the page.
    pub async fn new(
        page: &'a Page,
        session: Session,
        address: &'a str,
        request: Request,
    ) -> Result<Scene<'a>> {
        let proxy = Proxy::start(&stage().synapse.url()).await?;
        let attribute = match request {
            // The element has to ask, for it is to keep what is pending.
            Request::Account => String::new(),
            // The element has to ask, and is not answered before the password.
            Request::Whoami => "persist=\"none\"".to_owned(),
            Request::FirstList
            | Request::Send
            | Request::Resend
            | Request::Continue
            | Request::Return
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd
            | Request::Delete
            | Request::ListAfterDelete => format!("user-id=\"{}\"", session.user_id),
        };
        let (name, _) = address.split_once('@').context("an address")?;
        let body = format!(
            "<matrix-threepids homeserver=\"{}\" {attribute}></matrix-threepids>",
            proxy.url
        );
        page.goto(&stage().serve_page(&body, SCRIPT)).await?;
        // Nothing happens in its own time, in between.
        page.stop_time().await?;
        Ok(Scene { page, proxy, session, name: name.to_owned(), address, request })
    }

    /// All that comes before the request.
    pub async fn prepare(&self) -> Result<()> {
        let (page, address) = (self.page, self.address);
        match self.request {
            Request::FirstList => have_added(&self.session, address).await,
            Request::Account => Ok(()),
            Request::Send => {
                self.signs_in(&self.session).await?;
                page.type_into("Email address", address).await
            }
            Request::Resend => self.has_mail_sent().await,
            Request::Continue => {
                self.has_mail_sent().await?;
                open_link(address).await
            }
            Request::Return => {
                self.has_mail_sent().await?;
                open_link(address).await?;
                page.leave().await
            }
            Request::Whoami | Request::Password | Request::ListAfterAdd => {
                self.has_mail_sent().await?;
                open_link(address).await?;
                page.press("Continue").await?;
                self.types_password().await
            }
            Request::Session | Request::Waiting => {
                self.has_mail_sent().await?;
                page.press("Continue").await?;
                self.types_password().await?;
                page.press("Confirm").await?;
                page.read("status", WAITING).await?;
                open_link(address).await
            }
            Request::Delete | Request::ListAfterDelete => {
                have_added(&self.session, address).await?;
                self.signs_in(&self.session).await?;
                page.press(&format!("Remove {address}")).await?;
                page.see("alertdialog", &format!("Remove {address}?")).await.map(drop)
            }
        }
    }

    /// What the person does that has the request sent.
    pub(super) async fn acts(&self) -> Result<()> {
        match self.request {
            Request::FirstList => self.signs_in_at_once(&self.session).await,
            Request::Account => {
                self.signs_in_at_once(&self.session).await?;
                // The list, too, is awaited for 30 seconds only.
                self.page.until("!window.element.matches(':state(loading)')").await
            }
            Request::Send => self.page.press("Add").await,
            Request::Resend => self.page.press("Resend email").await,
            Request::Continue | Request::Session => self.page.press("Continue").await,
            Request::Whoami | Request::Password | Request::ListAfterAdd => {
                self.page.press("Confirm").await
            }
            Request::Return => self.page.come_back().await,
            // The person does nothing.
            Request::Waiting => self.page.pass(WAIT_MS).await,
            Request::Delete | Request::ListAfterDelete => self.page.press("Remove").await,
        }
    }

    /// In the end, what the person wanted is so, on the page and at the server.
    pub async fn finishes(&self, seen: &Seen) -> Result<()> {
        let (page, address) = (self.page, self.address);
        let on_the_list = match self.request {
            Request::FirstList => true,
            Request::Account => {
                self.adds().await?;
                // What is pending is kept for the account, once that is known.
                let kept = format!("JSON.stringify({{...sessionStorage}}).includes('{address}')");
                page.until(&kept).await?;
                page.reload().await?;
                self.signs_in_at_once(&self.session).await?;
                page.until(&format!("window.element.pending[0]?.address === '{address}'")).await?;
                false
            }
            Request::Send => {
                page.see("group", address).await?;
                stage().mails.wait_for(address, 1).await?;
                false
            }
            Request::Resend => {
                page.read("status", "Email sent again").await?;
                stage().mails.wait_for(address, 2).await?;
                false
            }
            // The deprecated endpoint asks for no password.
            Request::Continue | Request::Return if !matches!(seen, Seen::Done) => {
                self.types_password().await?;
                page.press("Confirm").await?;
                page.read("status", &format!("{address} was added")).await?;
                true
            }
            Request::Continue
            | Request::Return
            | Request::Whoami
            | Request::Password
            | Request::Session
            | Request::Waiting
            | Request::ListAfterAdd => {
                self.reads_notice(seen, &format!("{address} was added")).await?;
                true
            }
            Request::Delete | Request::ListAfterDelete => {
                self.reads_notice(seen, &format!("{address} was removed")).await?;
                false
            }
        };
        let wanted: &[&str] = if on_the_list { &[address] } else { &[] };
        page.list_is(wanted).await?;
        let addresses = stage().synapse.addresses(&self.session).await?;
        ensure!(addresses == wanted, "at the server: {addresses:?}");
        Ok(())
    }

    pub(super) async fn signs_in_at_once(&self, session: &Session) -> Result<()> {
        let script = format!("window.element.accessToken = {}", json!(session.token));
        self.page.run(&script).await.map(drop)
    }

    /// Signs in, and sees the list.
    async fn signs_in(&self, session: &Session) -> Result<()> {
        self.signs_in_at_once(session).await?;
        self.page.see("textbox", "Email address").await.map(drop)
    }

    async fn has_mail_sent(&self) -> Result<()> {
        if self.request == Request::Whoami {
            // It asks at first, and once more when there is something to keep.
            self.refuses_to_say_who();
            self.signs_in(&self.session).await?;
            self.proxy.met().await?;
            self.refuses_to_say_who();
            self.adds().await?;
            return self.proxy.met().await;
        }
        self.signs_in(&self.session).await?;
        self.adds().await
    }

    fn refuses_to_say_who(&self) {
        let error = r#"{"errcode": "M_UNKNOWN", "error": "server's own"}"#;
        self.proxy.meets(WHOAMI, Trick::Instead(500, error));
    }

    async fn adds(&self) -> Result<()> {
        self.page.type_into("Email address", self.address).await?;
        self.page.press("Add").await?;
        self.page.see("group", self.address).await.map(drop)
    }

    async fn types_password(&self) -> Result<()> {
        self.page.see("dialog", "Confirm it's you").await?;
        self.page.type_into("Password", "secret").await
    }
}
