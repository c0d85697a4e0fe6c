//! Bodies that are read while they come, media types that callers choose, and headers.

use keyapi_generated_sdk::{CallOptions, Error, ErrorKind, File, HeaderName, HeaderValue, headers, types};

use keyapi_mock::MockServer;

use crate::{client, server};

#[tokio::test]
async fn events_are_typed() {
    let server = server();
    let client = client(&server).build().unwrap();
    let response = client.watch_station().id("04030").stream().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_value();
    let mut found = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        assert_eq!(event.event, "message");
        let types::WatchStationItem { celsius, .. } = event.data;
        found.push(celsius);
    }
    assert_eq!(found, [-3.5, -3.25]);
    assert_eq!(server.journal()[0].header("accept"), Some("text/event-stream"));
    // The whole of it, where somebody wants that.
    let whole = client.watch_station().id("04030").send().await.unwrap();
    assert_eq!(whole.text().unwrap(), "data: {\"celsius\":-3.5}\n\ndata: {\"celsius\":-3.25}\n\n");
}

/// The document describes all of an event, and not its data alone.
#[tokio::test]
async fn events_are_of_several_types_as_their_fields_tell() {
    let server = server();
    let client = client(&server).build().unwrap();
    let whole = client.watch_alarms().id("04030").send().await.unwrap();
    let written = "event: alarm\nid: 1\ndata: {\"wind\":31.5}\n\nevent: end\ndata: all is well\n\n";
    assert_eq!(whole.text().unwrap(), written);
    let read = async |client: &keyapi_generated_sdk::Client| {
        let mut events = client.watch_alarms().id("04030").stream().await.unwrap().into_value();
        let mut found = Vec::new();
        while let Some(event) = events.next().await {
            found.push(match event.map(|event| event.data) {
                Ok(types::Alarm::Alarm(alarm)) => format!("{} {}", alarm.data.wind, alarm.id.unwrap_or_default()),
                Ok(types::Alarm::End(end)) => end.data,
                Ok(other) => format!("{other:?}"),
                Err(error) => error.to_string(),
            });
        }
        found
    };
    assert_eq!(read(&client).await, ["31.5 1", "all is well"]);
    // A text that looks like JSON, a type that is new, fields within the data, and what is no event of any type.
    let body =
        "event: end\ndata: 7\n\nevent: new\ndata: 1\n\ndata: {\"event\":\"end\",\"data\":\"x\"}\n\ndata: [DONE]\n\n";
    let other = answers("text/event-stream", body);
    let found = read(&crate::client(&other).build().unwrap()).await;
    assert_eq!(found[0], "7");
    assert!(found[1].starts_with("Unknown("), "{found:?}");
    assert_eq!(found[2], "x");
    assert!(found[3].starts_with("Unknown("), "{found:?}");
}

#[tokio::test]
async fn a_refusal_in_the_place_of_events_is_an_error() {
    let server = server();
    let client = client(&server).build().unwrap();
    server.script("watchStation", [404]).unwrap();
    let error = client.watch_station().id("04030").stream().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::NotFound, Some("no such station")));
    // A refusal with status 200, and something else than events.
    for (body, kind) in [(r#"{"status":402,"reason":"empty"}"#, ErrorKind::QuotaExhausted), ("{}", ErrorKind::Decode)] {
        let server = crate::server();
        server.overrides(|httpmock| {
            httpmock.mock(|_, then| {
                then.status(200).header("content-type", "application/json").body(body);
            });
        });
        let client = crate::client(&server).build().unwrap();
        let error = client.watch_station().id("04030").stream().await.unwrap_err();
        assert_eq!((error.kind(), &error.body()[..]), (kind, body.as_bytes()));
        // Whoever asks for a table is not told that it is one.
        let table = client.export_readings().send_as("text/csv").await;
        assert_eq!(table.is_err_and(|error| error.is_quota_exhausted()), kind == ErrorKind::QuotaExhausted);
    }
}

/// A server that answers everything with status 200 and this body.
fn answers(media_type: &str, body: &str) -> MockServer {
    let server = server();
    server.overrides(|httpmock| {
        httpmock.mock(|_, then| {
            then.status(200).header("content-type", media_type).body(body);
        });
    });
    server
}

#[tokio::test]
async fn sequences_are_typed() {
    let server = server();
    let client = client(&server).build().unwrap();
    let mut values = client.read_log().id("04030").stream().await.unwrap().into_value();
    let types::ReadLogItem { at, .. } = values.next().await.unwrap().unwrap();
    assert!(!at.is_empty());
    assert!(values.next().await.is_none());
    let whole = client.read_log().id("04030").send().await.unwrap();
    assert!(whole.text().unwrap().starts_with("\u{1e}{\"at\":"), "{whole:?}");
    assert_eq!(server.journal()[0].header("accept"), Some("application/json-seq"));
}

#[tokio::test]
async fn texts_that_are_made_up_are_parts_of_their_stream() {
    let server = server();
    let client = client(&server).build().unwrap();
    let mut events = client.hear_station().id("04030").stream().await.unwrap().into_value();
    assert_eq!(events.next().await.unwrap().unwrap().data, "string");
    assert!(events.next().await.is_none());
    let mut texts = client.read_words().id("04030").stream().await.unwrap().into_value();
    assert_eq!(texts.next().await.unwrap().unwrap(), "string");
    assert!(texts.next().await.is_none());
    let mut lines = client.read_lines().id("04030").stream().await.unwrap().into_value();
    assert_eq!(lines.next().await.unwrap().unwrap(), "string");
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn json_in_the_place_of_values_is_a_refusal_and_no_value() {
    for (media_type, body, kind) in [
        ("application/json", r#"{"status":402,"reason":"empty"}"#, Some(ErrorKind::QuotaExhausted)),
        (
            "application/problem+json; charset=utf-8",
            r#"{"status":402,"reason":"empty"}"#,
            Some(ErrorKind::QuotaExhausted),
        ),
        ("application/json", "{\"id\":\"04030\"}", Some(ErrorKind::Decode)),
        // Many servers do not tell lines of JSON from text.
        ("text/plain", "{\"id\":\"04030\"}\n", None),
    ] {
        let server = answers(media_type, body);
        let client = client(&server).build().unwrap();
        let error = client.export_readings().stream().await.err();
        assert_eq!(error.as_ref().map(Error::kind), kind, "{media_type} {body}");
        assert!(error.is_none_or(|error| error.body() == body.as_bytes()));
        let error = client.read_log().id("04030").stream().await.err();
        assert_eq!(error.map(|error| error.kind()), kind, "{media_type} {body}");
    }
}

#[tokio::test]
async fn json_in_the_place_of_another_body_may_be_a_refusal() {
    let server = answers("application/json", r#"{"status":402,"reason":"empty"}"#);
    let client = client(&server).build().unwrap();
    let error = client.export_readings().stream_as("text/csv").await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::QuotaExhausted, Some("empty")));
    let refused = |error: Error| (error.kind(), error.code());
    let expected = (ErrorKind::QuotaExhausted, Some(402));
    assert_eq!(refused(client.export_readings().stream_as("application/json").await.unwrap_err()), expected);
    assert_eq!(refused(client.get_picture().id("04030").send().await.unwrap_err()), expected);
    assert_eq!(refused(client.get_picture().id("04030").stream().await.unwrap_err()), expected);
    assert_eq!((client.credits_spent(), client.credits().possibly_spent()), (0, 0));
    // What says no refusal is a body as any other.
    let server = answers("application/json", "[]");
    let client = crate::client(&server).build().unwrap();
    let mut body = client.export_readings().stream_as("text/csv").await.unwrap().into_value();
    assert_eq!(body.next().await.unwrap().unwrap(), "[]");
    assert!(body.next().await.is_none());
}

#[tokio::test]
async fn bodies_are_streams_of_bytes() {
    let server = server();
    let client = client(&server).build().unwrap();
    let response = client.get_picture().id("04030").stream().await.unwrap();
    let mut body = response.into_value();
    assert_eq!(body.next().await.unwrap().unwrap(), "GIF89a");
    assert!(body.next().await.is_none());
    let options = CallOptions::new().body_limit(5);
    let error = client.get_picture().id("04030").options(options).stream().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::BodyTooLarge, Some("more than 5 bytes")));
    let drawn = client.get_picture().id("04030").send_as("image/svg+xml").await.unwrap();
    assert_eq!(drawn.text().unwrap(), "<svg/>");
}

#[tokio::test]
async fn callers_choose_a_media_type() {
    let server = server();
    let client = client(&server).build().unwrap();
    let json = client.export_readings().send().await.unwrap();
    assert_eq!(json.headers()["content-type"], "application/json");
    let csv = client.export_readings().send_as("text/csv").await.unwrap();
    assert_eq!(csv.text().unwrap(), "id,celsius\n04030,-3.5\n");
    let mut csv = client.export_readings().stream_as("text/csv").await.unwrap().into_value();
    assert_eq!(csv.next().await.unwrap().unwrap(), "id,celsius\n04030,-3.5\n");
    let mut lines = client.export_readings().stream().await.unwrap().into_value();
    let mut ids = Vec::new();
    while let Some(line) = lines.next().await {
        ids.push(line.unwrap().id.unwrap());
    }
    assert_eq!(ids, ["04030", "04018"]);
    let accepted: Vec<_> = server.journal().iter().map(|entry| entry.header("accept").unwrap().to_owned()).collect();
    assert_eq!(accepted, ["application/json", "text/csv", "text/csv", "application/x-ndjson"]);
    // Nobody answers in a type that the document has not, and no header says two things.
    let error = client.export_readings().send_as("image/png").await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 406);
    let error = client.export_readings().send_as("text/csv\r\nx: y").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    // The headers of the caller are for what is not chosen otherwise.
    let accept = CallOptions::new().header(HeaderName::from_static("accept"), HeaderValue::from_static("text/csv"));
    let csv = client.export_readings().options(accept).send_as("text/csv").await.unwrap();
    assert_eq!(csv.headers()["content-type"], "text/csv");
}

#[tokio::test]
async fn documented_headers_are_typed() {
    let server = server();
    let client = client(&server).build().unwrap();
    let response = client.export_readings().send().await.unwrap();
    let headers = headers::ExportReadings::from(response.headers());
    assert_eq!((headers.x_count, headers.x_next.as_deref()), (Some(2), Some("c2")));
    assert_eq!(headers.x_columns.unwrap(), ["id", "celsius"]);
    assert_eq!(headers.x_reset, None);
    server.script("exportReadings", [429]).unwrap();
    let never = CallOptions::new().retry(keyapi_generated_sdk::RetryPolicy::never());
    let error = client.export_readings().options(never).send().await.unwrap_err();
    assert_eq!(headers::ExportReadings::from(error.headers()).x_reset, Some(2));
}

#[test]
fn a_thread_waits_for_all_of_them() {
    let server = server();
    let client = keyapi_generated_sdk::blocking::Client::new(client(&server).build().unwrap()).unwrap();
    let events = client.watch_station().id("04030").stream().unwrap().into_value();
    let found: Vec<_> = events.map(|event| event.unwrap().data.celsius).collect();
    assert_eq!(found, [-3.5, -3.25]);
    let csv = client.export_readings().send_as("text/csv").unwrap();
    assert_eq!(csv.text().unwrap(), "id,celsius\n04030,-3.5\n");
    let csv = std::io::read_to_string(client.export_readings().stream_as("text/csv").unwrap().into_value()).unwrap();
    assert_eq!(csv, "id,celsius\n04030,-3.5\n");
    assert_eq!(client.export_readings().stream().unwrap().into_value().count(), 2);
}

#[tokio::test]
async fn xml_is_decoded() {
    let server = server();
    let client = client(&server).build().unwrap();
    let whole = client.get_forecast().send().await.unwrap();
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<forecast country=\"IS\"><days>\
        <day><celsius>-3.5</celsius><sunny>false</sunny></day><day><celsius>4</celsius><sunny>true</sunny></day></days></forecast>";
    assert_eq!(whole.text().unwrap(), xml);
    let forecast: Option<types::GetForecastResponse> = client.get_forecast().send_xml().await.unwrap().into_value();
    let forecast = forecast.unwrap();
    assert_eq!(forecast.country.as_deref(), Some("IS"));
    let days = forecast.days.unwrap();
    let days: Vec<_> = days.iter().map(|day| (day.celsius.unwrap(), day.sunny.unwrap())).collect();
    assert_eq!(days, [(-3.5, false), (4.0, true)]);
    server.script("getForecast", [204]).unwrap();
    assert!(client.get_forecast().send_xml().await.unwrap().value().is_none());
    // What a server sends that knows the document less well: other names, other types, and JSON.
    let answers = [
        ("text/xml", "<f:a xmlns:f='u' country='NO' new='1'><f:days/></f:a>", Ok(Some("NO".to_owned()))),
        ("application/json", r#"{"country":"SE"}"#, Ok(Some("SE".to_owned()))),
        ("application/xml", "<a><days><day><celsius>cold</celsius></day></days></a>", Err("$.days[0].celsius")),
        ("application/xml", "<a>", Err("$")),
        ("application/json", "\u{feff} {\"country\":\"DK\"}", Ok(Some("DK".to_owned()))),
        ("application/xml; charset=\"ISO-8859-1\"", "<a country='Ã'/>", Ok(Some("Ã\u{83}".to_owned()))),
        ("text/plain", "<a><days><day><celsius/></day></days></a>", Ok(None)),
        ("text/html; charset=utf-8", "<html><body>Sign in</body></html>", Err("$")),
    ];
    for (media_type, body, expected) in answers {
        let server = crate::server();
        server.overrides(|httpmock| {
            httpmock.mock(|_, then| {
                then.status(200).header("content-type", media_type).body(body);
            });
        });
        let outcome = crate::client(&server).build().unwrap().get_forecast().send_xml().await;
        let country = outcome.map(|response| response.into_value().unwrap().country);
        let country = country.map_err(|error| error.decode_error().unwrap().path().to_owned());
        assert_eq!(country, expected.map_err(str::to_owned), "{body}");
    }
}

/// The code of the guide.
#[tokio::test]
async fn bodies_are_read_in_these_ways() -> Result<(), Error> {
    let server = server();
    let client = client(&server).build()?;
    let mut events = client.watch_station().id("04030").stream().await?.into_value();
    while let Some(event) = events.next().await {
        println!("{:?}", event?.data);
    }
    client.set_forecast().body_xml(types::SetForecastRequest::new("IS")).send().await?;
    let csv = client.export_readings().send_as("text/csv").await?;
    println!("{}", csv.text()?);
    let headers = headers::ExportReadings::from(csv.headers());
    assert_eq!(headers.x_count, Some(2));
    Ok(())
}

#[tokio::test]
async fn pages_of_a_body_that_is_not_the_json_one_are_refused_before_anything_is_sent() {
    let server = server();
    let client = client(&server).build().unwrap();
    let request = || client.search_stations();
    let body = || types::SearchStationsRequest::new("x");
    let file = || File::new(r#"{"near":"x"}"#).media_type("application/json");
    for request in [request().body_as(file()), request().body_xml(body()), request().body(body()).body_as(file())] {
        let mut pages = request.pages();
        let error = pages.next().await.unwrap().unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains("call `body`"), "{error}");
        assert!(pages.next().await.is_none() && server.journal().is_empty());
    }
}
