//! The functions of `text.js`, for native builds.

/// See [`super::parse_email`].
pub fn parse(text: &str) -> Option<String> {
    let address = trim(text);
    let (local, domain) = address.split_once('@')?;
    let unfit = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\')
    };
    // Some scripts want joiners within words.
    let unseen = |c: char| is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}');
    let unfit = address.chars().any(|c| unfit(c) || unseen(c)) || local.chars().any(is_invisible);
    let domain = to_ascii(domain)?;
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let address = [local, "@", &domain].concat();
    let fits = !local.is_empty()
        && local.len() <= 64
        && address.len() <= 254
        && !domain.contains('@')
        && domain.contains('.')
        && labels_fit
        && !unfit;
    fits.then_some(address)
}

/// See [`super::trimmed`].
pub fn trimmed(text: &str) -> String {
    trim(text).to_owned()
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// True if the character is invisible or a replacement character. Such
/// characters are copied with an address.
fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x34f
            | 0x61c
            | 0x115f..=0x1160
            | 0x17b4..=0x17b5
            | 0x180b..=0x180f
            | 0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x206f
            | 0x3164
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xffff
            | 0x1bca0..=0x1bca3
            | 0x1d173..=0x1d17a
            | 0xe0000..=0xe0fff
    )
}

/// See [`super::is_same_email`].
pub fn canonical_email(address: &str) -> String {
    fold(&ascii_domain(address))
}

fn ascii_domain(address: &str) -> String {
    let ascii = |(local, domain)| Some([local, "@", &to_ascii(domain)?].concat());
    address.rsplit_once('@').and_then(ascii).unwrap_or_else(|| address.to_owned())
}

/// Domain in ASCII, as browsers convert it; `None` if they can't.
fn to_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    // What would end a URL's host, or is decoded there, is part of no domain.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte > 127 || matches!(byte, b'.' | b'-');
    let url = || url::Url::parse(&["http://", domain].concat()).ok();
    domain.bytes().all(fits).then(url)??.host_str().map(str::to_owned)
}

/// See [`super::fold`].
///
/// Spec: <https://spec.matrix.org/latest/appendices/#3pid-types>
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // The dotless i is its own, though its capital is that of the other.
    let dotless = |c| if c == 'ı' { '\u{e000}' } else { c };
    let whole = |c| match c {
        '\u{e000}' => 'ı',
        'ς' => 'σ',
        c => c,
    };
    let text: String = text.chars().map(dotless).collect();
    text.to_lowercase().to_uppercase().to_lowercase().chars().map(whole).collect()
}

/// See [`super::spelled_out`].
pub fn spelled_out(address: &str) -> String {
    let is_coded = |text: &str| text.as_bytes().windows(4).any(|it| it == b"xn--");
    let read = |(local, domain): (&str, &str)| {
        if domain.len() > 253 || !is_coded(domain) {
            return None;
        }
        // A country that writes so, too.
        let at_home = domain.rsplit('.').next().is_some_and(is_coded);
        let mut read = [local, "@"].concat();
        for label in domain.split('.') {
            match label.strip_prefix("xn--") {
                Some(code) => {
                    read.extend(decode(code.as_bytes()).filter(|it| is_plain(it, at_home))?)
                }
                None => read += label,
            }
            read.push('.');
        }
        read.pop();
        // Nothing but what is written so.
        (ascii_domain(&read) == address).then_some(read)
    };
    address.rsplit_once('@').and_then(read).unwrap_or_else(|| address.to_owned())
}

/// True if the letters have one script, and can't be mistaken for others.
/// `at_home` is true if similar letters are expected.
fn is_plain(label: &[char], at_home: bool) -> bool {
    let mut before = 0;
    label.iter().all(|c| {
        let script = match u32::from(*c) {
            0x2d | 0x30..=0x39 => return true,
            // Latin, but for a dotless i and its like.
            0x131 | 0x138 => return false,
            0..=0x17f | 0x1e00..=0x1eff => 1,
            // Chinese, Japanese, Korean.
            0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3 => 2,
            // Greek, Cyrillic, Armenian: full of letters that look Latin.
            0x370..=0x3ff if at_home => 3,
            0x400..=0x52f if at_home => 4,
            0x530..=0x58f if at_home => 5,
            // Hebrew, Arabic, those of India and their neighbors.
            0x590..=0x5ff => 6,
            0x600..=0x6ff => 7,
            code @ 0x900..=0xfff => code >> 7,
            _ => return false,
        };
        let same = before == 0 || before == script;
        before = script;
        same
    })
}

/// Decodes a label in ASCII.
///
/// Spec: <https://www.rfc-editor.org/rfc/rfc3492#section-6.2>
fn decode(code: &[u8]) -> Option<Vec<char>> {
    let plain = code.iter().rposition(|byte| *byte == b'-');
    let mut text: Vec<char> =
        code.iter().take(plain.unwrap_or_default()).map(|byte| char::from(*byte)).collect();
    let mut digits = code.iter().skip(plain.map_or(0, |at| at + 1));
    let (mut point, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    while digits.len() > 0 {
        let (before, mut weight, mut k) = (at, 1_u32, 36_u32);
        loop {
            let digit = match *digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            let digit = u32::from(digit);
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let least = k.saturating_sub(bias).clamp(1, 26);
            if digit < least {
                break;
            }
            weight = weight.checked_mul(36 - least)?;
            k += 36;
        }
        let length = text.len() as u32 + 1;
        let mut delta = (at - before) / if before == 0 { 700 } else { 2 };
        delta += delta / length;
        k = 0;
        while delta > 455 {
            delta /= 35;
            k += 36;
        }
        bias = k + 36 * delta / (delta + 38);
        point = point.checked_add(at / length)?;
        at %= length;
        text.insert(at as usize, char::from_u32(point)?);
        at += 1;
    }
    Some(text)
}

/// Largest number of displayed characters.
const SHOWN: usize = 320;

/// See [`super::readable`].
pub fn readable(text: &str) -> String {
    let is_seen = |it: &char| {
        !matches!(it,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let seen = || text.chars().filter(is_seen);
    if seen().nth(SHOWN).is_none() {
        return seen().collect();
    }
    let end: Vec<char> = seen().rev().take(SHOWN / 2).collect();
    let begin = seen().take(SHOWN / 2 - 1).chain(['…']);
    begin.chain(end.into_iter().rev()).collect()
}

/// Zeros of the scripts with digits of their own.
const ZEROS: [u16; 37] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// Character in ASCII: digits of all scripts, and full-width characters.
fn plain(c: char) -> char {
    let code = u32::from(c);
    for zero in ZEROS {
        if let digit @ 0..=9 = code.wrapping_sub(zero.into()) {
            return char::from(b'0' + digit as u8);
        }
    }
    match code {
        0xff01..=0xff5e => char::from((code - 0xfee0) as u8),
        _ => c,
    }
}

/// See [`super::read_code`].
pub fn read_code(typed: &str) -> String {
    let seen = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    let text: String = typed.chars().filter(seen).map(plain).collect();
    if !text.chars().any(|c| c.is_ascii_alphabetic()) {
        return text.chars().filter(char::is_ascii_digit).collect();
    }
    let belongs = |c: char| c.is_ascii_alphanumeric() || "-_~=+/".contains(c);
    text.trim_matches(|c| !belongs(c)).to_owned()
}

/// See [`super::read_registration_token`].
///
/// Spec: <https://spec.matrix.org/latest/client-server-api/#token-authenticated-registration>
pub fn read_registration_token(typed: &str) -> String {
    let belongs = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '~' | '-');
    typed.chars().map(plain).filter(belongs).collect()
}
