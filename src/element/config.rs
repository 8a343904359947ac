//! Configuration that the JavaScript class passes when attributes change.

use std::sync::Arc;

use crate::locale::Locale;
use crate::matrix::Json;
use crate::matrix::get_3pids::Medium;
use crate::model::Section;
use crate::ui::Settings;

/// Configuration of an element.
#[derive(Default)]
pub struct Config {
    /// `homeserver`; empty if it is missing.
    pub homeserver: String,
    /// True if `homeserver` is a URL that requests may be sent to.
    pub valid: bool,
    /// True if the document has loaded, so that a missing `homeserver` is an
    /// error.
    pub loaded: bool,
    /// `user-id`; empty if it is missing.
    pub user_id: String,
    /// Tag of the language that is displayed.
    pub lang: String,
    /// True if the language runs from right to left.
    pub rtl: bool,
    /// Texts of the language; `None` for English.
    pub words: Vec<Json>,
    /// `readonly`
    pub readonly: bool,
    /// `heading-level`
    pub heading_level: u8,
    /// `without-heading`
    pub without_heading: bool,
    /// True if there is content between the tags, to display until the element
    /// is ready.
    pub has_placeholder: bool,
    /// `mediums`
    pub sections: Vec<Section>,
    /// `country`, or the default of the language.
    pub country: String,
    /// `persist`
    pub persist: Persist,
    /// `next-link`, as an absolute URL.
    pub next_link: Option<String>,
    /// Host and port of `identityServer.url`.
    pub identity_server: Option<String>,
    /// `identityServer.url`, without a trailing slash.
    pub identity_url: String,
    /// `identityServer.accessToken`
    pub identity_token: Option<String>,
    /// True if the browser can compute `sha256`.
    pub can_hash: bool,
    /// `sid` of the URL, if the browser returned through `next-link`.
    pub returned: Option<String>,
}

/// Place in which pending verifications are stored.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Persist {
    /// `sessionStorage`, synchronized with other tabs.
    #[default]
    Session,
    /// `localStorage`
    Local,
    /// Memory of this element.
    None,
}

impl Persist {
    fn read(text: &str) -> Persist {
        match text {
            "local" => Persist::Local,
            "none" => Persist::None,
            _ => Persist::Session,
        }
    }
}

impl Config {
    /// Reads the object of the class.
    pub fn read(config: &Json) -> Config {
        let text = |name| config.str(name).unwrap_or_default().to_owned();
        Config {
            homeserver: text("homeserver"),
            valid: config.is_true("valid"),
            loaded: config.is_true("loaded"),
            user_id: text("userId"),
            lang: text("lang"),
            rtl: config.is_true("rtl"),
            words: config.array("words").to_vec(),
            readonly: config.is_true("readonly"),
            heading_level: config.number("headingLevel").map_or(2, |level| level as u8),
            without_heading: config.is_true("withoutHeading"),
            has_placeholder: config.is_true("hasPlaceholder"),
            sections: config.array("mediums").iter().filter_map(section).collect(),
            country: text("country"),
            persist: Persist::read(&text("persist")),
            next_link: config.str("nextLink").map(str::to_owned),
            identity_server: config.str("identityServer").map(str::to_owned),
            identity_url: text("identityUrl"),
            identity_token: config.str("identityToken").map(str::to_owned),
            can_hash: config.is_true("canHash"),
            returned: config.str("returned").map(str::to_owned),
        }
    }

    /// The part that views need.
    pub fn settings(&self, user_id: String) -> Settings {
        Settings {
            locale: Arc::new(Locale {
                tag: self.lang.clone(),
                rtl: self.rtl,
                messages: self.words.clone(),
            }),
            heading_level: self.heading_level,
            without_heading: self.without_heading,
            has_placeholder: self.has_placeholder,
            country: self.country.clone(),
            user_id,
        }
    }
}

fn section(medium: &Json) -> Option<Section> {
    match medium {
        Json::String(medium) => Section::from_medium(&Medium::from(&**medium)),
        _ => None,
    }
}
