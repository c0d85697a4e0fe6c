//! Bodies whose types the status chooses.

use keyapi_generated_cases::case_34c_by_status::client::{Client, Error, types};
use serde_json::json;

use super::server::{answer, provide_tls};

/// The outcome of a call that is answered with a status and a body.
macro_rules! outcome {
    ($call:ident, $status:expr, $body:expr) => {{
        let (url, server) = answer($status, "application/json", $body);
        let outcome = Client::new(&url).$call().await;
        server.join().unwrap();
        outcome
    }};
}

#[tokio::test]
async fn the_status_chooses_the_type_of_a_success() {
    use types::CreateReportSuccess as Success;

    let made: fn(Success) -> Option<Box<types::CreateReportResponse>> = |success| match success {
        Success::Status200(made) | Success::Status201(made) => Some(made),
        _ => None,
    };
    for status in [200, 201] {
        let success = outcome!(create_report, status, r#"{"data":{"rows":7},"job":"j"}"#).unwrap().into_inner();
        assert_eq!(made(success).unwrap().data.rows, 7, "{status}");
    }
    let Success::Status202(job) = outcome!(create_report, 202, r#"{"data":{"job":"j"}}"#).unwrap().into_inner() else {
        panic!("202 is told by its status");
    };
    let types::CreateReportResponse202 { data: types::CreateReport202Data { job, .. }, .. } = *job;
    assert_eq!(job, "j");
    let Success::Status203(rows) = outcome!(create_report, 203, r#"[{"id":1}]"#).unwrap().into_inner() else {
        panic!("203 is told by its status");
    };
    assert_eq!(rows[0].id, 1);
    let nothing = outcome!(create_report, 204, "").unwrap();
    assert_eq!(nothing.status().as_u16(), 204);
    assert!(matches!(nothing.into_inner(), Success::Status204));
}

/// What has the shape of another status is not of that status.
#[tokio::test]
async fn a_shape_chooses_nothing() {
    let error = outcome!(create_report, 202, r#"{"data":{"rows":7}}"#).unwrap_err();
    assert!(matches!(error, Error::InvalidResponsePayload(..)), "{error:?}");
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_kept() {
    use types::CreateReportSuccess as Success;

    let Success::Unknown(value) = outcome!(create_report, 206, r#"{"new":[1]}"#).unwrap().into_inner() else {
        panic!("206 is documented");
    };
    assert_eq!(value, json!({"new": [1]}));
    assert!(matches!(outcome!(create_report, 302, ""), Err(Error::UnexpectedResponse(_))));
}

#[tokio::test]
async fn the_status_chooses_the_type_of_an_error() {
    use types::CreateReportFailure as Failure;

    macro_rules! error {
        ($status:expr, $body:expr) => {
            match outcome!(create_report, $status, $body) {
                Err(Error::ErrorResponse(error)) => error.into_inner(),
                other => panic!("{other:?}"),
            }
        };
    }
    assert!(matches!(error!(400, r#"{"title":"t"}"#), Failure::Status400(problem) if problem.title == "t"));
    assert!(matches!(error!(404, r#"{"missing":"m"}"#), Failure::Status404(error) if error.missing == "m"));
    for status in [403, 500] {
        assert!(matches!(error!(status, r#"["a"]"#), Failure::Default(texts) if texts == ["a"]), "{status}");
    }
    assert!(matches!(outcome!(create_report, 429, ""), Err(Error::UnexpectedResponse(_))));
}

#[tokio::test]
async fn a_range_is_for_the_statuses_that_are_not_documented() {
    use types::{RangesFailure as Failure, RangesSuccess as Success};

    let of = |status| async move { outcome!(ranges, status, if status == 200 { r#"{"id":1}"# } else { "7" }) };
    assert!(matches!(of(200).await.unwrap().into_inner(), Success::Status200(row) if row.id == 1));
    assert!(matches!(of(201).await.unwrap().into_inner(), Success::Status2xx(7)));
    let Err(Error::ErrorResponse(error)) = outcome!(ranges, 503, r#""down""#) else { panic!("503 is documented") };
    assert!(matches!(error.into_inner(), Failure::Status5xx(text) if text == "down"));
}

#[tokio::test]
async fn schemas_of_one_type_are_that_type() {
    let text = outcome!(texts, 201, r#""no date""#).unwrap().into_inner();
    assert_eq!(text, "no date");
}

#[tokio::test]
async fn json_without_a_schema_is_any() {
    use types::AnythingSuccess8795 as Success;

    let mut found = Vec::new();
    for (status, body) in [(200, r#"{"id":1}"#), (202, r#"{"id":"x"}"#), (207, "null")] {
        found.push(outcome!(anything, status, body).unwrap().into_inner());
    }
    let [Success::Status200(row), Success::Status202(any), Success::Unknown(nothing)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((row.id, any, nothing), (1, &json!({"id": "x"}), &json!(null)));
    // They are written as they came.
    assert_eq!(serde_json::to_value(&found).unwrap(), json!([{"id": 1}, {"id": "x"}, null]));
}

#[tokio::test]
async fn a_typed_mock_answers_a_status_with_its_type() {
    use keyapi_generated_cases::case_34c_by_status::httpmock::MockServerExt;

    provide_tls();
    let server = httpmock::MockServer::start();
    let job: types::CreateReportResponse202 = serde_json::from_value(json!({"data": {"job": "j"}})).unwrap();
    server.create_report(|_, then| {
        then.accepted(&job);
    });
    let outcome = Client::new(&server.base_url()).create_report().await.unwrap().into_inner();
    assert!(matches!(outcome, types::CreateReportSuccess::Status202(found) if found.data.job == "j"));
    // What is documented without a body has none, whatever others have.
    let server = httpmock::MockServer::start();
    server.create_report(|_, then| {
        then.too_many_requests();
    });
    let outcome = Client::new(&server.base_url()).create_report().await;
    assert!(matches!(outcome, Err(Error::UnexpectedResponse(response)) if response.content_length() == Some(0)));
}
