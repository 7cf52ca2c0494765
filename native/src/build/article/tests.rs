//! What an article becomes, and what is refused.

use super::*;

fn asked_to_fold(value: &str, out: &mut String) -> Result<()> {
    out.push_str(&value.to_lowercase());
    Ok(())
}

fn example(batch: &mut Batch) {
    let date = IndexedDate {
        instant_us: 5,
        day: "20190408".into(),
        iso: "2019-04-08".into(),
    };
    let fields = Fields {
        id: "a1",
        title: "Truce \"urged\"",
        body: "One.\n\nTwo.",
        byline: &["Ann Lee", "Bo Ek"],
        date: Some(&date),
        values: &[Some("The  Times"), None, Some("EN"), None, Some("/Ä/b")],
        metadata: &[
            Metadata {
                name: "country",
                texts: vec!["FR", "be"],
                is_list: true,
            },
            Metadata {
                name: "slug",
                texts: vec!["x\"y"],
                is_list: false,
            },
        ],
        record: Some("7"),
        date_text: None,
        encoding: Some("utf-8"),
        is_correction: false,
        credits: &["ap", "dow jones"],
        updated: Some("2019-04-09"),
    };
    batch.push(&fields, &mut asked_to_fold).unwrap();
}

#[test]
fn the_stored_form_is_that_of_python() {
    let mut batch = Batch::sample();
    example(&mut batch);
    let fields = Fields {
        id: "b",
        ..Fields::default()
    };
    batch.push(&fields, &mut asked_to_fold).unwrap();
    batch.seal();
    let first = batch.get(0);
    let expected = concat!(
        r#"{"id":"a1","title":"Truce \"urged\"","body":"One.\n\nTwo.","#,
        r#""byline":["Ann Lee","Bo Ek"],"date":"2019-04-08","source":"The  Times","#,
        r#""language":"EN","path":"/Ä/b","record":7,"encoding":"utf-8","#,
        r#""updated":"2019-04-09","metadata":{"country":["FR","be"],"slug":"x\"y"}}"#
    );
    assert_eq!(std::str::from_utf8(first.json()), Ok(expected));
    let mut hot = Vec::new();
    first.put_hot(&mut hot);
    let without = expected.replace(r#","body":"One.\n\nTwo.""#, "");
    assert_eq!(std::str::from_utf8(&hot), Ok(&without[..]));
    let second = batch.get(1);
    assert_eq!(second.json(), br#"{"id":"b","title":"","body":""}"#);
    // hashlib.blake2b(b'{"id":"b","title":"","body":""}', digest_size=8).hexdigest()
    assert_eq!(format!("{:016x}", second.digest()), "684417920e3ebdfb");
    assert_eq!(second.date_us(), MISSING_DATE);
}

#[test]
fn values_are_folded_and_the_path_is_kept_as_a_file_too() {
    let mut batch = Batch::sample();
    example(&mut batch);
    let article = batch.get(0);
    let values: Vec<(u8, &str)> = article.values().collect();
    let expected = [
        (0, "the times"),
        (2, "en"),
        (value_field::PATH, "/ä/b"),
        (64, "fr"),
        (64, "be"),
        (value_field::NAME, "ann lee"),
        (value_field::NAME, "bo ek"),
        (value_field::CREDIT, "ap"),
        (value_field::CREDIT, "dow jones"),
        (value_field::FILE, "/Ä/b"),
        (value_field::ID, "a1"),
        (value_field::DATE, "20190408"),
    ];
    assert_eq!(values, expected);
    assert_eq!(article.has(), 0b11_0101_1111);
    assert_eq!(article.names().collect::<Vec<_>>(), ["Ann Lee", "Bo Ek"]);
}

#[test]
fn digests_of_many_are_those_of_each() {
    let mut batch = Batch::sample();
    for number in 0..37usize {
        let body = "word ".repeat(number * number);
        let id = number.to_string();
        let fields = Fields {
            id: &id,
            body: &body,
            ..Fields::default()
        };
        batch.push(&fields, &mut asked_to_fold).unwrap();
        if number % 5 == 0 {
            batch.seal();
        }
    }
    batch.seal();
    for number in 0..37 {
        let article = batch.get(number);
        let hash = Params::new().hash_length(8).hash(article.json());
        let alone = u64::from_str_radix(&hash.to_hex(), 16);
        assert_eq!(Ok(article.digest()), alone);
    }
}

#[test]
fn blanks_of_a_value_are_single() {
    for (value, expected) in [
        ("", ""),
        ("  A\t\x1fb\r\nC ", "a b c"),
        ("\x0b", ""),
        ("x_Y-1", "x_y-1"),
    ] {
        let mut out = String::from("!");
        fold_ascii_value(value, &mut out);
        assert_eq!(out[1..], *expected);
    }
}
