//! What may be shown of a text that we have not written.

/// The most characters of it that are shown.
const SHOWN: usize = 320;

/// Without what cannot be seen, or turns the direction of what stands around
/// it; and of a long text, its two ends.
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
