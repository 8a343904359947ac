//! Stored document of pending verifications, for the browser's storage and for
//! other tabs. It is not trusted: another version or another script may have
//! written it. Malformed parts are ignored.

use super::verification::DAY_MS;
use super::{
    MethodCall, Model, ResendState, Section, UserError, ValidationSession, Verification,
    VerificationId, VerificationPhase, is_same_address,
};
use crate::matrix::get_3pids::Medium;
use crate::matrix::json::{ObjectBuilder, object};
use crate::matrix::phone_number::{PhoneInput, is_msisdn};
use crate::matrix::retry_after::MAX_MS;
use crate::matrix::{ClientSecret, Json};

/// Time in which other tabs respond after the storage was opened, in ms.
const TAB_RESPONSE_MS: f64 = 1_000.0;

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
pub struct StoredState {
    /// Pending verifications, without their requests.
    pending: Vec<Verification>,
    /// Ended verifications.
    ended: Vec<EndedVerification>,
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
pub struct EndedVerification {
    id_server: Option<String>,
    medium: Medium,
    address: String,
    /// Time of the end, in ms since the epoch. A later message belongs to
    /// another verification.
    ended_at: f64,
    /// True if the address was added or shared, false if the verification was
    /// cancelled.
    was_added: bool,
}

impl EndedVerification {
    fn matches(&self, id_server: &Option<String>, medium: &Medium, address: &str) -> bool {
        self.id_server == *id_server
            && self.medium == *medium
            && is_same_address(medium, &self.address, address)
    }
}

impl StoredState {
    /// Parses a document of [`Model::to_stored_state`]. `ahead` is the difference
    /// between the machine's clock and `now`, in ms.
    pub fn read(json: &Json, now: f64, ahead: f64) -> StoredState {
        let mut records = StoredState {
            limited_until: limit(json, LIMITED, now, ahead),
            phones_limited_until: limit(json, PHONES_LIMITED, now, ahead),
            ..StoredState::default()
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
        let section = Section::from_medium(&Medium::from(record.str("medium")?))?;
        let address = record.str("address").filter(|it| !it.is_empty())?.to_owned();
        // A clock that was wrong is not trusted.
        let at = (record.number("at")? - ahead).min(now);
        if now >= at + DAY_MS {
            return None;
        }
        let mut validations = Vec::new();
        for validation in record.array("validations") {
            let validation = read_validation(validation);
            let new = validation.filter(|it: &ValidationSession| {
                !validations.iter().any(|one: &ValidationSession| one.is(it))
            });
            validations.extend(new);
        }
        let Some(newest) = validations.last() else {
            let added = record.is_true("added");
            self.ended.push(EndedVerification {
                id_server,
                medium: section.medium(),
                address,
                ended_at: at,
                was_added: added,
            });
            return None;
        };
        let dialled = match section {
            Section::Emails => None,
            Section::Phones if !is_msisdn(&address) => return None,
            Section::Phones => Some(PhoneInput {
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
            phone: dialled,
            secret: newest.secret.clone(),
            attempt: attempt? as u32,
            sent_at: at,
            expired: record.is_true("expired"),
            validations,
            next_secret: None,
            use_next_link: true,
            resend: ResendState::Ready,
            phase: VerificationPhase::AwaitingUser,
            restarted: false,
            resumable_uia: None,
            auto_prompted: record.is_true("asked"),
            may_auto_prompt: false,
            link_opened: false,
            own: false,
            owned_by_other_tab: record.is_true("waiting"),
        };
        pending.start_cooldown(now);
        if let Some(until) = limit(record, LIMITED, now, ahead) {
            pending.resend = ResendState::Failed(UserError::rate_limit(until, now));
        }
        self.pending.push(pending);
        None
    }
}

/// A rate limit that has not ended. It is at most as long as its stored length,
/// and at most one hour.
fn limit(record: &Json, [until, wait]: [&str; 2], now: f64, ahead: f64) -> Option<f64> {
    let until = record.number(until)? - ahead;
    let wait = record.number(wait).unwrap_or(MAX_MS);
    (until > now && until <= now + MAX_MS).then(|| until.min(now + wait)).filter(|it| *it > now)
}

fn write_limit(
    record: ObjectBuilder,
    names: [&str; 2],
    limit: Option<(f64, f64)>,
    ahead: f64,
) -> ObjectBuilder {
    let [until, wait] = names;
    record
        .optional_number(until, limit.map(|it| it.0 + ahead))
        .optional_number(wait, limit.map(|it| it.1))
}

fn read_validation(record: &Json) -> Option<ValidationSession> {
    Some(ValidationSession {
        sid: record.str("sid").filter(|sid| !sid.is_empty())?.to_owned(),
        secret: ClientSecret::parse(record.str("secret")?)?,
        submit_url: record.str("submitUrl").map(str::to_owned),
    })
}

fn record(id_server: &Option<String>, medium: &Medium, address: &str, at: f64) -> ObjectBuilder {
    let record = object().string("medium", medium.as_str()).string("address", address);
    record.optional_string(ID_SERVER, id_server.as_deref()).number("at", at)
}

fn write_pending(it: &Verification, ahead: f64) -> Json {
    let validation = |it: &ValidationSession| {
        object()
            .string("sid", &it.sid)
            .string("secret", it.secret.as_str())
            .optional_string("submitUrl", it.submit_url.as_deref())
            .build()
    };
    let dialled = it.phone.as_ref();
    let record = record(&it.id_server, &it.medium, &it.address, it.sent_at + ahead)
        .optional_string("country", dialled.map(|it| &*it.country))
        .optional_string("number", dialled.map(|it| &*it.number))
        .number("attempt", f64::from(it.attempt))
        .bool("expired", it.expired)
        .bool("waiting", it.is_waiting())
        .bool("asked", it.auto_prompted);
    write_limit(record, LIMITED, it.limited(), ahead)
        .json("validations", Json::Array(it.validations.iter().map(validation).collect()))
        .build()
}

fn write_ended(it: &EndedVerification, ahead: f64) -> Json {
    record(&it.id_server, &it.medium, &it.address, it.ended_at + ahead)
        .bool("added", it.was_added)
        .build()
}

impl Model {
    /// Document to be stored; `None` if there is nothing to store.
    pub fn to_stored_state(&self) -> Option<Json> {
        let ahead = self.clock_offset;
        let limit = self.email_form.problem().and_then(UserError::limited);
        let phones_limit = self.phone_form.problem().and_then(UserError::limited);
        let limits = limit.or(phones_limit);
        let (mut pending, mut shares) = (Vec::new(), Vec::new());
        let mut keep = |id_server: &Option<String>, record| {
            if id_server.is_some() { &mut shares } else { &mut pending }.push(record);
        };
        // What was never sent is nothing to come back to.
        for it in self.verifications.iter().filter(|it| it.is_sent()) {
            keep(&it.id_server, write_pending(it, ahead));
        }
        for it in &self.ended_verifications {
            keep(&it.id_server, write_ended(it, ahead));
        }
        if pending.is_empty() && shares.is_empty() && limits.is_none() {
            return None;
        }
        let shares = Some(shares).filter(|it| !it.is_empty());
        let records =
            object().json(PENDING, Json::Array(pending)).optional(SHARES, shares.map(Json::Array));
        let records = write_limit(records, LIMITED, limit, ahead);
        Some(write_limit(records, PHONES_LIMITED, phones_limit, ahead).build())
    }

    /// Restores the document of this tab.
    pub(super) fn load_stored_state(&mut self, records: &Json) {
        let mut records = StoredState::read(records, self.now, self.clock_offset);
        for pending in &mut records.pending {
            // That was us.
            pending.owned_by_other_tab = false;
        }
        if let Some(until) = records.limited_until {
            self.email_form.apply_rate_limit(UserError::rate_limit(until, self.now));
        }
        if let Some(until) = records.phones_limited_until {
            self.phone_form.apply_rate_limit(UserError::rate_limit(until, self.now));
        }
        // Whoever has just handed in an address has not come back.
        let back = !records.pending.is_empty();
        self.merge(records);
        self.storage_opened_at = self.now;
        if back {
            self.on_page_active();
        }
    }

    /// Merges the document of another tab or element. Merging the same document
    /// again changes nothing; otherwise two tabs would inform each other
    /// endlessly.
    pub(super) fn merge_from_tab(&mut self, records: &Json) {
        let records = StoredState::read(records, self.now, self.clock_offset);
        let has_matched_link = self.merge(records);
        // The user has opened this tab, or has returned to it. The second time, this
        // tab would do what it has just asked another tab to do.
        let opened_at = std::mem::replace(&mut self.storage_opened_at, f64::NEG_INFINITY);
        if self.now < opened_at + TAB_RESPONSE_MS && !has_matched_link {
            self.on_page_active();
        }
    }

    /// Returns true if one of them is of the link through which the browser
    /// returned.
    fn merge(&mut self, records: StoredState) -> bool {
        for gone in records.ended {
            let known = |it: &EndedVerification| {
                it.matches(&gone.id_server, &gone.medium, &gone.address)
                    && it.ended_at >= gone.ended_at
            };
            if !self.ended_verifications.iter().any(known) {
                self.apply_ended(&gone);
                self.store_tombstone(gone);
            }
        }
        for record in records.pending {
            let same =
                |it: &Verification| it.matches(&record.id_server, &record.medium, &record.address);
            let is_gone = |it: &EndedVerification| {
                it.matches(&record.id_server, &record.medium, &record.address)
                    && record.sent_at <= it.ended_at
            };
            let is_gone = self.ended_verifications.iter().any(is_gone);
            if let Some(mine) = self.verifications.iter_mut().find(|it| same(it)) {
                mine.merge(record, self.now);
            } else if !is_gone {
                if let Some(section) = Section::from_medium(&record.medium) {
                    // A message went out.
                    self.form_of_mut(section).supported = true;
                }
                let id = self.allocate_id();
                self.verifications.push(Verification { id, ..record });
            }
        }
        self.match_link_return()
    }

    /// Ends a verification that another tab has ended.
    fn apply_ended(&mut self, gone: &EndedVerification) {
        let ended = |it: &Verification| {
            gone.matches(&it.id_server, &it.medium, &it.address)
                && it.sent_at <= gone.ended_at
                && !matches!(it.phase, VerificationPhase::Refreshing)
        };
        let Some(at) = self.verifications.iter().position(ended) else { return };
        if gone.was_added && self.verifications[at].is_share() {
            self.verifications[at].phase = VerificationPhase::AddedElsewhere;
            self.abort_requests_of(self.verifications[at].id);
            self.schedule_lookup();
        } else if gone.was_added {
            let pending = &mut self.verifications[at];
            let id = pending.id;
            pending.phase = VerificationPhase::AddedElsewhere;
            let resend = std::mem::replace(&mut pending.resend, ResendState::Ready);
            self.abort_requests_of(id);
            if matches!(resend, ResendState::Sending { .. }) {
                self.resolve(MethodCall::Resend(id), Err("cancelled"));
            }
            self.read_list();
        } else if self.remove_verification(at).is_being_added() {
            // It may have gone through: the list tells.
            self.read_list();
        }
    }

    /// Adds a tombstone for a verification that has ended here.
    pub(super) fn add_tombstone(&mut self, ended: &Verification, added: bool) {
        let id_server = ended.id_server.clone();
        let (medium, address) = (ended.medium.clone(), ended.address.clone());
        let known = |it: &EndedVerification| {
            it.matches(&id_server, &medium, &address) && it.ended_at >= ended.sent_at
        };
        if ended.is_sent() && !self.ended_verifications.iter().any(known) {
            self.store_tombstone(EndedVerification {
                id_server,
                medium,
                address,
                ended_at: self.now,
                was_added: added,
            });
        }
    }

    fn store_tombstone(&mut self, gone: EndedVerification) {
        self.ended_verifications
            .retain(|it| !it.matches(&gone.id_server, &gone.medium, &gone.address));
        self.ended_verifications.push(gone);
    }

    /// Time of a new message, later than the end of the former verification.
    pub(super) fn next_sent_at(
        &self,
        id_server: &Option<String>,
        medium: &Medium,
        address: &str,
    ) -> f64 {
        let before =
            self.ended_verifications.iter().find(|it| it.matches(id_server, medium, address));
        before.map_or(self.now, |gone| self.now.max(gone.ended_at + 1.0))
    }

    /// Deletes what is older than a day. A verification whose dialog is open
    /// stays until the user has replied.
    pub(super) fn drop_expired(&mut self) {
        let now = self.now;
        self.ended_verifications.retain(|it| now < it.ended_at + DAY_MS);
        let idle = |it: &Verification| {
            let asks = matches!(it.phase, VerificationPhase::Authenticating { .. });
            !asks && !it.is_being_added() && !it.is_busy()
        };
        let old = |it: &Verification| now >= it.sent_at + DAY_MS && idle(it);
        while let Some(at) = self.verifications.iter().position(old) {
            self.remove_verification(at);
        }
    }
}

impl Verification {
    /// Merges what another tab knows about the same address.
    pub(super) fn merge(&mut self, other: Verification, now: f64) {
        self.owned_by_other_tab = other.owned_by_other_tab;
        self.auto_prompted |= other.auto_prompted;
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
            self.may_auto_prompt = false;
            self.next_secret = None;
            if !matches!(self.resend, ResendState::Sending { .. }) {
                self.start_cooldown(now);
            }
        } else if other.sent_at == self.sent_at {
            self.expired |= other.expired;
        }
    }
}
