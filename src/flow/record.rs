//! Stored document of pending verifications, for the browser's storage and for
//! other tabs. It is not trusted: another version or another script may have
//! written it. Malformed parts are ignored.

use super::verification::DAY_MS;
use super::{
    Effect, Flow, Operation, Phase, Problem, Resend, Section, Validation, Verification,
    VerificationId, same_address,
};
use crate::matrix::json::{Object, object};
use crate::matrix::phone::{Dialled, is_msisdn};
use crate::matrix::retry_after::LONGEST_MS;
use crate::matrix::threepids::Medium;
use crate::matrix::{ClientSecret, Json};

/// Key of a rate limit, of the form or of a verification: its end and its
/// length.
const LIMITED: [&str; 2] = ["limitedUntil", "limitedFor"];
/// Key of the rate limit of the form for phone numbers.
const PHONES_LIMITED: [&str; 2] = ["phonesLimitedUntil", "phonesLimitedFor"];
/// Key of verifications for adding.
const PENDING: &str = "pending";
/// Key of verifications for sharing. They are separate, so that versions
/// without sharing do not add the addresses to the account.
const SHARES: &str = "shares";
/// Key of the identity server of a share.
const ID_SERVER: &str = "idServer";

/// Stored document of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Pending verifications, without their requests.
    pending: Vec<Verification>,
    /// Ended verifications.
    gone: Vec<Gone>,
    /// End of the rate limit of the form for email addresses, in ms since the
    /// epoch.
    limited_until: Option<f64>,
    /// End of the rate limit of the form for phone numbers, in ms since the
    /// epoch.
    phones_limited_until: Option<f64>,
}

/// Tombstone of an ended verification, so that a suspended tab does not restore
/// it.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    id_server: Option<String>,
    medium: Medium,
    address: String,
    /// Time of the end, in ms since the epoch. A later message belongs to
    /// another verification.
    at: f64,
    /// True if the address was added or shared, false if the verification was
    /// cancelled.
    added: bool,
}

impl Gone {
    fn is_of(&self, id_server: &Option<String>, medium: &Medium, address: &str) -> bool {
        self.id_server == *id_server
            && self.medium == *medium
            && same_address(medium, &self.address, address)
    }
}

impl Records {
    /// Parses a document of [`Flow::records`]. `ahead` is the difference
    /// between the machine's clock and `now`, in ms.
    pub fn read(json: &Json, now: f64, ahead: f64) -> Records {
        let mut records = Records {
            limited_until: limit(json, LIMITED, now, ahead),
            phones_limited_until: limit(json, PHONES_LIMITED, now, ahead),
            ..Records::default()
        };

        for (name, shares) in [(PENDING, false), (SHARES, true)] {
            for record in json.array(name) {
                let id_server = record.str(ID_SERVER).map(str::to_owned);
                if id_server.is_some() == shares {
                    records.read_one(id_server, record, now, ahead);
                }
            }
        }
        records
    }

    /// Parses a verification. A tombstone has no validation sessions.
    fn read_one(
        &mut self,
        id_server: Option<String>,
        record: &Json,
        now: f64,
        ahead: f64,
    ) -> Option<()> {
        // No other kind can be pending.
        let section = Section::of(&Medium::from(record.str("medium")?))?;
        let address = record.str("address").filter(|it| !it.is_empty())?.to_owned();
        // A clock that was wrong is not trusted.
        let at = (record.number("at")? - ahead).min(now);
        if now >= at + DAY_MS {
            return None;
        }
        let mut validations = Vec::new();
        for validation in record.array("validations") {
            let validation = read_validation(validation);
            let new = validation
                .filter(|it: &Validation| !validations.iter().any(|one: &Validation| one.is(it)));
            validations.extend(new);
        }
        let Some(newest) = validations.last() else {
            let added = record.is_true("added");
            self.gone.push(Gone { id_server, medium: section.medium(), address, at, added });
            return None;
        };
        let dialled = match section {
            Section::Emails => None,
            Section::Phones if !is_msisdn(&address) => return None,
            Section::Phones => Some(Dialled {
                country: record.str("country")?.to_owned(),
                number: record.str("number").filter(|it| !it.is_empty())?.to_owned(),
            }),
        };
        let attempt = record.number("attempt").filter(|attempt| (1.0..1e6).contains(attempt));
        let mut pending = Verification {
            id: VerificationId(0),
            id_server,
            medium: section.medium(),
            address,
            dialled,
            secret: newest.secret.clone(),
            attempt: attempt? as u32,
            sent_at: at,
            expired: record.is_true("expired"),
            validations,
            fresh: None,
            linked: true,
            resend: Resend::Ready,
            phase: Phase::Sent,
            restarted: false,
            paused: None,
            asked: record.is_true("asked"),
            may_open: false,
            own: false,
            elsewhere: record.is_true("waiting"),
        };
        pending.rest(now);
        if let Some(until) = limit(record, LIMITED, now, ahead) {
            pending.resend = Resend::Failed(Problem::limit(until, now));
        }
        self.pending.push(pending);
        None
    }
}

/// A rate limit that has not ended. It is at most as long as its stored length,
/// and at most one hour.
fn limit(record: &Json, [until, wait]: [&str; 2], now: f64, ahead: f64) -> Option<f64> {
    let until = record.number(until)? - ahead;
    let wait = record.number(wait).unwrap_or(LONGEST_MS);
    (until > now && until <= now + LONGEST_MS).then(|| until.min(now + wait)).filter(|it| *it > now)
}

fn write_limit(record: Object, names: [&str; 2], limit: Option<(f64, f64)>, ahead: f64) -> Object {
    let [until, wait] = names;
    record
        .maybe_number(until, limit.map(|it| it.0 + ahead))
        .maybe_number(wait, limit.map(|it| it.1))
}

fn read_validation(record: &Json) -> Option<Validation> {
    Some(Validation {
        sid: record.str("sid").filter(|sid| !sid.is_empty())?.to_owned(),
        secret: ClientSecret::parse(record.str("secret")?)?,
        submit_url: record.str("submitUrl").map(str::to_owned),
    })
}

fn record(id_server: &Option<String>, medium: &Medium, address: &str, at: f64) -> Object {
    let record = object().text("medium", medium.as_str()).text("address", address);
    record.maybe_text(ID_SERVER, id_server.as_deref()).number("at", at)
}

fn write_pending(it: &Verification, ahead: f64) -> Json {
    let validation = |it: &Validation| {
        object()
            .text("sid", &it.sid)
            .text("secret", it.secret.as_str())
            .maybe_text("submitUrl", it.submit_url.as_deref())
            .done()
    };
    let dialled = it.dialled.as_ref();
    let record = record(&it.id_server, &it.medium, &it.address, it.sent_at + ahead)
        .maybe_text("country", dialled.map(|it| &*it.country))
        .maybe_text("number", dialled.map(|it| &*it.number))
        .number("attempt", f64::from(it.attempt))
        .flag("expired", it.expired)
        .flag("waiting", it.is_waiting())
        .flag("asked", it.asked);
    write_limit(record, LIMITED, it.limited(), ahead)
        .json("validations", Json::Array(it.validations.iter().map(validation).collect()))
        .done()
}

fn write_gone(it: &Gone, ahead: f64) -> Json {
    record(&it.id_server, &it.medium, &it.address, it.at + ahead).flag("added", it.added).done()
}

impl Flow {
    /// Document to be stored; `None` if there is nothing to store.
    pub fn records(&self) -> Option<Json> {
        let ahead = self.ahead;
        let limit = self.form.problem().and_then(Problem::limited);
        let phones_limit = self.phone_form.problem().and_then(Problem::limited);
        let limits = limit.or(phones_limit);
        let (mut pending, mut shares) = (Vec::new(), Vec::new());
        let mut keep = |id_server: &Option<String>, record| {
            if id_server.is_some() { &mut shares } else { &mut pending }.push(record);
        };
        // What was never sent is nothing to come back to.
        for it in self.pending.iter().filter(|it| it.is_sent()) {
            keep(&it.id_server, write_pending(it, ahead));
        }
        for it in &self.gone {
            keep(&it.id_server, write_gone(it, ahead));
        }
        if pending.is_empty() && shares.is_empty() && limits.is_none() {
            return None;
        }
        let shares = Some(shares).filter(|it| !it.is_empty());
        let records =
            object().json(PENDING, Json::Array(pending)).maybe(SHARES, shares.map(Json::Array));
        let records = write_limit(records, LIMITED, limit, ahead);
        Some(write_limit(records, PHONES_LIMITED, phones_limit, ahead).done())
    }

    /// Restores the document of this tab.
    pub(super) fn restored(&mut self, records: &Json) {
        let mut records = Records::read(records, self.now, self.ahead);
        for pending in &mut records.pending {
            // That was us.
            pending.elsewhere = false;
        }
        if let Some(until) = records.limited_until {
            self.form.limited(Problem::limit(until, self.now));
        }
        if let Some(until) = records.phones_limited_until {
            self.phone_form.limited(Problem::limit(until, self.now));
        }
        // Whoever has just handed in an address has not come back.
        let back = !records.pending.is_empty();
        self.take_over(records);
        if back {
            self.come_back();
        }
    }

    /// Merges the document of another tab or element. Merging the same document
    /// again changes nothing; otherwise two tabs would inform each other
    /// endlessly.
    pub(super) fn heard(&mut self, records: &Json) {
        let records = Records::read(records, self.now, self.ahead);
        self.take_over(records);
    }

    fn take_over(&mut self, records: Records) {
        for gone in records.gone {
            let known = |it: &Gone| {
                it.is_of(&gone.id_server, &gone.medium, &gone.address) && it.at >= gone.at
            };
            if !self.gone.iter().any(known) {
                self.end_with(&gone);
                self.remember_gone(gone);
            }
        }
        for record in records.pending {
            let same =
                |it: &Verification| it.is(&record.id_server, &record.medium, &record.address);
            let is_gone = |it: &Gone| {
                it.is_of(&record.id_server, &record.medium, &record.address)
                    && record.sent_at <= it.at
            };
            let is_gone = self.gone.iter().any(is_gone);
            if let Some(mine) = self.pending.iter_mut().find(|it| same(it)) {
                mine.merge(record, self.now);
            } else if !is_gone {
                if let Some(section) = Section::of(&record.medium) {
                    // A message went out.
                    self.form_of_mut(section).supported = true;
                }
                let id = self.fresh_id();
                self.pending.push(Verification { id, ..record });
            }
        }
        self.look_for_returned();
    }

    /// Ends a verification that another tab has ended.
    fn end_with(&mut self, gone: &Gone) {
        let ended = |it: &Verification| {
            gone.is_of(&it.id_server, &it.medium, &it.address)
                && it.sent_at <= gone.at
                && !matches!(it.phase, Phase::Adopting)
        };
        let Some(at) = self.pending.iter().position(ended) else { return };
        if gone.added && self.pending[at].is_share() {
            self.pending[at].phase = Phase::AddedElsewhere;
            self.effects.push(Effect::Abort(self.pending[at].id));
            self.look_up();
        } else if gone.added {
            let pending = &mut self.pending[at];
            let id = pending.id;
            pending.phase = Phase::AddedElsewhere;
            let resend = std::mem::replace(&mut pending.resend, Resend::Ready);
            self.effects.push(Effect::Abort(id));
            if matches!(resend, Resend::Sending { .. }) {
                self.settle(Operation::Resend(id), Err("cancelled"));
            }
            self.read_list();
        } else if self.drop_verification(at).is_being_added() {
            // It may have gone through: the list tells.
            self.read_list();
        }
    }

    /// Adds a tombstone for a verification that has ended here.
    pub(super) fn ended(&mut self, ended: &Verification, added: bool) {
        let id_server = ended.id_server.clone();
        let (medium, address) = (ended.medium.clone(), ended.address.clone());
        let known = |it: &Gone| it.is_of(&id_server, &medium, &address) && it.at >= ended.sent_at;
        if ended.is_sent() && !self.gone.iter().any(known) {
            self.remember_gone(Gone { id_server, medium, address, at: self.now, added });
        }
    }

    fn remember_gone(&mut self, gone: Gone) {
        self.gone.retain(|it| !it.is_of(&gone.id_server, &gone.medium, &gone.address));
        self.gone.push(gone);
    }

    /// Time of a new message, later than the end of the former verification.
    pub(super) fn sending_time(
        &self,
        id_server: &Option<String>,
        medium: &Medium,
        address: &str,
    ) -> f64 {
        let before = self.gone.iter().find(|it| it.is_of(id_server, medium, address));
        before.map_or(self.now, |gone| self.now.max(gone.at + 1.0))
    }

    /// Deletes what is older than a day.
    pub(super) fn forget_old(&mut self) {
        let now = self.now;
        self.gone.retain(|it| now < it.at + DAY_MS);
        let idle = |it: &Verification| !it.is_being_added() && !it.is_busy();
        let old = |it: &Verification| now >= it.sent_at + DAY_MS && idle(it);
        while let Some(at) = self.pending.iter().position(old) {
            self.drop_verification(at);
        }
    }
}

impl Verification {
    /// Merges what another tab knows about the same address.
    pub(super) fn merge(&mut self, other: Verification, now: f64) {
        self.elsewhere = other.elsewhere;
        self.asked |= other.asked;
        let newer = other.sent_at > self.sent_at;
        let mut place = if newer { self.validations.len() } else { 0 };
        for theirs in other.validations {
            match self.validations.iter_mut().find(|it| it.is(&theirs)) {
                // The code was right there.
                Some(mine) if theirs.submit_url.is_none() => mine.submit_url = None,
                Some(_) => {}
                None => {
                    self.own &= other.own;
                    self.validations.insert(place, theirs);
                    place += 1;
                }
            }
        }
        if newer {
            self.secret = other.secret;
            self.attempt = other.attempt;
            self.sent_at = other.sent_at;
            self.expired = other.expired;
            self.may_open = false;
            self.fresh = None;
            if !matches!(self.resend, Resend::Sending { .. }) {
                self.rest(now);
            }
        } else if other.sent_at == self.sent_at {
            self.expired |= other.expired;
        }
    }
}
