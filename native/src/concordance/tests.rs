//! Tests of all of this room.

use super::row::{MANY_TOKENS, OFTEN};
use super::{strengths, KnownWords, Leaf, Part, Row};
use crate::hashing::folded_product;
use crate::scoring::Scoring;
use crate::segment::WholeList;
use crate::text::Span;

/// Words between blanks, and their stems: what stands before an apostrophe.
fn row_of(known: &mut KnownWords, texts: &[&str]) -> Row {
    let mut row = Row::default();
    for text in texts {
        let mut spans = Vec::new();
        let mut at = 0;
        for word in text.split(' ') {
            let (start, end) = (at, at + word.len() as u32);
            if start < end {
                spans.push(Span { start, end });
            }
            at = end + 1;
        }
        row.add(known, &[(text, &spans)], 0);
    }
    let (first, unasked) = known.unasked();
    let forms: Vec<String> = unasked.iter().map(|one| one.to_lowercase()).collect();
    let stem = |form: &String| form.split('\'').next().unwrap_or("").to_owned();
    let stems: Vec<String> = forms.iter().map(stem).collect();
    known.learn(first, &forms, &stems).expect("one of each");
    row.fold(known);
    row
}

#[test]
fn words_are_found_where_they_stand() {
    let mut known = KnownWords::default();
    let row = row_of(&mut known, &["Oil and oil", "", "the OIL'S", "oil"]);
    let oil = known.form(b"oil").expect("known");
    let expected = WholeList {
        ids: vec![0, 3],
        frequencies: vec![2, 1],
        positions: vec![0, 2, 0],
    };
    assert_eq!(row.postings(oil), expected);
    assert_eq!(row.lengths(), [3, 0, 2, 1]);
    let mut texts: Vec<&[u8]> = known
        .forms_of_stem(b"oil")
        .iter()
        .map(|&f| known.text(f))
        .collect();
    texts.sort();
    assert_eq!(texts, [&b"oil"[..], b"oil's"]);
    assert_eq!(known.form(b"gas"), None);
    assert!(known.forms_of_stem(b"gas").is_empty());
    assert_eq!(row.distinct().len(), 4);
}

#[test]
fn what_others_have_learned_meanwhile_is_not_learned_twice() {
    let mut known = KnownWords::default();
    let mut numbers = Vec::new();
    let spans = [Span { start: 0, end: 1 }, Span { start: 2, end: 3 }];
    known.meet("a b", &spans, &mut numbers);
    let one = ["a".to_owned()];
    known.learn(0, &one, &one).expect("one");
    let two = ["a".to_owned(), "b".to_owned()];
    known
        .learn(0, &two, &two)
        .expect("one is known, and one is new");
    known.learn(0, &two, &two).expect("both are known");
    assert_eq!(known.unasked(), (2, &[][..]));
    assert!(known.learn(3, &one, &one).is_err());
    assert!(known.learn(2, &one, &one).is_err());
}

#[test]
fn pairs_are_counted_as_one_by_one_and_inversion_changes_nothing() {
    let mut state = 3u64;
    let mut next = |most: u64| {
        state = folded_product(state | 1, 0xD1B5_4A32_D192_ED03);
        (state >> 20) % most
    };
    let texts: Vec<String> = (0..40)
        .map(|_| {
            let words = (0..next(4_000)).map(|_| format!("w{}", next(40)));
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(|text| &text[..]).collect();
    let mut known = KnownWords::default();
    let row = row_of(&mut known, &texts);
    assert!(row.forms().len() > MANY_TOKENS);
    for _ in 0..2 * OFTEN {
        let left = [next(40) as u32, next(40) as u32];
        let right = [next(40) as u32];
        let distance = 1 + next(9) as u32;
        let mut expected = Vec::new();
        let mut start = 0;
        for (text, &end) in row.ends().iter().enumerate() {
            let forms = &row.forms()[start as usize..end as usize];
            start = end;
            let is_pair = |a: u32, b: u32| left.contains(&a) && right.contains(&b);
            let mut count = 0;
            for i in 0..forms.len() {
                let last = forms.len().min(i + 1 + distance as usize);
                let other = forms[i + 1..last].iter();
                count += other
                    .filter(|&&b| is_pair(forms[i], b) || is_pair(b, forms[i]))
                    .count();
            }
            if count > 0 {
                expected.push((text as u32, count as u64));
            }
        }
        assert_eq!(row.pairs(&left, &right, distance), expected);
    }
    assert!(row.is_inverted());
}

#[test]
fn parts_stand_a_gap_apart() {
    let mut known = KnownWords::default();
    let mut row = Row::default();
    let spans = [Span { start: 0, end: 3 }, Span { start: 4, end: 7 }];
    row.add(&mut known, &[("Ann Lee", &spans), ("Bob Lee", &spans)], 100);
    let words: Vec<String> = known.unasked().1.to_vec();
    known.learn(0, &words, &words).expect("one of each");
    row.fold(&known);
    let number = |form: &str| known.form(form.as_bytes()).expect("known");
    assert_eq!(row.postings(number("Lee")).positions, [1, 101]);
    assert_eq!(row.pairs(&[number("Lee")], &[number("Bob")], 98), [(0, 1)]);
    assert_eq!(row.pairs(&[number("Lee")], &[number("Bob")], 99), [(0, 2)]);
}

#[test]
fn strengths_are_those_of_the_formula() {
    let mut known = KnownWords::default();
    let titles = row_of(&mut known, &["oil", "", "oil falls"]);
    let bodies = row_of(
        &mut known,
        &["oil oil falls", "falls", "oil rises and falls"],
    );
    let number = |form: &str| known.form(form.as_bytes()).expect("known");
    let part = |field, right| Part {
        field,
        left: vec![number("oil")],
        right,
    };
    let rows = [titles, bodies, Row::default()];
    let norms = [0.5, 1.0, 2.0];
    let word = Leaf {
        parts: vec![part(0, None), part(1, None)],
        distance: 0,
        is_least: false,
    };
    let found = strengths(&rows, &word, &norms, &Scoring::SAMPLE);
    assert_eq!(found, [(0, 2.0 + 2.0 / 0.5), (2, 2.0 + 1.0 / 2.0)]);
    let mut near = Leaf {
        parts: vec![
            part(0, Some(vec![number("falls")])),
            part(1, Some(vec![number("falls")])),
        ],
        distance: 2,
        is_least: false,
    };
    let found = strengths(&rows, &near, &norms, &Scoring::SAMPLE);
    assert_eq!(found, [(0, 2.0 / 0.5), (2, 2.0)]);
    near.is_least = true;
    let found = strengths(&rows, &near, &norms, &Scoring::SAMPLE);
    assert_eq!(found, [(0, 1.0 / 0.5), (2, 2.0)]);
}
