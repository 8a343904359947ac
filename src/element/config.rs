//! Configuration that the JavaScript class passes when attributes change.

use std::sync::Arc;

use crate::locale::Locale;
use crate::matrix::Json;
use crate::matrix::get_3pids::Medium;
use crate::model::Section;
use crate::ui::Settings;

/// Configuration of an element: the object of the class, `Config` in
/// `www/rust.ts`. A member is read when it is needed, which costs half of the bytes
/// of a field for each.
pub struct Config(Json);

impl Default for Config {
    fn default() -> Config {
        Config(Json::Null)
    }
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
    /// Creates it from the object of the class.
    pub fn new(config: Json) -> Config {
        Config(config)
    }

    /// The member with this name, if it is a string.
    #[inline(never)]
    pub fn str(&self, name: &str) -> Option<&str> {
        self.0.str(name)
    }

    /// The member with this name; empty if it is no string.
    #[inline(never)]
    pub fn text(&self, name: &str) -> &str {
        self.str(name).unwrap_or_default()
    }

    /// True if the member with this name is true.
    #[inline(never)]
    pub fn is_true(&self, name: &str) -> bool {
        self.0.is_true(name)
    }

    /// True if both have the same text of this name; a missing one counts as empty.
    #[inline(never)]
    pub fn has_same_text(&self, other: &Config, name: &str) -> bool {
        self.text(name) == other.text(name)
    }

    /// True if both have the same string of this name, or none.
    #[inline(never)]
    pub fn has_same(&self, other: &Config, name: &str) -> bool {
        self.str(name) == other.str(name)
    }

    /// `mediums`
    pub fn sections(&self) -> Vec<Section> {
        self.0.array("mediums").iter().filter_map(section).collect()
    }

    /// `persist`
    pub fn persist(&self) -> Persist {
        Persist::read(self.text("persist"))
    }

    /// The part that views need.
    pub fn settings(&self, user_id: String) -> Settings {
        Settings {
            locale: Arc::new(Locale {
                tag: self.text("lang").to_owned(),
                rtl: self.is_true("rtl"),
                messages: self.0.array("words").to_vec(),
            }),
            heading_level: self.0.number("headingLevel").map_or(2, |level| level as u8),
            without_heading: self.is_true("withoutHeading"),
            has_placeholder: self.is_true("hasPlaceholder"),
            country: self.text("country").to_owned(),
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
