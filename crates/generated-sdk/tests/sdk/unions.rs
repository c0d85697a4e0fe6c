//! Values of several types, with bodies that are not quite what the document says.

use keyapi_generated_sdk::types::{Device, ListDevicesResponse};
use keyapi_generated_sdk::{ErrorKind, Response};
use keyapi_mock::MockServer;
use serde_json::{Value, json};

use crate::{client, server};

fn answering(devices: &str) -> MockServer {
    let (server, body) = (server(), format!(r#"{{"devices":{devices}}}"#));
    server.overrides(|httpmock| {
        httpmock.mock(|_, then| {
            then.status(200).header("content-type", "application/json").body(body);
        });
    });
    server
}

async fn answered(devices: &str) -> (Response<ListDevicesResponse>, Vec<String>) {
    let server = answering(devices);
    let response = client(&server).build().unwrap().list_devices().id("04030").send().await.unwrap();
    let deviations = response.deviations().iter().map(ToString::to_string).collect();
    (response, deviations)
}

fn devices(response: &Response<ListDevicesResponse>) -> &[Device] {
    response.value().devices.as_deref().unwrap_or_default()
}

/// Asserts that devices come to be others when they are decoded, and what is said of it.
#[track_caller]
fn check(response: (Response<ListDevicesResponse>, Vec<String>), expected: &Value, deviations: &[&str]) {
    let (response, found) = response;
    assert_eq!(serde_json::to_value(devices(&response)).unwrap(), *expected);
    assert_eq!(found, deviations);
}

#[tokio::test]
async fn an_element_null_makes_no_variant_unknown() {
    let (response, deviations) = answered(r#"[{"kind":"thermometer","celsius":[null,1.5,null]}]"#).await;
    let [Device::Thermometer(found)] = devices(&response) else { panic!("{response:?}") };
    assert_eq!(found.celsius.as_deref(), Some(&[1.5][..]));
    assert_eq!(
        deviations,
        ["an element null at $.devices[0].celsius[0]", "an element null at $.devices[0].celsius[2]"]
    );
    assert!(response.body().windows(4).any(|bytes| bytes == b"null"), "the body is as it came");
}

#[tokio::test]
async fn unions_within_unions_are_repaired() {
    let body =
        r#"[null,{"kind":"mast","parts":[{"kind":"mast","parts":[null,{"kind":"thermometer","celsius":[2,null]}]}]}]"#;
    check(
        answered(body).await,
        &json!([{"kind":"mast","parts":[{"kind":"mast","parts":[{"kind":"thermometer","celsius":[2.0]}]}]}]),
        &[
            "an element null at $.devices[0]",
            "an element null at $.devices[1].parts[0].parts[0]",
            "an element null at $.devices[1].parts[0].parts[1].celsius[1]",
        ],
    );
}

/// What is null in the notes of a thermometer is documented, and in those of a mast it is not.
#[tokio::test]
async fn what_is_right_in_one_variant_is_left_when_it_is_wrong_in_another() {
    check(
        answered(r#"[{"kind":"thermometer","notes":[null]},{"kind":"mast","notes":[null,"a"]}]"#).await,
        &json!([{"kind":"thermometer","notes":[null]},{"kind":"mast","notes":["a"]}]),
        &["an element null at $.devices[1].notes[0]"],
    );
}

#[tokio::test]
async fn what_no_repair_makes_a_variant_is_kept_as_it_came() {
    for devices in [
        r#"[{"kind":"thermometer","celsius":"warm","notes":[null]}]"#,
        r#"[{"kind":"camera","pictures":[null]}]"#,
        r#"[{"kind":"mast","parts":[{"kind":"camera","pictures":[null]}]}]"#,
        // What could be repaired is not either.
        r#"[{"kind":"thermometer","celsius":[null,"warm"]}]"#,
    ] {
        check(answered(devices).await, &serde_json::from_str(devices).unwrap(), &[]);
    }
}

#[tokio::test]
async fn an_integer_may_have_a_fraction_of_nothing() {
    check(
        answered(r#"[{"kind":"mast","metres":30.0,"parts":[{"kind":"mast","metres":2e0,"notes":[null]}]}]"#).await,
        &json!([{"kind":"mast","metres":30,"parts":[{"kind":"mast","metres":2,"notes":[]}]}]),
        &[
            "an integer with a fraction or an exponent at $.devices[0].metres",
            "an integer with a fraction or an exponent at $.devices[0].parts[0].metres",
            "an element null at $.devices[0].parts[0].notes[0]",
        ],
    );
    let devices = r#"[{"kind":"mast","metres":1.5,"notes":["1.0"]}]"#;
    check(answered(devices).await, &serde_json::from_str(devices).unwrap(), &[]);
}

#[tokio::test]
async fn a_body_that_fails_elsewhere_says_where() {
    let server = answering(r#"[{"kind":"thermometer","celsius":[null]},1],"extra":1,"devices":7"#);
    let error = client(&server).build().unwrap().list_devices().id("04030").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("at $.devices"), "{error}");
}

/// Many values, and values within each other, of which every one has to be repaired by itself.
#[tokio::test]
async fn many_values_are_repaired() {
    let many = vec![r#"{"kind":"thermometer","celsius":[null,1]}"#; 200].join(",");
    let (response, deviations) = answered(&format!("[{many}]")).await;
    assert!(devices(&response).iter().all(|device| matches!(device, Device::Thermometer(_))));
    assert_eq!(deviations.len(), 100, "no more are kept");
    let nested = |depth: usize| {
        (0..depth).fold(r#"{"kind":"thermometer","celsius":[null]}"#.to_owned(), |inner, _| {
            format!(r#"{{"kind":"mast","parts":[{inner}]}}"#)
        })
    };
    let (_, deviations) = answered(&format!("[{}]", nested(9))).await;
    assert_eq!(deviations, [format!("an element null at $.devices[0]{}.celsius[0]", ".parts[0]".repeat(9))]);
    let (response, deviations) = answered(&format!("[{}]", nested(55))).await;
    assert_eq!(deviations.len(), 1);
    assert!(!serde_json::to_string(devices(&response)).unwrap().contains("null"));
}

#[tokio::test]
async fn all_of_a_large_body_is_repaired() {
    let many = vec![r#"{"kind":"thermometer","celsius":[null]}"#; 50_000].join(",");
    let (response, deviations) = answered(&format!("[{many},null]")).await;
    let repaired = devices(&response).iter().filter(|device| matches!(device, Device::Thermometer(_))).count();
    assert_eq!((devices(&response).len(), repaired, deviations.len()), (50_000, 50_000, 100));
}

/// A null that one variant refuses in a list within another is legal in the lists beside it.
#[tokio::test]
async fn what_is_right_in_one_part_is_left_when_it_is_wrong_in_another() {
    let parts = |notes: &str| {
        format!(
            r#"[{{"kind":"mast","parts":[{{"kind":"thermometer","notes":[null]}},{{"kind":"mast","notes":{notes}}}]}}]"#
        )
    };
    check(
        answered(&parts(r#"[null,"a"]"#)).await,
        &serde_json::from_str(&parts(r#"["a"]"#)).unwrap(),
        &["an element null at $.devices[0].parts[1].notes[0]"],
    );
}
