//! Answers that are none: errors, limits, challenges.

use super::{
    HTML, LIMIT, PASSWORD, REFUSAL, Refusal, Row, Uia, Want, error, limited, made, nested, page,
    row, wait,
};

pub(super) static ERRORS: &[Row] = &[
    row("a proxy's page with 502", 502, HTML, Want::NotMatrix),
    row("a proxy's page with 404", 404, HTML, Want::NotMatrix),
    row("a proxy's page with 401", 401, HTML, Want::NotMatrix),
    row("no body with 500", 500, "", Want::NotMatrix),
    row("no body with 401", 401, "", Want::NotMatrix),
    row("a redirect that was not followed", 302, "", Want::NotMatrix),
    row("status 0", 0, "", Want::NotMatrix),
    row("plain text", 503, "upstream connect error", Want::NotMatrix),
    row("broken JSON", 500, r#"{"errcode":"M_UNKNOWN""#, Want::NotMatrix),
    row("an array as error", 400, r#"["M_UNKNOWN"]"#, Want::NotMatrix),
    row("a string as error", 400, r#""M_UNKNOWN""#, Want::NotMatrix),
    row("null as error", 400, "null", Want::NotMatrix),
    row("an object without errcode", 400, r#"{"error":"No"}"#, Want::NotMatrix),
    row("an empty object", 500, "{}", Want::NotMatrix),
    row("a number as errcode", 400, r#"{"errcode":400,"error":"No"}"#, Want::NotMatrix),
    row("null as errcode", 400, r#"{"errcode":null,"error":"No"}"#, Want::NotMatrix),
    row("an empty errcode", 400, r#"{"errcode":"","error":"No"}"#, Want::NotMatrix),
    row(
        "an errcode in the prototype",
        400,
        r#"{"__proto__":{"errcode":"M_FORBIDDEN"}}"#,
        Want::NotMatrix,
    ),
    made("5 MB of a proxy's page with 503", 503, page, Want::NotMatrix),
    made("an error thousands deep", 400, || nested(5_000), Want::NotMatrix),
    row("an errcode alone", 400, r#"{"errcode":"M_UNKNOWN"}"#, error("M_UNKNOWN")),
    row(
        "an error that is no text",
        400,
        r#"{"errcode":"M_UNKNOWN","error":{"a":1}}"#,
        error("M_UNKNOWN"),
    ),
    row(
        "an error in words",
        400,
        r#"{"errcode":"M_THREEPID_IN_USE","error":"Email is already in use"}"#,
        Want::Error(Refusal {
            errcode: "M_THREEPID_IN_USE",
            message: "Email is already in use",
            ..REFUSAL
        }),
    ),
    made(
        "5 MB of an error in words",
        400,
        || [r#"{"errcode":"M_UNKNOWN","x":""#, &"y".repeat(5_000_000), r#""}"#].concat(),
        error("M_UNKNOWN"),
    ),
    row("a code that nobody knows", 400, r#"{"errcode":"M_BRAND_NEW"}"#, error("M_BRAND_NEW")),
    row(
        "a code of the server's own",
        418,
        r#"{"errcode":"ORG.EXAMPLE_TEA"}"#,
        error("ORG.EXAMPLE_TEA"),
    ),
    row(
        "a code in small letters is another",
        400,
        r#"{"errcode":"m_forbidden"}"#,
        error("m_forbidden"),
    ),
    row(
        "a code twice: the last counts",
        400,
        r#"{"errcode":"M_A","errcode":"M_FORBIDDEN"}"#,
        error("M_FORBIDDEN"),
    ),
    row(
        "a code with a status of success's neighbour",
        300,
        r#"{"errcode":"M_UNKNOWN"}"#,
        error("M_UNKNOWN"),
    ),
    row("an unknown path in JSON", 404, r#"{"errcode":"M_UNRECOGNIZED"}"#, error("M_UNRECOGNIZED")),
    row("a bad token", 401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#, error("M_UNKNOWN_TOKEN")),
    row(
        "a session that can be renewed",
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":true}"#,
        Want::Error(Refusal { errcode: "M_UNKNOWN_TOKEN", soft_logout: true, ..REFUSAL }),
    ),
    row(
        "soft_logout as a string",
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":"true"}"#,
        error("M_UNKNOWN_TOKEN"),
    ),
    row(
        "soft_logout as a number",
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":1}"#,
        error("M_UNKNOWN_TOKEN"),
    ),
    row(
        "a bad token and null flows",
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","flows":null}"#,
        error("M_UNKNOWN_TOKEN"),
    ),
    row(
        "a locked account",
        401,
        r#"{"errcode":"M_USER_LOCKED","soft_logout":true}"#,
        Want::Error(Refusal { errcode: "M_USER_LOCKED", soft_logout: true, ..REFUSAL }),
    ),
    row(
        "terms to accept",
        403,
        r#"{"errcode":"M_CONSENT_NOT_GIVEN","consent_uri":"https://example.org/_matrix/consent?u=alice"}"#,
        Want::Error(Refusal {
            errcode: "M_CONSENT_NOT_GIVEN",
            consent_uri: Some("https://example.org/_matrix/consent?u=alice"),
            ..REFUSAL
        }),
    ),
    row(
        "terms to accept nowhere",
        403,
        r#"{"errcode":"M_CONSENT_NOT_GIVEN","consent_uri":null}"#,
        error("M_CONSENT_NOT_GIVEN"),
    ),
    row(
        "a server's own limit",
        403,
        r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":"mailto:admin@example.org","limit_type":"hs_disabled"}"#,
        Want::Error(Refusal {
            errcode: "M_RESOURCE_LIMIT_EXCEEDED",
            admin_contact: Some("mailto:admin@example.org"),
            ..REFUSAL
        }),
    ),
    row(
        "a server's own limit, and nobody to ask",
        403,
        r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":[1]}"#,
        error("M_RESOURCE_LIMIT_EXCEEDED"),
    ),
];

pub(super) static LIMITS: &[Row] = &[
    row(
        "a limit, in the body",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":297231}"#,
        wait(297_231.0),
    ),
    row(
        "a limit of a part of a millisecond",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1.5}"#,
        wait(1.5),
    ),
    row(
        "a limit that is over",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#,
        wait(0.0),
    ),
    row("a limit without end said", 429, r#"{"errcode":"M_LIMIT_EXCEEDED"}"#, Want::Error(LIMIT)),
    row(
        "a limit until before now",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":-5}"#,
        Want::Error(LIMIT),
    ),
    row(
        "a limit as a string",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":"5"}"#,
        Want::Error(LIMIT),
    ),
    row(
        "a limit of null",
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":null}"#,
        Want::Error(LIMIT),
    ),
    row(
        "a limit with another status",
        400,
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        wait(7.0),
    ),
    row("a proxy's limit", 429, HTML, Want::Error(LIMIT)),
    row("a limit without a word", 429, "", Want::Error(LIMIT)),
    row("a limit in an object of another kind", 429, r#"{"retry_after_ms":9}"#, wait(9.0)),
    row("a limit with another code", 429, r#"{"errcode":"M_UNKNOWN"}"#, error("M_UNKNOWN")),
    limited("a header", "5", r#"{"errcode":"M_LIMIT_EXCEEDED"}"#, Some(5_000.0)),
    limited(
        "a header, blanks around it",
        " 5 ",
        r#"{"errcode":"M_LIMIT_EXCEEDED"}"#,
        Some(5_000.0),
    ),
    limited(
        "header before body",
        "5",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":297231}"#,
        Some(5_000.0),
    ),
    limited(
        "a header of nothing",
        "",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        Some(7.0),
    ),
    limited(
        "a header of nonsense",
        "soon",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        Some(7.0),
    ),
    limited(
        "a header below zero",
        "-5",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        Some(7.0),
    ),
    limited(
        "a header with a fraction",
        "1.5",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        Some(7.0),
    ),
    limited(
        "a header with a date",
        "Wed, 21 Oct 2026 07:28:00 GMT",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7}"#,
        Some(7.0),
    ),
    limited(
        "a header beyond measure",
        "99999999999999999999",
        r#"{"errcode":"M_LIMIT_EXCEEDED"}"#,
        None,
    ),
    limited(
        "both of nonsense",
        "soon",
        r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":[]}"#,
        None,
    ),
    limited("a header before a page", "3", HTML, Some(3_000.0)),
    limited("a header and no body", "3", "", Some(3_000.0)),
];

pub(super) static CHALLENGES: &[Row] = &[
    row(
        "a challenge",
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"params":{}}"#,
        Want::Uia(PASSWORD),
    ),
    row(
        "a stage that failed",
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"params":{},"completed":[],"errcode":"M_FORBIDDEN","error":"Invalid username or password"}"#,
        Want::Uia(Uia { errcode: Some("M_FORBIDDEN"), ..PASSWORD }),
    ),
    row(
        "one of several stages done",
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password","m.login.dummy"]},{"stages":["org.example.stage"]}],"params":{"org.example.stage":{"a":1}},"completed":["m.login.password"]}"#,
        Want::Uia(Uia {
            flows: &[&["m.login.password", "m.login.dummy"], &["org.example.stage"]],
            completed: &["m.login.password"],
            params: 1,
            ..PASSWORD
        }),
    ),
    row(
        "no way through",
        401,
        r#"{"session":"s","flows":[],"params":{}}"#,
        Want::Uia(Uia { flows: &[], ..PASSWORD }),
    ),
    row(
        "no session, null params, null completed",
        401,
        r#"{"flows":[{"stages":["m.login.password"]}],"params":null,"completed":null}"#,
        Want::Uia(Uia { session: None, ..PASSWORD }),
    ),
    row(
        "a number as session, a list as params",
        401,
        r#"{"session":7,"flows":[{"stages":["m.login.password"]}],"params":[1],"errcode":null}"#,
        Want::Uia(Uia { session: None, ..PASSWORD }),
    ),
    row(
        "odd flows among good ones",
        401,
        r#"{"session":"s","flows":[null,7,"m.login.password",[],{"stages":["m.login.password"]}]}"#,
        Want::Uia(Uia { flows: &[&[], &[], &[], &[], &["m.login.password"]], ..PASSWORD }),
    ),
    row(
        "an empty errcode beside flows",
        401,
        r#"{"session":"s","flows":[{"stages":["m.login.password"]}],"errcode":""}"#,
        Want::Uia(PASSWORD),
    ),
    row("flows of null", 401, r#"{"session":"s","flows":null}"#, Want::NotMatrix),
    row("flows of an object", 401, r#"{"session":"s","flows":{}}"#, Want::NotMatrix),
    row("no flows, no errcode", 401, r#"{"session":"s","params":{}}"#, Want::NotMatrix),
    row(
        "no flows, an errcode",
        401,
        r#"{"session":"s","errcode":"M_FORBIDDEN"}"#,
        error("M_FORBIDDEN"),
    ),
    row("flows with 403", 403, r#"{"flows":[{"stages":["m.login.password"]}]}"#, Want::NotMatrix),
];
