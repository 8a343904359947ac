//! Answers with a status of success.

use super::{ALICE, BARE, HTML, Row, Want, made, nested, page, row};

const ENTRY: &str =
    r#"{"medium":"email","address":"alice@example.org","added_at":1700000000000,"validated_at":1}"#;

pub(super) static LISTS: &[Row] = &[
    row("no entries", 200, r#"{"threepids":[]}"#, Want::List(&[])),
    row("a null list", 200, r#"{"threepids":null}"#, Want::List(&[])),
    row("a missing list", 200, "{}", Want::List(&[])),
    row("a list that is an object", 200, r#"{"threepids":{"0":1}}"#, Want::List(&[])),
    row("a list that is a string", 200, r#"{"threepids":"none"}"#, Want::List(&[])),
    row("a list that is a number", 200, r#"{"threepids":0}"#, Want::List(&[])),
    row("a list that is false", 200, r#"{"threepids":false}"#, Want::List(&[])),
    row("null instead of an object", 200, "null", Want::List(&[])),
    row("an array instead of an object", 200, "[]", Want::List(&[])),
    row("a string instead of an object", 200, r#""threepids""#, Want::List(&[])),
    row("a number instead of an object", 200, "7", Want::List(&[])),
    row("another success than 200", 201, r#"{"threepids":[]}"#, Want::List(&[])),
    row(
        "blanks around it",
        200,
        "\r\n\t {\"threepids\" : [ {\"address\":\"alice@example.org\" ,\n\"medium\":\"email\"} ] } \n",
        Want::List(&[BARE]),
    ),
    row(
        "no times, as in the v1 document",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org"}]}"#,
        Want::List(&[BARE]),
    ),
    row(
        "null times",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":null,"validated_at":null}]}"#,
        Want::List(&[BARE]),
    ),
    row(
        "times as strings",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":"1700000000000","validated_at":""}]}"#,
        Want::List(&[BARE]),
    ),
    row(
        "times as objects, arrays, truths",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":{"$date":1},"validated_at":[1]},
            {"medium":"msisdn","address":"441234567890","added_at":true,"validated_at":false}]}"#,
        Want::List(&[BARE, ("msisdn", "441234567890", None, None)]),
    ),
    row(
        "times as floats",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":1700000000000.25,"validated_at":1.7e12}]}"#,
        Want::List(&[(
            "email",
            "alice@example.org",
            Some(1_700_000_000_000.25),
            Some(1_700_000_000_000.0),
        )]),
    ),
    row(
        "times before 1970, zero, and far beyond any calendar",
        200,
        r#"{"threepids":[{"medium":"email","address":"a@example.org","added_at":-1,"validated_at":0},
            {"medium":"email","address":"b@example.org","added_at":1e300,"validated_at":-0.0}]}"#,
        Want::List(&[
            ("email", "a@example.org", Some(-1.0), Some(0.0)),
            ("email", "b@example.org", Some(1e300), Some(0.0)),
        ]),
    ),
    row(
        "a whole number beyond 2^53",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":1700000000000,"validated_at":18446744073709551616}]}"#,
        Want::List(&[(
            "email",
            "alice@example.org",
            Some(1_700_000_000_000.0),
            Some(18_446_744_073_709_551_616.0),
        )]),
    ),
    row(
        "more than the spec's members",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":1700000000000,"validated_at":1,"bound":true,"org.example":{"a":[null]}}],"next":"?"}"#,
        Want::List(&[ALICE]),
    ),
    row(
        "odd entries among good ones",
        200,
        r#"{"threepids":[
            null, 1, "alice@example.org", [], [["medium","email"]], true, {},
            {"medium":"email"},
            {"address":"nobody@example.org"},
            {"medium":"email","address":null},
            {"medium":null,"address":"nobody@example.org"},
            {"medium":1,"address":"nobody@example.org"},
            {"medium":"email","address":["nobody@example.org"]},
            {"medium":"email","address":{"toString":"x"}},
            {"medium":"email","address":""},
            {"medium":"email","address":"alice@example.org","added_at":1700000000000,"validated_at":1},
            {"Medium":"email","Address":"nobody@example.org"}]}"#,
        Want::List(&[ALICE]),
    ),
    row(
        "unknown media",
        200,
        r#"{"threepids":[{"medium":"org.example.fax","address":"+44 1"},{"medium":"","address":"?"},{"medium":"EMAIL","address":"a@b.c"}]}"#,
        Want::List(&[
            ("org.example.fax", "+44 1", None, None),
            ("", "?", None, None),
            ("EMAIL", "a@b.c", None, None),
        ]),
    ),
    row(
        "the same address twice",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org"},{"medium":"email","address":"alice@example.org"}]}"#,
        Want::List(&[BARE, BARE]),
    ),
    row(
        "an address that is markup, and one that is not ASCII",
        200,
        r#"{"threepids":[{"medium":"email","address":"<img src=x onerror=alert(1)>"},{"medium":"email","address":"\u00e5lice@ex\u00e4mple.org"}]}"#,
        Want::List(&[
            ("email", "<img src=x onerror=alert(1)>", None, None),
            ("email", "ålice@exämple.org", None, None),
        ]),
    ),
    row(
        "escapes of all kinds",
        200,
        r#"{"threepids":[{"medium":"\u0065mail","address":"\"\\\/\b\f\n\r\t\u0000\ud83d\ude00"}]}"#,
        Want::List(&[("email", "\"\\/\u{8}\u{c}\n\r\t\0😀", None, None)]),
    ),
    row(
        "lone halves of a pair of surrogates",
        200,
        r#"{"threepids":[{"medium":"email","address":"a\ud800b"},{"medium":"email","address":"\udc00\\ud800"},{"medium":"email","address":"\uD83D\ud83d\ude00"},{"medium":"email","address":"alice@example.org"}]}"#,
        Want::List(&[
            ("email", "a\u{fffd}b", None, None),
            ("email", "\u{fffd}\\ud800", None, None),
            ("email", "\u{fffd}😀", None, None),
            BARE,
        ]),
    ),
    row(
        "members named as what every JavaScript object has",
        200,
        r#"{"__proto__":{"threepids":[{"medium":"email","address":"nobody@example.org"}]},"constructor":1,"hasOwnProperty":1,"threepids":[
            {"__proto__":{"medium":"email","address":"nobody@example.org"}},
            {"__proto__":null,"medium":"email","address":"alice@example.org","toString":null,"length":3}]}"#,
        Want::List(&[BARE]),
    ),
    row(
        "a list in the prototype alone",
        200,
        r#"{"__proto__":{"threepids":[{"medium":"email","address":"nobody@example.org"}]}}"#,
        Want::List(&[]),
    ),
    row(
        "the same member twice: the last counts",
        200,
        r#"{"threepids":1,"threepids":[{"medium":"msisdn","address":"x","address":"alice@example.org","medium":"email"}]}"#,
        Want::List(&[BARE]),
    ),
    row(
        "a number too big for a float",
        200,
        r#"{"threepids":[{"medium":"email","address":"alice@example.org","added_at":1e400}]}"#,
        // The native reader takes no such number at all.
        if cfg!(target_arch = "wasm32") { Want::List(&[BARE]) } else { Want::NotMatrix },
    ),
    row("nothing at all", 200, "", Want::NotMatrix),
    row("blanks", 200, " \n", Want::NotMatrix),
    row("a proxy's page with 200", 200, HTML, Want::NotMatrix),
    row("cut off in the middle", 200, r#"{"threepids":[{"medium":"em"#, Want::NotMatrix),
    row("something after the end", 200, r#"{"threepids":[]} }"#, Want::NotMatrix),
    row("two answers in one", 200, r#"{"threepids":[]}{"threepids":[]}"#, Want::NotMatrix),
    row("a comma too many", 200, r#"{"threepids":[],}"#, Want::NotMatrix),
    row("single quotes", 200, "{'threepids':[]}", Want::NotMatrix),
    row("a comment", 200, r#"{"threepids":[]/* none */}"#, Want::NotMatrix),
    row("NaN", 200, r#"{"threepids":[],"x":NaN}"#, Want::NotMatrix),
    row("a number with a zero before it", 200, r#"{"threepids":[],"x":01}"#, Want::NotMatrix),
    row("a raw line break in a string", 200, "{\"threepids\":[],\"x\":\"\n\"}", Want::NotMatrix),
    row("a byte order mark", 200, "\u{feff}{\"threepids\":[]}", Want::NotMatrix),
    row("JSONP", 200, r#"callback({"threepids":[]})"#, Want::NotMatrix),
    made("as deep as is taken", 200, || nested(64), Want::List(&[])),
    made("deeper than is taken", 200, || nested(65), Want::NotMatrix),
    made("thousands deep", 200, || nested(5_000), Want::NotMatrix),
    made(
        "hundreds of thousands deep, and never closed",
        200,
        || "[".repeat(300_000),
        Want::NotMatrix,
    ),
    made(
        "thousands of objects deep",
        200,
        || [r#"{"threepids":"#.repeat(5_000), "[]".to_owned(), "}".repeat(5_000)].concat(),
        Want::NotMatrix,
    ),
    made(
        "5 MB of entries",
        200,
        || {
            let entries = vec![ENTRY; 5_000_000 / ENTRY.len()].join(",");
            [r#"{"threepids":["#, &entries, "]}"].concat()
        },
        Want::Entries(5_000_000 / ENTRY.len()),
    ),
    made(
        "5 MB beside the entries",
        200,
        || {
            let padding = "x".repeat(5_000_000);
            [
                r#"{"padding":""#,
                &padding,
                r#"","threepids":[{"medium":"email","address":"alice@example.org"}]}"#,
            ]
            .concat()
        },
        Want::List(&[BARE]),
    ),
    made("5 MB of a proxy's page with 200", 200, page, Want::NotMatrix),
];

pub(super) static OTHER_ANSWERS: &[Row] = &[
    row("a sid", 200, r#"{"sid":"123"}"#, Want::Sid(Some("123"))),
    row("a sid and a submit_url", 200, r#"{"sid":"1","submit_url":null}"#, Want::Sid(Some("1"))),
    row("a sid that no spec allows", 200, r#"{"sid":" +/é😀\n"}"#, Want::Sid(Some(" +/é😀\n"))),
    row("a sid that looks like a number", 200, r#"{"sid":"0"}"#, Want::Sid(Some("0"))),
    row("a sid that looks like null", 200, r#"{"sid":"null"}"#, Want::Sid(Some("null"))),
    row("an empty sid", 200, r#"{"sid":""}"#, Want::Sid(None)),
    row("no sid", 200, "{}", Want::Sid(None)),
    row("a null sid", 200, r#"{"sid":null}"#, Want::Sid(None)),
    row("a number as sid", 200, r#"{"sid":123}"#, Want::Sid(None)),
    row("an array as sid", 200, r#"{"sid":["123"]}"#, Want::Sid(None)),
    row("null as answer to requestToken", 200, "null", Want::Sid(None)),
    row("no body as answer to requestToken", 200, "", Want::NotMatrix),
    row("{} to delete", 200, "{}", Want::Unbind(None)),
    row("null to delete", 200, "null", Want::Unbind(None)),
    row("success", 200, r#"{"id_server_unbind_result":"success"}"#, Want::Unbind(Some("success"))),
    row(
        "no-support",
        200,
        r#"{"id_server_unbind_result":"no-support"}"#,
        Want::Unbind(Some("no-support")),
    ),
    row(
        "an unbind result of the server's own",
        200,
        r#"{"id_server_unbind_result":"maybe"}"#,
        Want::Unbind(Some("maybe")),
    ),
    row(
        "an unbind result that is null",
        200,
        r#"{"id_server_unbind_result":null}"#,
        Want::Unbind(None),
    ),
    row(
        "an unbind result that is true",
        200,
        r#"{"id_server_unbind_result":true}"#,
        Want::Unbind(None),
    ),
    row("no body to delete", 200, "", Want::NotMatrix),
    row("who", 200, r#"{"user_id":"@alice:example.org"}"#, Want::User(Some("@alice:example.org"))),
    row("nobody", 200, "{}", Want::User(None)),
    row("a number as user", 200, r#"{"user_id":1}"#, Want::User(None)),
];
