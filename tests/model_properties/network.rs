//! What servers and other tabs answer.

use matrix_threepids::matrix::get_3pids::{Medium, Threepid};
use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::{HttpResponse, Json, RequestError};
use matrix_threepids::model::{Input, UiaReply, UiaTarget, VerificationPhase};

use crate::actions::*;
use crate::remote_tab::{self, Now};
use crate::simulator::*;

impl World {
    /// Its mail went out from another tab.
    pub fn told(&mut self, told: &remote_tab::Told) -> Json {
        let secret = self.fresh_secret();
        if told.how == Now::Pending {
            self.pairs.push((remote_tab::sid(&secret), secret.clone()));
            self.mails.push(Mail {
                secret: secret.clone(),
                address: told.address().to_owned(),
                attempt: u32::from(told.attempt),
                sent: true,
            });
        }
        told.json(self.now, &secret)
    }

    pub fn skip(&mut self, which: usize) {
        let impatient = |it: &&InFlight| match it {
            InFlight::Add(id) => self.patient.get(id) == Some(&false),
            InFlight::List(_)
            | InFlight::Token(_)
            | InFlight::Code(_)
            | InFlight::Delete
            | InFlight::Proof(_)
            | InFlight::ProofCode(_)
            | InFlight::Discover
            | InFlight::Capabilities => false,
        };
        let skipped: Vec<_> = self.under_way.iter().filter(impatient).copied().collect();
        if let Some(InFlight::Add(id)) = skipped.get(which % skipped.len().max(1)) {
            self.under_way.retain(|it| *it != InFlight::Add(*id));
            self.feed(Input::AddLockUnavailable(*id), true);
        }
    }

    pub fn answer(&mut self, request: InFlight, server: Server, stale: bool) {
        let failure = match server {
            Server::Yes { .. } => None,
            Server::No(status, body) => {
                let body = body.to_owned();
                HttpResponse { status, retry_after: None, body }.json().err()
            }
            Server::Lost(0) => Some(RequestError::Network),
            Server::Lost(1) => Some(RequestError::Timeout),
            Server::Lost(2) => Some(RequestError::Offline),
            Server::Lost(kind) => Some(RequestError::SessionExpired { soft_logout: kind == 3 }),
        };
        let list = match server {
            Server::Yes { list } => list,
            Server::No(..) | Server::Lost(_) => 0,
        };
        let input = match request {
            InFlight::List(number) => {
                let listed = ADDRESSES.iter().enumerate().filter(|(at, _)| list >> at & 1 == 1);
                let entries = listed.map(|(_, address)| Threepid {
                    medium: Medium::Email,
                    address: address.trim().to_owned(),
                    added_at: None,
                    validated_at: None,
                    shared: None,
                    nth: 0,
                });
                let numbers =
                    NUMBERS[..2].iter().enumerate().filter(|(at, _)| list >> (6 + at) & 1 == 1);
                let numbers = numbers.map(|(_, number)| Threepid {
                    medium: Medium::Msisdn,
                    address: (*number).to_owned(),
                    added_at: None,
                    validated_at: None,
                    shared: None,
                    nth: 0,
                });
                let result = failure.map_or(Ok(entries.chain(numbers).collect()), Err);
                Input::ListLoaded { number, result }
            }
            InFlight::Token(id) => {
                // Now and then a new validation session, a code in place of a link.
                self.sids += u32::from(list & 1);
                let sid = format!("sid-{}", self.sids);
                let code = list >> 1 & 3 == 3;
                let submit_url = code.then(|| "https://example.org/submit".to_owned());
                let result = failure.map_or(Ok(Response { sid, submit_url, msisdn: None }), Err);
                let of = self.asked.get(&id);
                if let (Ok(answer), Some(secret), false) = (&result, of, stale) {
                    self.pairs.push((answer.sid.clone(), secret.clone()));
                }
                let mail = self.mails.iter_mut().find(|mail| of == Some(&mail.secret));
                if let (Ok(_), Some(mail)) = (&result, mail) {
                    mail.sent |= !stale;
                }
                Input::TokenResponded { id, result }
            }
            InFlight::Add(id) => Input::AddResponded { id, result: failure.map_or(Ok(()), Err) },
            InFlight::Code(id) => {
                Input::CodeResponded { id, result: failure.map_or(Ok(list & 1 == 1), Err) }
            }
            InFlight::Proof(subject) => {
                let submit_url = (list & 1 == 1).then(|| "https://example.org/submit".to_owned());
                let answer = Response { sid: "proof".to_owned(), submit_url, msisdn: None };
                let secret = self.fresh_secret();
                let result = failure.map_or(Ok(answer), Err);
                Input::UiaTokenRequested { subject, secret, result }
            }
            InFlight::ProofCode(subject) => {
                let result = failure.map_or(Ok(list & 1 == 1), Err);
                Input::UiaTokenSubmitted { subject, result }
            }
            InFlight::Discover => Input::ManagementUrlLoaded(None),
            InFlight::Capabilities => Input::CapabilityLoaded(list & 7 != 7),
            InFlight::Delete => Input::DeleteResponded(failure.map_or(Ok(None), Err)),
        };
        self.feed(input, true);
    }

    /// Everything is answered, every dialog closed: then no method waits.
    pub fn end(&mut self, list: u8) {
        for _ in 0..1000 {
            self.now += 2.0;
            let authenticating =
                self.model.verifications.iter().find_map(|pending| match &pending.phase {
                    VerificationPhase::Authenticating { .. } => Some(pending.id),
                    _ => None,
                });
            if !self.under_way.is_empty() {
                let request = self.under_way.remove(0);
                self.answer(request, Server::Yes { list }, false);
            } else if let Some(id) = authenticating {
                self.feed(Input::UserReplied(UiaTarget::Verification(id), UiaReply::Cancel), true);
            } else if self.model.delayed_keys().next().is_some() {
                self.now += 60_000.0;
                self.feed(Input::TimerFired, true);
            } else if !self.model.removals.is_empty() {
                self.feed(Input::RemoveCanceled, true);
            } else {
                break;
            }
        }
        assert!(self.under_way.is_empty() && self.model.removals.is_empty());
        assert!(self.waiting.is_empty(), "wait for ever: {:?}", self.waiting);
    }
}
