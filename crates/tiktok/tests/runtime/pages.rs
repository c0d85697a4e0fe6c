//! Pagination in the three styles of the API.

use keyapi_tiktok::{Client, Error, Method, Pages, Pagination, RetryPolicy};
use serde_json::{Value, json};

use crate::support::{Server, Step, json as reply};

const COUNTED: Pagination = Pagination::Counted { page: "page_num", size: "page_size", items: "/data" };
const ANNOUNCED: Pagination = Pagination::Announced { page: "page", has_more: "/data/pagination/has_more" };
const CURSOR: Pagination = Pagination::Cursor { cursor: "offset", next: "/data/next_offset", has_more: None };

fn page(data: Value) -> Step {
    reply(200, &json!({"code": 0, "message": "success", "data": data}).to_string())
}

/// Asks for all pages and gives what was asked for, up to an error.
async fn walk(pagination: Pagination, query: &[(&str, &str)], script: Vec<Step>) -> (Vec<String>, Option<Error>) {
    let server = Server::start(script).await;
    let client: Client = server.client().retry(RetryPolicy::never()).build().unwrap();
    let mut request = client.request(Method::GET, "/");
    for (name, value) in query {
        request = request.query(*name, *value);
    }
    let mut pages = request.pages(pagination);
    let mut last = None;
    while let Some(page) = pages.next().await {
        assert!(last.is_none(), "there is nothing after an error");
        assert!(server.seen().len() < 10, "this has no end");
        last = page.err();
    }
    assert!(pages.next().await.is_none());
    let lines = server.seen().into_iter();
    (lines.map(|seen| seen.line.trim_start_matches("GET /").trim_end_matches(" HTTP/1.1").to_owned()).collect(), last)
}

#[tokio::test]
async fn counted_pages_end_with_one_that_is_not_full() {
    let script = vec![page(json!([1, 2])), page(json!([3, 4])), page(json!([5]))];
    let (asked, _) = walk(COUNTED, &[("page_size", "2"), ("q", "x")], script).await;
    assert_eq!(asked, ["?page_size=2&q=x", "?page_size=2&q=x&page_num=2", "?page_size=2&q=x&page_num=3"]);
}

#[tokio::test]
async fn counted_pages_of_unknown_size_end_with_an_empty_one() {
    for end in [json!([]), json!(null), json!({"a": 1})] {
        let script = vec![page(json!([1, 2])), page(json!([3])), page(end)];
        assert_eq!(walk(COUNTED, &[], script).await.0, ["", "?page_num=2", "?page_num=3"]);
    }
}

#[tokio::test]
async fn pages_may_start_anywhere() {
    let script = vec![page(json!([1])), page(json!([]))];
    assert_eq!(walk(COUNTED, &[("page_num", "7")], script.clone()).await.0, ["?page_num=7", "?page_num=8"]);
    assert_eq!(walk(COUNTED, &[("page_num", "x")], script.clone()).await.0, ["?page_num=x"]);
    assert_eq!(walk(COUNTED, &[("page_num", "18446744073709551615")], script).await.0.len(), 1);
}

#[tokio::test]
async fn announced_pages_end_when_there_are_no_more() {
    let more = |more: Value| page(json!({"list": [], "pagination": {"page": 1, "has_more": more}}));
    for end in [json!(false), json!(0), json!(null), json!("true")] {
        let script = vec![more(json!(true)), more(json!(1)), more(end)];
        assert_eq!(
            walk(ANNOUNCED, &[("limit", "20")], script).await.0,
            ["?limit=20", "?limit=20&page=2", "?limit=20&page=3"]
        );
    }
    assert_eq!(walk(ANNOUNCED, &[], vec![page(json!([]))]).await.0, [""]);
}

#[tokio::test]
async fn a_cursor_comes_from_the_reply_before() {
    let next = |next: Value| page(json!({"next_offset": next}));
    for end in [json!(null), json!(""), json!("b&c"), json!(false)] {
        let script = vec![next(json!(20)), next(json!("b&c")), next(end)];
        assert_eq!(walk(CURSOR, &[("offset", "0")], script).await.0, ["?offset=0", "?offset=20", "?offset=b%26c"]);
    }
}

#[tokio::test]
async fn a_cursor_counts_only_while_there_are_more() {
    let cursor = Pagination::Cursor { cursor: "offset", next: "/data/next", has_more: Some("/data/more") };
    let next = |next: u32, more: Value| page(json!({"next": next, "more": more}));
    for end in [json!(false), json!(0), json!(null)] {
        let script = vec![next(20, json!(true)), next(40, json!(1)), next(60, end)];
        assert_eq!(walk(cursor, &[], script).await.0, ["", "?offset=20", "?offset=40"]);
    }
}

#[tokio::test]
async fn a_cursor_that_comes_back_is_the_end() {
    let next = |next: u32| page(json!({"next_offset": next}));
    let script = vec![next(20), next(40), next(0), next(20), next(40), next(0), next(20)];
    let (asked, _) = walk(CURSOR, &[("offset", "0")], script.clone()).await;
    assert_eq!(asked, ["?offset=0", "?offset=20", "?offset=40"]);
    // The first page has no cursor, so that it is known only when it comes the second time.
    let (asked, _) = walk(CURSOR, &[], script).await;
    assert_eq!(asked, ["", "?offset=20", "?offset=40", "?offset=0"]);
}

#[tokio::test]
async fn an_error_is_the_end() {
    let script = vec![page(json!([1])), reply(402, "{}"), page(json!([1]))];
    let (asked, error) = walk(COUNTED, &[], script).await;
    assert_eq!(asked.len(), 2);
    assert!(error.unwrap().is_quota_exhausted());
}

#[tokio::test]
async fn a_typed_request_is_paged_the_same_way() {
    let script = ["b", "c", ""].map(|next| page(json!({"next_offset": next, "sound": {"title": next}})));
    let server = Server::start(script).await;
    let client = server.client().build().unwrap();
    let request = client.trending_music_detail();
    let mut pages = Pages::new(CURSOR, None, None, |position| {
        let request = request.clone();
        position.into_iter().fold(request, |request, position| request.clip_id(position)).send()
    });
    let mut titles = Vec::new();
    while let Some(page) = pages.next().await {
        titles.extend(page.unwrap().into_data().unwrap().sound.unwrap().title);
    }
    assert_eq!(titles, ["b", "c", ""]);
    assert!(server.seen()[2].line.contains("clip_id=c"));
}
