//! How is one occurrence of a word kept while all of them are sorted?
//!
//! Sorting moves every occurrence twice, so its time is that of the bytes moved.  Document,
//! field, position and form need not 32 bits each: how many they need is known before the
//! sort, and for all but extreme segments they fit in one word of 64 ([`Layout`]); for the
//! others there are [`Wide`] ones.

/// Of an occurrence's position: it lies in the title, not in the body.
pub const TITLE: u32 = 1 << 31;
const FIELD_BITS: u32 = 2;

/// A token of a document, among those of its stem.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub document: u32,
    /// With `TITLE` in the title; those of the title come first.
    pub position: u32,
    /// The form, as a member of its stem.
    pub member: u32,
}

/// Where an occurrence may lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Body,
    Title,
    Byline,
}

/// Which bits of a word are what: document, position, field and member, from the highest
/// down.  Members are counted from `first_member`.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Layout {
    first_member: u32,
    position_shift: u32,
    document_shift: u32,
}

impl Layout {
    /// The layout for documents below `documents`, positions up to `most_position` and
    /// members less than `members` from the first; None if a word is too small for them.
    pub fn of(documents: u32, most_position: u32, members: u32) -> Option<Self> {
        let bits = |number: u32| u32::BITS - number.leading_zeros();
        let position_shift = bits(members) + FIELD_BITS;
        let document_shift = position_shift + bits(most_position);
        (document_shift + bits(documents) <= u64::BITS).then_some(Layout {
            first_member: 0,
            position_shift,
            document_shift,
        })
    }

    /// The same with members counted from `first_member`.
    pub fn counted_from(self, first_member: u32) -> Self {
        Layout {
            first_member,
            ..self
        }
    }
}

/// An occurrence as it is kept.
pub trait PackedWord: Copy + Default + Send + Sync {
    /// The occurrence of the member that is `member` after the first.
    fn new(layout: Layout, document: u32, field: Field, position: u32, member: u32) -> Self;

    /// The occurrence, and whether it lies in a byline.
    fn occurrence(self, layout: Layout) -> (Occurrence, bool);

    fn words(words: &[Self]) -> Words<'_>;

    /// Room for `count` of them.
    fn zeros(count: usize) -> Vec<Self>;
}

/// Words of either kind.
pub enum Words<'a> {
    Packed(&'a [u64]),
    Wide(&'a [Wide]),
}

impl PackedWord for u64 {
    #[inline]
    fn new(layout: Layout, document: u32, field: Field, position: u32, member: u32) -> Self {
        let field_shift = layout.position_shift - FIELD_BITS;
        u64::from(document) << layout.document_shift
            | u64::from(position) << layout.position_shift
            | (field as u64) << field_shift
            | u64::from(member)
    }

    #[inline]
    fn occurrence(self, layout: Layout) -> (Occurrence, bool) {
        let field_shift = layout.position_shift - FIELD_BITS;
        let below = |shift: u32| self & ((1 << shift) - 1);
        let field = below(layout.position_shift) >> field_shift;
        let position = below(layout.document_shift) >> layout.position_shift;
        let title = (field as u32 & Field::Title as u32) << 31;
        let occurrence = Occurrence {
            document: (self >> layout.document_shift) as u32,
            position: position as u32 | title,
            member: layout.first_member + below(field_shift) as u32,
        };
        (occurrence, field == Field::Byline as u64)
    }

    fn words(words: &[Self]) -> Words<'_> {
        Words::Packed(words)
    }

    // Memory that comes as zeros is not written twice: the compiler knows it of numbers.
    fn zeros(count: usize) -> Vec<Self> {
        vec![0; count]
    }
}

/// An occurrence that would not fit in a word.
#[derive(Clone, Copy, Default)]
pub struct Wide {
    occurrence: Occurrence,
    byline: bool,
}

impl PackedWord for Wide {
    fn new(_: Layout, document: u32, field: Field, position: u32, member: u32) -> Self {
        let title = if field == Field::Title { TITLE } else { 0 };
        Wide {
            occurrence: Occurrence {
                document,
                position: position | title,
                member,
            },
            byline: field == Field::Byline,
        }
    }

    fn occurrence(self, layout: Layout) -> (Occurrence, bool) {
        let mut occurrence = self.occurrence;
        occurrence.member += layout.first_member;
        (occurrence, self.byline)
    }

    fn words(words: &[Self]) -> Words<'_> {
        Words::Wide(words)
    }

    fn zeros(count: usize) -> Vec<Self> {
        vec![Wide::default(); count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        for (documents, most_position, members) in [
            (1, 0, 1),
            (200_000, 70_000, 65_536),
            ((1 << 21) - 1, (1 << 21) - 1, (1 << 20) - 1),
            (7, 1 << 31, 3),
        ] {
            let layout = Layout::of(documents, most_position, members).unwrap();
            let layout = layout.counted_from(1000);
            for field in [Field::Title, Field::Body, Field::Byline] {
                for (document, position, member) in [
                    (0, 0, 0),
                    (documents - 1, most_position.min(TITLE - 1), members - 1),
                ] {
                    let packed =
                        <u64 as PackedWord>::new(layout, document, field, position, member);
                    let wide = <Wide as PackedWord>::new(layout, document, field, position, member);
                    let title = if field == Field::Title { TITLE } else { 0 };
                    let expected = Occurrence {
                        document,
                        position: position | title,
                        member: 1000 + member,
                    };
                    let expected = (expected, field == Field::Byline);
                    assert_eq!(packed.occurrence(layout), expected);
                    assert_eq!(wide.occurrence(layout), expected);
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Layout::of((1 << 21) - 1, (1 << 21) - 1, (1 << 20) - 1).is_some());
        assert!(Layout::of((1 << 21) - 1, (1 << 21) - 1, 1 << 20).is_none());
        assert!(Layout::of(u32::MAX, u32::MAX, u32::MAX).is_none());
    }
}
