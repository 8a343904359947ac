//! Removes the secrets of a request from server texts: servers echo their input
//! in errors and challenges.

use super::email::fold;
use super::{Json, json};

/// Shortest part of a secret that is removed, in characters.
const MIN_PART_LENGTH: usize = 6;
/// Longest text of an error, in characters.
pub(super) const MAX_TEXT_LENGTH: usize = 300;
/// Longest text in a challenge, in characters; it may be a URL.
const LONG: usize = 2_000;
/// Replacement of removed text.
const REPLACEMENT: char = '…';

/// Secrets of a request, casefolded.
#[derive(Default)]
pub struct Secrets(Vec<Vec<char>>);

impl Secrets {
    /// Collects the secrets of a request: its token, and all members of its
    /// body that are not known to be harmless.
    pub fn of(token: Option<&str>, body: Option<&str>) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(token.unwrap_or_default());
        if let Some(body) = body.and_then(json::parse) {
            secrets.add_strings("", &body);
        }
        secrets
    }

    /// Adds the secrets of another request.
    pub fn with(mut self, other: Secrets) -> Secrets {
        self.0.extend(other.0);
        self
    }

    fn add_strings(&mut self, name: &str, json: &Json) {
        match json {
            Json::String(text) if !is_harmless(name) => self.add(text),
            Json::Array(items) => items.iter().for_each(|item| self.add_strings(name, item)),
            Json::Object(members) => {
                members.iter().for_each(|(name, value)| self.add_strings(name, value));
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }

    fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            // As it is, as JSON writes it, and as URLs do.
            let quoted = json::to_string(&secret.into());
            for form in [secret, quoted.trim_matches('"'), &super::http::percent_encode(secret)] {
                self.0.push(fold(form).chars().collect());
            }
        }
    }

    /// Beginning of a text, without the secrets and their parts.
    pub fn redact(&self, text: &str, longest: usize) -> String {
        self.clean(text, longest, false)
    }

    /// The same for a text that the state machine uses. A short secret is
    /// removed only if it is a separate word, and not a part of words and URLs.
    pub(super) fn take_out_words(&self, text: &str, longest: usize) -> String {
        self.clean(text, longest, true)
    }

    #[inline(never)]
    fn clean(&self, text: &str, longest: usize, by_itself: bool) -> String {
        if is_known(text) {
            return text.to_owned();
        }
        let text: Vec<char> = text.chars().take(LONG).collect();
        let folded = fold(&String::from_iter(&text)).chars().collect::<Vec<_>>();
        let mut gone = vec![false; folded.len()];
        for secret in &self.0 {
            let part = secret.len().min(MIN_PART_LENGTH);
            for (at, window) in folded.windows(part).enumerate() {
                let is_within = by_itself
                    && part < MIN_PART_LENGTH
                    && (is_of_word(&folded, at.wrapping_sub(1)) || is_of_word(&folded, at + part));
                if !is_within && secret.windows(part).any(|it| it == window) {
                    gone[at..at + part].fill(true);
                }
            }
        }
        // Some letters are two when folded.
        let shown = if folded.len() == text.len() { &text } else { &folded };
        let mut out = String::new();
        let (mut left, mut before) = (longest, false);
        for (letter, gone) in shown.iter().zip(gone) {
            if left == 0 {
                break;
            }
            if !(gone && before) {
                out.push(if gone { REPLACEMENT } else { *letter });
                left -= 1;
            }
            before = gone;
        }
        out
    }

    /// Text, or nothing if a secret was removed from it.
    pub(super) fn whole(&self, text: &str) -> Option<String> {
        let left = self.redact(text, LONG);
        (left == *text).then_some(left)
    }

    /// Removes the secrets from a whole JSON value.
    pub(super) fn take_out_of(&self, json: &Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.take_out_words(text, LONG)),
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.take_out_of(item)).collect())
            }
            Json::Object(members) => {
                let member = |(name, value): &(String, Json)| {
                    (self.take_out_words(name, MAX_TEXT_LENGTH), self.take_out_of(value))
                };
                Json::Object(members.iter().map(member).collect())
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
        }
    }
}

/// True if the letter belongs to a word, a stage type or a URL.
fn is_of_word(text: &[char], at: usize) -> bool {
    let belongs = |it: &char| it.is_ascii_alphanumeric() || !it.is_ascii();
    text.get(at).is_some_and(|it| belongs(it) || matches!(it, '.' | '_' | '-' | '/' | ':' | '='))
}

/// True if the member with this name is not a secret.
fn is_harmless(name: &str) -> bool {
    matches!(
        name,
        "type"
            | "user"
            | "user_id"
            | "email"
            | "phone_number"
            | "country"
            | "medium"
            | "address"
            | "addresses"
            | "id_server"
            | "next_link"
            | "sid"
            | "algorithm"
            | "pepper"
            | "matrix_server_name"
            | "token_type"
            | "accepted"
            | "user_accepts"
    )
}

/// True for words of the spec, which are never removed.
fn is_known(text: &str) -> bool {
    matches!(
        text,
        super::uia::PASSWORD
            | super::uia::DUMMY
            | super::uia::TERMS
            | super::uia::REGISTRATION_TOKEN
            | super::uia::EMAIL_IDENTITY
            | super::uia::MSISDN
            | "m.login.sso"
            | "org.matrix.login.sso"
            | "m.login.recaptcha"
            | "policies"
            | "public_key"
            | "success"
            | "no-support"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = r#"{
        "new_password": "Tr0ub4dor&3-ünïcode",
        "auth": {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "@alice:example.org"},
                 "password": "pw1", "org.example": {"pins": ["kitten-4711"]}, "session": "UIAsession"},
        "client_secret": "s3cr3t.client_secret-0", "token": "42", "address": "alice@example.org"
    }"#;

    fn cleaned(text: &str) -> String {
        Secrets::of(Some("syt_YWxpY2U_abcDEF"), Some(BODY)).redact(text, MAX_TEXT_LENGTH)
    }

    #[test]
    fn secrets_of_request_are_removed_from_server_text() {
        for (text, left) in [
            ("Invalid username or password", "Invalid username or password"),
            ("alice@example.org is in use", "alice@example.org is in use"),
            ("pw1 is wrong", "… is wrong"),
            ("PW1, 42.", "…, …."),
            ("'Tr0ub4dor&3-ünïcode' is too long", "'…' is too long"),
            ("'tr0ub4DOR&3-ÜNÏCODE'", "'…'"),
            ("begins with Tr0ub4", "begins with …"),
            ("begins with Tr0ub", "begins with Tr0ub"),
            ("ends with -Ünïcode", "ends with …"),
            ("%3Cb%3ETr0ub4dor%263-%c3%bcn%C3%AFcode", "%3Cb%3E…"),
            ("token syt_YWxpY2U_abcDEF", "token …"),
            ("sent S3CR3T.", "sent …"),
            ("pin kitten-4711 of UIAsession", "pin … of …"),
            ("m.login.password", "m.login.password"),
        ] {
            assert_eq!(cleaned(text), left);
        }
    }

    #[test]
    fn redacted_text_is_truncated_at_character_boundary() {
        assert_eq!(cleaned(&"é".repeat(5_000_000)), "é".repeat(MAX_TEXT_LENGTH));
        let at_the_cut =
            ["é".repeat(MAX_TEXT_LENGTH - 3), "syt_YWxpY2U_abcDEF".to_owned()].concat();
        assert_eq!(
            cleaned(&at_the_cut),
            ["é".repeat(MAX_TEXT_LENGTH - 3), REPLACEMENT.to_string()].concat()
        );
    }

    #[test]
    fn redacted_challenge_params_keep_their_structure() {
        let params = json::parse(
            r#"{"m.login.terms":{"policies":{"p":{"en":{"url":"https://example.org/?t=syt_YWxpY2U_abcDEF"}}}},
                "kitten-4711":[1,true,null,"your password is pw1"]}"#,
        );
        let secrets = Secrets::of(Some("syt_YWxpY2U_abcDEF"), Some(BODY));
        let left = secrets.take_out_of(&params.expect("JSON"));
        let text = json::to_string(&left);
        assert!(text.contains(r#""…":[1,true,null,"your password is …"]"#), "{text}");
        let terms =
            r#""m.login.terms":{"policies":{"p":{"en":{"url":"https://example.org/?t=…"}}}}"#;
        assert!(text.contains(terms), "{text}");
    }

    #[test]
    fn spec_words_survive_short_secrets() {
        let secrets = Secrets::of(None, Some(r#"{"session":"s","password":"o"}"#));
        for word in ["success", "no-support", "m.login.password"] {
            assert_eq!(secrets.redact(word, MAX_TEXT_LENGTH), word);
        }
        assert_eq!(secrets.redact("lost", MAX_TEXT_LENGTH), "l…t");
    }

    #[test]
    fn challenge_params_survive_short_secrets() {
        let secrets = Secrets::of(None, Some(r#"{"session":"s","password":"org"}"#));
        for (text, left) in [
            ("org.example.stage", "org.example.stage"),
            ("https://example.org/terms", "https://example.org/terms"),
            ("your password is org", "your password is …"),
            ("'s', org", "'…', …"),
        ] {
            assert_eq!(secrets.take_out_words(text, MAX_TEXT_LENGTH), left);
        }
    }

    #[test]
    fn empty_secret_redacts_nothing() {
        assert_eq!(
            Secrets::of(None, Some(r#"{"password":""}"#)).redact("Hello", MAX_TEXT_LENGTH),
            "Hello"
        );
        assert_eq!(
            Secrets::of(Some(""), Some("no JSON")).redact("Hello", MAX_TEXT_LENGTH),
            "Hello"
        );
    }

    proptest! {
        #[test]
        fn no_part_of_secret_survives_redaction(
            secret in "[a-zA-Z0-9äÖßİ\"\\\\ %+/]{1,24}",
            around in prop::collection::vec("[a-zA-Z0-9ä ]{0,8}", 1..4),
            cuts in prop::collection::vec((0..24usize, 0..24usize, any::<bool>()), 0..4),
        ) {
            let letters: Vec<char> = secret.chars().collect();
            let mut text = around.concat();
            for (from, to, upper) in cuts {
                let (from, to) = (from.min(letters.len()), to.min(letters.len()));
                let part = String::from_iter(&letters[from.min(to)..from.max(to)]);
                text += if upper { part.to_uppercase() } else { part }.as_str();
                text += &around[0];
            }
            let body = json::to_string(&json::object().string("password", &secret).build());
            let left = Secrets::of(None, Some(&body)).redact(&text, MAX_TEXT_LENGTH);
            let left: Vec<char> = fold(&left).chars().collect();
            let secret: Vec<char> = fold(&secret).chars().collect();
            let part = secret.len().min(MIN_PART_LENGTH);
            for window in secret.windows(part) {
                prop_assert!(!left.windows(part).any(|it| it == window), "{left:?}");
            }
            prop_assert!(left.len() <= MAX_TEXT_LENGTH * 2);
        }
    }
}
