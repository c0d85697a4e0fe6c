//! Request bodies that are written as XML.

use keyapi_generated_sdk::dispatch::{self, MediaTypes};
use keyapi_generated_sdk::types::{SearchStationsRequest, SetForecastRequest, SetForecastRequestDay};
use keyapi_generated_sdk::{CallOptions, Client, ErrorKind, File, Form, blocking};
use keyapi_mock::journal::Entry;
use keyapi_mock::options::Validation;
use keyapi_mock::script::Fault;
use keyapi_mock::{MockServer, Options};
use serde_json::{Value, json};

use crate::document;
use crate::wire::{answer, provide_tls};

const FORECAST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <f:forecast xmlns:f=\"https://example.org/forecast\" country=\"I&amp;S\"><days>\
    <day><celsius>-3.5</celsius><sunny>false</sunny></day><day><celsius>4.0</celsius></day></days></f:forecast>";
const SEARCH: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<search><near>Ísland</near></search>";

fn forecast() -> SetForecastRequest {
    let days = vec![SetForecastRequestDay::new(-3.5).sunny(false), SetForecastRequestDay::new(4.0)];
    SetForecastRequest::new("I&S").days(days)
}

/// The mock server, which refuses what the document does not allow.
fn strict() -> (MockServer, Client) {
    let options = Options { validation: Validation::Strict, ..Options::default() };
    let server = MockServer::start_with(document(), options);
    let client = crate::client(&server).build().unwrap();
    (server, client)
}

/// The media types and the bodies that the server was sent.
fn sent(server: &MockServer) -> Vec<(String, String)> {
    let of = |entry: Entry| {
        let media_type = entry.header("content-type").unwrap_or_default().to_owned();
        (media_type, String::from_utf8(entry.body.to_vec()).unwrap())
    };
    server.journal().into_iter().map(of).collect()
}

fn bodies(server: &MockServer) -> Vec<String> {
    sent(server).into_iter().map(|(_, body)| body).collect()
}

#[tokio::test]
async fn a_typed_body_is_written_by_its_schema() {
    let (url, server) = answer(204, "", "");
    let client = Client::builder().api_key("sk_live_test").base_url(url).build().unwrap();
    let request = client.set_forecast().body_xml(forecast());
    let preview = request.preview().unwrap();
    assert_eq!(preview.body().unwrap(), FORECAST);
    assert_eq!(preview.headers()["content-type"], "application/xml; charset=utf-8");
    request.send().await.unwrap();
    let seen = server.join().unwrap();
    assert_eq!(seen.line, "PUT /weather/forecast HTTP/1.1");
    assert_eq!((seen.body.as_str(), seen.header("content-type")), (FORECAST, vec!["application/xml; charset=utf-8"]));
    // What nobody gives is not sent.
    let error = client.set_forecast().body_xml(forecast()).body_xml(None::<SetForecastRequest>).send().await;
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
}

#[tokio::test]
async fn xml_stands_beside_json_as_the_same_type() {
    let (server, client) = strict();
    let ask = || client.search_stations();
    let search = SearchStationsRequest::new("Ísland");
    ask().body(search.clone()).send().await.unwrap();
    ask().body_xml(search.clone()).send().await.unwrap();
    // The text itself, and what is said last of media types beside JSON.
    ask().body_as("{}").body_xml(search.clone()).send().await.unwrap();
    ask().body_xml(search).body_as(File::new(SEARCH).media_type("text/xml")).send().await.unwrap();
    let of = |media_type: &str, body: &str| (media_type.to_owned(), body.to_owned());
    let xml = of("application/xml", SEARCH);
    assert_eq!(
        sent(&server),
        [of("application/json", r#"{"near":"Ísland"}"#), xml.clone(), xml, of("text/xml", SEARCH)]
    );
}

#[tokio::test]
async fn retries_repeat_the_same_text() {
    let (server, client) = strict();
    server.script("setForecast", [Fault::Html(503)]).unwrap();
    let response = client.set_forecast().body_xml(forecast()).send().await.unwrap();
    assert_eq!(response.attempts(), 2);
    assert_eq!(bodies(&server), [FORECAST; 2]);
    // The mock server reads it, and does not take every text.
    let error = client.set_forecast().body("<forecast/>").send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
}

#[test]
fn a_thread_sends_it_too() {
    provide_tls();
    let (server, client) = strict();
    let client = blocking::Client::new(client).unwrap();
    client.set_forecast().body_xml(forecast()).send().unwrap();
    client.search_stations().body_xml(SearchStationsRequest::new("Ísland")).send().unwrap();
    assert_eq!(bodies(&server), [FORECAST, SEARCH]);
}

#[tokio::test]
async fn what_cannot_be_written_is_not_sent() {
    let (server, client) = strict();
    let form = Form::new().file("a", File::new("").media_type("a\r\nb: c"));
    let error = client.set_forecast().body(form).send().await.unwrap_err();
    assert_eq!((error.kind(), server.journal().len()), (ErrorKind::InvalidRequest, 0));
    // Nor is what no XML can be.
    let error = client.set_forecast().body_xml(SetForecastRequest::new("I\u{1}S")).send().await.unwrap_err();
    assert_eq!((error.kind(), server.journal().len()), (ErrorKind::InvalidRequest, 0));
    let text = error.to_string();
    assert!(text.contains("the property `country` cannot be written as XML: XML has no character U+0001"), "{text}");
}

#[tokio::test]
async fn callers_by_name_choose_media_types() {
    let (server, client) = strict();
    let call = async |operation, parameters, body: Option<Value>, body_in, response| {
        let media_types = MediaTypes { body: body_in, response };
        let options = CallOptions::new();
        let response = dispatch::call_in(&client, operation, parameters, body.as_ref(), options, media_types).await;
        response.unwrap().into_value()
    };
    let id: &[(&str, &str)] = &[("id", "04030")];
    let body = || Some(json!({"country": "IS"}));
    call("setForecast", &[], body(), None, None).await;
    let own = "<forecast xmlns='https://example.org/forecast' country='a'/>";
    call("setForecast", &[], Some(json!(own)), None, None).await;
    let search = || Some(json!({"near": "Ísland"}));
    call("searchStations", &[], search(), Some("application/xml"), None).await;
    call("searchStations", &[], search(), None, None).await;
    call("searchStations", &[], Some(json!(SEARCH)), Some("application/xml"), None).await;
    let bodies = bodies(&server);
    let country = "<f:forecast xmlns:f=\"https://example.org/forecast\" country=\"IS\"></f:forecast>";
    assert!(bodies[0].ends_with(country), "{}", bodies[0]);
    assert_eq!(bodies[1..], [own, SEARCH, r#"{"near":"Ísland"}"#, SEARCH]);
    let items = call("exportReadings", &[], None, None, Some("application/x-ndjson")).await;
    assert_eq!(items, json!([{"id": "04030"}, {"id": "04018"}]));
    let events = call("watchStation", id, None, None, Some("text/event-stream")).await;
    assert_eq!(events, json!([{"celsius": -3.5}, {"celsius": -3.25}]));
    let forecast = call("getForecast", &[], None, None, Some("application/xml")).await;
    assert_eq!(forecast.pointer("/days/0"), Some(&json!({"celsius": -3.5, "sunny": false})));
    let table = call("exportReadings", &[], None, None, Some("text/csv")).await;
    assert_eq!(table, "id,celsius\n04030,-3.5\n");
    let json = call("exportReadings", &[], None, None, None).await;
    assert_eq!(json["status"], 0);
}
