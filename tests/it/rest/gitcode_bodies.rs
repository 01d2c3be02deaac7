//! No body breaks GitCode's API: what it cannot read it refuses, and then nothing was written.

use bytes::Bytes;
use http::Request;
use proptest::prelude::*;

use super::client::{ADDRESS, Client};

const ISSUES: &str = "/api/v5/repos/octo/hello/issues";

/// Pieces of which bodies are made that nearly are one.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<Vec<u8>>(),
        prop::sample::select(vec![
            "--x",
            "\r\n",
            "\r\n\r\n",
            "--",
            "Content-Disposition: form-data; name=",
            "\"title\"",
            "title",
            "=",
            "&",
            "labels[]",
            "%5B%5D",
            "%",
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "\"state\":\"close\"",
            "title=T",
            "{\"title\":\"T\"}",
            "\0",
            "milestone=-1",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_cannot_be_read_is_refused(
        body in body(),
        kind in prop::sample::select(vec![
            "", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "multipart/form-data; boundary=\"x", "text/plain",
        ]),
        method in prop::sample::select(vec!["POST", "PATCH"]),
    ) {
        let client = Client::fresh();
        let path = if method == "POST" { ISSUES.to_owned() } else { format!("{ISSUES}/1") };
        let before = client.api.store().last_sequence().unwrap();
        let request = Request::builder()
            .method(method)
            .uri(format!("{ADDRESS}{path}"))
            .header("authorization", "Bearer mona-token")
            .header("content-type", kind);
        let response = client.api.call(request.body(Bytes::from(body)).unwrap());
        let status = response.status().as_u16();
        prop_assert!([200, 201, 400].contains(&status), "{status}");
        if status == 400 {
            prop_assert_eq!(client.api.store().last_sequence().unwrap(), before);
        }
    }
}
