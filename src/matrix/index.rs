//! Index of texts, with which each entry of a long list is found in logarithmic
//! time.
//!
//! It is sorted, and no hash table: a server selects the texts, and could select
//! those whose hashes are equal. std's maps cost several times as many bytes.

use std::collections::BinaryHeap;

/// Medium and address, or another pair of texts.
pub type Key<'a> = [&'a str; 2];

/// Positions of keys, by their hashes, which are compared faster. Equal keys are in
/// the order of their positions.
pub struct Index<'a>(Vec<(u32, Key<'a>, usize)>);

/// Hash of FNV-1a. Texts with equal hashes are compared themselves.
fn hash(key: Key<'_>) -> u32 {
    let add = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    key[0].as_bytes().iter().chain(key[1].as_bytes()).fold(0x811c_9dc5, add)
}

impl<'a> Index<'a> {
    /// Creates the index of these keys. Their position is their number in the
    /// iteration.
    pub fn new(keys: impl Iterator<Item = Key<'a>>) -> Index<'a> {
        Index::sort(keys.zip(0..).map(|(key, at)| (hash(key), key, at)).collect())
    }

    #[inline(never)]
    fn sort(keys: Vec<(u32, Key<'a>, usize)>) -> Index<'a> {
        // Heapsort, with a tenth of the bytes of `slice::sort`.
        Index(BinaryHeap::from(keys).into_sorted_vec())
    }

    /// Positions with this key, in ascending order.
    #[inline(never)]
    pub fn find<'b>(&'b self, key: Key<'_>) -> impl ExactSizeIterator<Item = usize> + use<'a, 'b> {
        let wanted = (hash(key), key);
        let from = self.0.partition_point(|(hash, other, _)| (*hash, *other) < wanted);
        let to = self.0.partition_point(|(hash, other, _)| (*hash, *other) <= wanted);
        self.0.get(from..to).unwrap_or_default().iter().map(|(.., at)| *at)
    }

    /// First position with this key.
    pub fn first(&self, key: Key<'_>) -> Option<usize> {
        self.find(key).next()
    }

    /// For each position: the number of equal keys before it.
    pub fn count_before(&self) -> Vec<usize> {
        let mut counts = vec![0; self.0.len()];
        let (mut before, mut count) = (None, 0);
        for (_, key, at) in &self.0 {
            count = if before == Some(key) { count + 1 } else { 0 };
            before = Some(key);
            counts[*at] = count;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_finds_all_positions_of_a_key() {
        let keys = [["b", "1"], ["a", "2"], ["b", "1"], ["a", "1"], ["b", "1"]];
        let index = Index::new(keys.into_iter());
        assert_eq!(index.find(["b", "1"]).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(index.first(["a", "2"]), Some(1));
        assert_eq!(index.find(["a", "3"]).len(), 0);
        assert_eq!(index.first(["", ""]), None);
        assert_eq!(index.count_before(), [0, 0, 1, 0, 2]);
    }
}
