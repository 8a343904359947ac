//! Lenient JSON. Only this file knows that the browser parses with `JSON.parse`
//! and writes strings and numbers with `JSON.stringify`, and that native builds
//! use `serde_json`.
//!
//! Servers differ, so a response is parsed into a [`Json`] tree. Code reads
//! each field by name and type, and a field of another type counts as missing.
//! Derived `Deserialize` would reject the whole response, and costs more bytes;
//! see `docs/decisions/0002-bytes.md`.

#[cfg(not(target_arch = "wasm32"))]
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Deepest nesting that is accepted, because the parser is recursive. Matrix
/// responses are far below it.
#[cfg(not(target_arch = "wasm32"))]
const MAX_DEPTH: usize = 64;

/// JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Number. Times in ms since the epoch fit without loss.
    Number(f64),
    /// String.
    String(String),
    /// Array.
    Array(Vec<Json>),
    /// Object, with its members in the order of the text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Member `name` of an object, if it exists.
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Member `name`, if it is a string.
    pub fn str(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Json::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Member `name`, if it is a finite number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Json::Number(number)) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    /// True if the member `name` is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Json::Bool(true))
    }

    /// Elements of the member `name`; empty if it is not an array.
    pub fn array(&self, name: &str) -> &[Json] {
        match self.get(name) {
            Some(Json::Array(items)) => items,
            _ => &[],
        }
    }

    /// Members of an object; empty for other values.
    pub fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// Members of an object; empty for other values.
    pub fn into_members(self) -> Vec<(String, Json)> {
        match self {
            Json::Object(members) => members,
            _ => Vec::new(),
        }
    }

    /// Strings in the array `name`.
    pub fn strings(&self, name: &str) -> Vec<String> {
        let text = |item: &Json| match item {
            Json::String(text) => Some(text.clone()),
            _ => None,
        };
        self.array(name).iter().filter_map(text).collect()
    }
}

/// Builder of an object, with one call for each member. An array of members
/// costs three times as many bytes.
pub struct ObjectBuilder(Vec<(String, Json)>);

/// Creates a builder without members.
pub fn object() -> ObjectBuilder {
    ObjectBuilder(Vec::new())
}

/// Creates a builder with the members of an object.
pub fn object_of(json: Json) -> ObjectBuilder {
    ObjectBuilder(json.into_members())
}

impl ObjectBuilder {
    /// Adds a member.
    #[inline(never)]
    pub fn json(mut self, name: &str, value: Json) -> ObjectBuilder {
        self.0.push((name.to_owned(), value));
        self
    }

    /// Adds a member, if there is a value.
    #[inline(never)]
    pub fn optional(self, name: &str, value: Option<Json>) -> ObjectBuilder {
        match value {
            Some(value) => self.json(name, value),
            None => self,
        }
    }

    /// Adds a string.
    #[inline(never)]
    pub fn string(self, name: &str, value: &str) -> ObjectBuilder {
        self.json(name, value.into())
    }

    /// Adds a string, if there is one.
    #[inline(never)]
    pub fn optional_string(self, name: &str, value: Option<&str>) -> ObjectBuilder {
        self.optional(name, value.map(Json::from))
    }

    /// Adds a number.
    #[inline(never)]
    pub fn number(self, name: &str, value: f64) -> ObjectBuilder {
        self.json(name, value.into())
    }

    /// Adds a number, if there is one.
    #[inline(never)]
    pub fn optional_number(self, name: &str, value: Option<f64>) -> ObjectBuilder {
        self.optional(name, value.map(Json::from))
    }

    /// Adds a `true` or `false`.
    #[inline(never)]
    pub fn bool(self, name: &str, value: bool) -> ObjectBuilder {
        self.json(name, Json::Bool(value))
    }

    /// Returns the object.
    pub fn build(self) -> Json {
        Json::Object(self.0)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::String(text.to_owned())
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Json {
        Json::Number(number)
    }
}

impl From<&[String]> for Json {
    fn from(texts: &[String]) -> Json {
        Json::Array(texts.iter().map(|text| Json::from(&**text)).collect())
    }
}

/// Parses a text; `None` if it is not JSON, or nested too deeply.
pub fn parse(text: &str) -> Option<Json> {
    platform::parse(text)
}

/// Writes a request body.
pub(crate) fn to_string(json: &Json) -> String {
    platform::to_string(json)
}

#[cfg(target_arch = "wasm32")]
pub(crate) use platform::{from_js, to_js};

#[cfg(target_arch = "wasm32")]
mod platform {
    use js_sys::JSON;
    use wasm_bindgen::prelude::*;

    use super::Json;

    pub(super) fn parse(text: &str) -> Option<Json> {
        from_js(JSON::parse(text).ok()?)
    }

    /// Writes JSON without `JSON.stringify` of an object, because a page's
    /// changes of `Object.prototype` (a `toJSON`, a setter) would affect that.
    pub(super) fn to_string(json: &Json) -> String {
        let mut text = String::new();
        write(json, &mut text);
        text
    }

    /// Converts to a plain JavaScript value.
    pub fn to_js(json: &Json) -> JsValue {
        JSON::parse(&to_string(json)).unwrap_or(JsValue::NULL)
    }

    fn write(json: &Json, text: &mut String) {
        let mut between = "";
        match json {
            Json::Null => text.push_str("null"),
            Json::Bool(true) => text.push_str("true"),
            Json::Bool(false) => text.push_str("false"),
            Json::Number(number) => push(&JsValue::from_f64(*number), text),
            Json::String(string) => push_string(string, text),
            Json::Array(items) => {
                text.push('[');
                for item in items {
                    text.push_str(between);
                    between = ",";
                    write(item, text);
                }
                text.push(']');
            }
            Json::Object(members) => {
                text.push('{');
                for (name, value) in members {
                    text.push_str(between);
                    between = ",";
                    push_string(name, text);
                    text.push(':');
                    write(value, text);
                }
                text.push('}');
            }
        }
    }

    /// Writes a string as JSON. For a usual one, no function of JavaScript is
    /// called: lists have tens of thousands of them.
    fn push_string(string: &str, text: &mut String) {
        let is_usual = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if string.bytes().all(is_usual) {
            text.push('"');
            text.push_str(string);
            text.push('"');
        } else {
            push(&JsValue::from_str(string), text);
        }
    }

    /// Writes a string or number as JSON.
    fn push(primitive: &JsValue, text: &mut String) {
        let written = JSON::stringify(primitive).ok().and_then(|it| it.as_string());
        text.push_str(&written.unwrap_or_default());
    }

    #[wasm_bindgen(module = "/src/matrix/json.js")]
    extern "C" {
        fn flatten(value: &JsValue) -> Option<String>;
    }

    /// Converts from a JavaScript value; `None` if it is nested too deeply.
    /// Values that JSON does not have are `null`.
    pub fn from_js(value: JsValue) -> Option<Json> {
        let text = flatten(&value)?;
        Reader { text: &text, at: 0 }.read()
    }

    /// Reader of the text that `json.js` writes.
    struct Reader<'a> {
        text: &'a str,
        at: usize,
    }

    impl<'a> Reader<'a> {
        fn read(&mut self) -> Option<Json> {
            let kind = *self.text.as_bytes().get(self.at)?;
            self.at += 1;
            Some(match kind {
                b'"' => Json::String(self.text()?),
                b'#' => Json::Number(self.number()?),
                b't' => Json::Bool(true),
                b'f' => Json::Bool(false),
                b'[' => {
                    let length = self.number()? as usize;
                    let mut items = Vec::with_capacity(length);
                    for _ in 0..length {
                        items.push(self.read()?);
                    }
                    Json::Array(items)
                }
                b'{' => {
                    let length = self.number()? as usize;
                    let mut members = Vec::with_capacity(length);
                    for _ in 0..length {
                        // The name begins with a quotation mark, too.
                        self.at += 1;
                        members.push((self.text()?, self.read()?));
                    }
                    Json::Object(members)
                }
                _ => Json::Null,
            })
        }

        /// Number before the next space.
        fn number(&mut self) -> Option<f64> {
            let rest = self.text.get(self.at..)?;
            let digits = rest.get(..rest.bytes().position(|byte| byte == b' ')?)?;
            self.at += digits.len() + 1;
            if digits.len() < 16 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
                let add = |number: f64, digit: u8| number * 10.0 + f64::from(digit - b'0');
                return Some(digits.bytes().fold(0.0, add));
            }
            // Host applications may have numbers that JSON does not have.
            Some(JSON::parse(digits).ok().and_then(|it| it.as_f64()).unwrap_or(f64::NAN))
        }

        /// String, after its length in UTF-16.
        fn text(&mut self) -> Option<String> {
            let mut left = self.number()? as usize;
            let start = self.at;
            while left > 0 {
                let (bytes, units) = match self.text.as_bytes().get(self.at)? {
                    0..0x80 => (1, 1),
                    0x80..0xe0 => (2, 1),
                    0xe0..0xf0 => (3, 1),
                    0xf0.. => (4, 2),
                };
                self.at += bytes;
                left = left.saturating_sub(units);
            }
            Some(self.text.get(start..self.at)?.to_owned())
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    use serde_json::Value;

    use super::{Json, MAX_DEPTH};

    pub(super) fn parse(text: &str) -> Option<Json> {
        let json = serde_json::from_str(text);
        read(json.or_else(|_| serde_json::from_str(&without_lone_surrogates(text))).ok()?, 0)
    }

    /// `serde_json` refuses `\ud800` without its other half; browsers make
    /// the replacement character of it.
    fn without_lone_surrogates(text: &str) -> String {
        let unit = |at: usize| {
            let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(backslash) = text[at..].find('\\') {
            let escape = at + backslash;
            out.push_str(&text[at..escape]);
            let pair = (unit(escape), unit(escape + 6));
            let (written, length) = match pair {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (&text[escape..escape + 12], 12),
                (Some(0xd800..=0xdfff), _) => ("\\ufffd", 6),
                _ => {
                    let length = 1 + text[escape + 1..].chars().next().map_or(0, char::len_utf8);
                    (&text[escape..escape + length], length)
                }
            };
            out.push_str(written);
            at = escape + length;
        }
        out.push_str(&text[at..]);
        out
    }

    pub(super) fn to_string(json: &Json) -> String {
        serde_json::to_string(json).expect("keys are strings")
    }

    fn read(value: Value, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match value {
            Value::Null => Json::Null,
            Value::Bool(bool) => Json::Bool(bool),
            Value::Number(number) => Json::Number(number.as_f64()?),
            Value::String(text) => Json::String(text),
            Value::Array(items) => {
                let items = items.into_iter().map(|item| read(item, depth + 1));
                Json::Array(items.collect::<Option<_>>()?)
            }
            Value::Object(members) => {
                let member = |(name, value)| Some((name, read(value, depth + 1)?));
                Json::Object(members.into_iter().map(member).collect::<Option<_>>()?)
            }
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            // Servers read `send_attempt` as an integer; `JSON.stringify` writes
            // whole numbers as such on its own.
            Json::Number(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                serializer.serialize_i64(*value as i64)
            }
            Json::Number(value) => serializer.serialize_f64(*value),
            Json::String(value) => serializer.serialize_str(value),
            Json::Array(items) => serializer.collect_seq(items),
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
