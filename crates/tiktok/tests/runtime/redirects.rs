//! The key goes to one server only.

use crate::support::{KEY, OK, Server, json, reply};

#[tokio::test]
async fn a_redirect_on_the_same_server_is_followed_with_the_key() {
    let server = Server::start([reply(302, "location: /elsewhere\r\n", b""), json(200, OK)]).await;
    server.client().build().unwrap().trending_music_detail().send().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].line, "GET /elsewhere HTTP/1.1");
    assert_eq!(seen[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_redirect_to_another_server_is_an_error_and_is_not_followed() {
    let other = Server::start([json(200, OK)]).await;
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([reply(status, &format!("location: {}/x\r\n", other.url), b"")]).await;
        let error = server.client().build().unwrap().trending_music_detail().send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(server.seen().len(), 1);
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = Server::start([reply(302, "location: /again\r\n", b"")]).await;
    let error = server.client().build().unwrap().trending_music_detail().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(server.seen().len(), 6);
}
