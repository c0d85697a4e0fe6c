//! Typed mocks match what generated clients send, by the names of now and by former names.

use httpmock::MockServer;
use keyapi_generated_cases::case_36a_mocks::client::Client;
use keyapi_generated_cases::case_36a_mocks::client::types::{Point, SendFormRequest};
use keyapi_generated_cases::case_36a_mocks::httpmock::MockServerExt;
use keyapi_generated_cases::case_36a_mocks::httpmock::operations::SongDetailWhen;

use crate::server::provide_tls;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Whether the mock of a server takes a call that has a value for every parameter. Without one the status is not documented.
async fn takes(server: &MockServer) -> bool {
    provide_tls();
    let client = Client::new(&server.base_url());
    let (song, version, label, matrix) = ("r&b/50%.mp3", 2.0, 7, texts(&["a", "b"]));
    let (snake, camel, options, ratio, send) = (Some("snake"), Some("camel"), Some(true), Some(2.0), "now");
    let (tune, mood, header, session) = (Some(11), "calm", Some(5), Some("s"));
    let call = client
        .song_detail(song, version, label, &matrix, snake, camel, options, ratio, send, tune, mood, header, session);
    call.await.is_ok()
}

/// Whether such a call is one that is to be matched.
async fn matches(when: impl FnOnce(SongDetailWhen) -> SongDetailWhen) -> bool {
    let server = MockServer::start();
    server.song_detail(|any, then| {
        when(any);
        then.no_content();
    });
    takes(&server).await
}

#[tokio::test]
async fn parameters_are_matched_by_the_names_that_are_sent() {
    assert!(matches(|when| when.options_parameter(true).send_parameter("now")).await);
    assert!(matches(|when| when.clip_id("snake").clip_id_5850("camel")).await);
    assert!(matches(|when| when.tune(11).options_8414(5).mood("calm")).await);
    assert!(!matches(|when| when.options_parameter(false)).await);
    assert!(!matches(|when| when.clip_id_5850("snake")).await);
    assert!(!matches(|when| when.tune(None)).await);
    assert!(!matches(|when| when.options_8414(None)).await);
}

#[tokio::test]
async fn numbers_are_matched_as_they_are_sent() {
    assert!(matches(|when| when.ratio(2.0)).await);
    assert!(!matches(|when| when.ratio(2.5)).await);
}

#[tokio::test]
async fn values_in_a_path_are_matched_as_they_are_sent() {
    assert!(matches(|when| when.song("r&b/50%.mp3").version(2.0).label(7).matrix("a,b")).await);
    assert!(!matches(|when| when.song("r&b/50%_mp3")).await);
    assert!(!matches(|when| when.song(".*")).await);
    assert!(!matches(|when| when.label(8)).await);
}

#[tokio::test]
#[allow(deprecated)]
async fn former_names_match_the_same() {
    use keyapi_generated_cases::case_36a_mocks::httpmock::operations::TrendingMusicDetailWhen;

    for (track, is_matched) in [("r&b/50%.mp3", true), ("other", false)] {
        let server = MockServer::start();
        server.trending_music_detail(|when: TrendingMusicDetailWhen, then| {
            when.track(track).music(11);
            then.no_content();
        });
        assert_eq!(takes(&server).await, is_matched);
    }
}

#[tokio::test]
async fn lists_and_objects_are_matched_as_the_texts_that_are_sent() {
    provide_tls();
    let server = MockServer::start();
    let mock = server.styles(|when, then| {
        let when = when.labels("a").labels("b c").together("d,e").barred("f|g").even("x,1,y,2");
        // What is sent under other names than that of the parameter has no method.
        when.text(r#"{"x":1,"y":2}"#).list("3,4").into_inner().query_param("deep[x]", "1").query_param("y", "2");
        then.no_content();
    });
    let (barred, labels, together, list) = (texts(&["f", "g"]), texts(&["a", "b c"]), texts(&["d", "e"]), vec![3, 4]);
    let point = Some(&Point { x: Some(1), y: Some(2) });
    let client = Client::new(&server.base_url());
    let call = client.styles(Some(&barred), point, Some(&labels), point, point, point, Some(&together), Some(&list));
    call.await.unwrap();
    mock.assert();
}

#[tokio::test]
async fn forms_and_bytes_are_matched_as_the_texts_that_are_sent() {
    provide_tls();
    let server = MockServer::start();
    let form = server.send_form(|when, then| {
        when.body("a=x+%26&b=1&b=2".to_owned());
        then.no_content();
    });
    let bytes = server.send_bytes(|when, then| {
        when.body("no JSON".to_owned());
        then.no_content();
    });
    let client = Client::new(&server.base_url());
    client.send_form(&SendFormRequest { a: Some("x &".to_owned()), b: vec![1, 2] }).await.unwrap();
    client.send_bytes("no JSON").await.unwrap();
    form.assert();
    bytes.assert();
}
