//! What texts behind containers were the last time: their only item, or the next name around them.

/// The texts that stood behind containers last. What is known of them is a guess about the next ones,
/// which whatever comes behind the container shows to be wrong.
#[derive(Debug, Default)]
pub(super) struct Followers<'de>([Option<Follower<'de>>; PLACES]);

const PLACES: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Follower<'de> {
    /// The instruction of the text.
    text: &'de [u8],
    /// The instruction that adds a single item to the container.
    close: u8,
    is_item: bool,
}

impl<'de> Followers<'de> {
    fn place(text: &[u8]) -> usize {
        text.len().wrapping_add(text.last().copied().unwrap_or_default().into()) % PLACES
    }

    /// Whether the text was an item of the container, if it is known.
    pub(super) fn get(&self, text: &[u8], close: u8) -> Option<bool> {
        let known = (*self.0.get(Followers::place(text))?)?;
        (known.close == close && known.text == text).then_some(known.is_item)
    }

    pub(super) fn learn(&mut self, text: &'de [u8], close: u8, is_item: bool) {
        if let Some(known) = self.0.get_mut(Followers::place(text)) {
            *known = Some(Follower { text, close, is_item });
        }
    }
}
