//! Pagination in the three styles of the API.

use keyapi_runtime::codegen;
use keyapi_runtime::{Error, ErrorKind, Method, Pagination, RetryPolicy};
use serde_json::{Value, json};

use crate::example::Client;
use crate::support::{Server, Step, json as response};

const COUNTED: Pagination = Pagination::Counted { page: "page_num", size: "page_size", items: "/data" };
const ANNOUNCED: Pagination =
    Pagination::Announced { page: "page", has_more: "/data/pagination/has_more", items: None };
const CURSOR: Pagination =
    Pagination::Cursor { cursor: "offset", next: "/data/next_offset", has_more: None, items: None };

fn page(data: Value) -> Step {
    response(200, &json!({"code": 0, "message": "success", "data": data}).to_string())
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
}

#[tokio::test]
async fn a_start_that_no_page_follows_is_refused_before_anything_is_sent() {
    for start in ["x", "", "-1", "1.0", "18446744073709551615"] {
        for (pagination, name) in [(COUNTED, "page_num"), (ANNOUNCED, "page")] {
            let (asked, error) = walk(pagination, &[(name, start)], vec![page(json!([]))]).await;
            assert!(asked.is_empty(), "{start}");
            let error = error.unwrap();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        }
    }
}

#[tokio::test]
async fn a_body_without_room_for_a_cursor_is_refused_before_anything_is_sent() {
    let in_body = Pagination::Cursor { cursor: "/page/at", next: "/data/next", has_more: None, items: None };
    let server = Server::start([page(json!({"next": "b"}))]).await;
    let client: Client = server.client().build().unwrap();
    for body in [json!([]), json!({"page": 1})] {
        let mut pages = client.request(Method::POST, "/").json(&body).pages(in_body);
        let error = pages.next().await.unwrap().unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains("`/page/at`"), "{error}");
        assert!(pages.next().await.is_none() && server.seen().is_empty());
    }
}

#[tokio::test]
async fn a_page_that_is_only_written_otherwise_is_the_same() {
    let more = |text: &str| response(200, &format!(r#"{{"code":0,"message":"success","data":{text}}}"#));
    let script =
        vec![more(r#"{"a":1,"pagination":{"has_more":true}}"#), more(r#"{"pagination":{"has_more":true},"a":1.0}"#)];
    let (asked, error) = walk(ANNOUNCED, &[], script).await;
    assert_eq!((asked.len(), error.unwrap().kind()), (2, ErrorKind::NoProgress));
}

#[tokio::test]
async fn a_page_in_the_query_of_the_path_counts_and_is_asked_for_once() {
    for (pagination, path, expected) in [
        (ANNOUNCED, "/?page=7", ["?page=7", "?page=8"]),
        (ANNOUNCED, "/?q=%20x&page=7&r", ["?q=%20x&r&page=7", "?q=%20x&r&page=8"]),
        (ANNOUNCED, "/?%70age=7&page_x=1", ["?page_x=1&page=7", "?page_x=1&page=8"]),
        (CURSOR, "/?offset=a%2Fb", ["?offset=a%2Fb", "?offset=c"]),
    ] {
        let more = json!({"pagination": {"has_more": true}, "next_offset": "c"});
        let server = Server::start([page(more), page(json!({}))]).await;
        let client: Client = server.client().build().unwrap();
        let mut pages = client.request(Method::GET, path).pages(pagination);
        while let Some(page) = pages.next().await {
            page.unwrap();
        }
        let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
        assert_eq!(asked, expected.map(|query| format!("GET /{query} HTTP/1.1")));
    }
    let server = Server::start([page(json!([1, 2])), page(json!([3]))]).await;
    let client: Client = server.client().build().unwrap();
    let mut pages = client.request(Method::GET, "/?page_size=2").pages(COUNTED);
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn items_that_cannot_be_counted_are_an_error_after_their_page() {
    for (items, found) in
        [(json!({}), "object"), (json!("a"), "string"), (json!(5), "integer"), (json!(true), "boolean")]
    {
        let (asked, error) = walk(COUNTED, &[], vec![page(items)]).await;
        assert_eq!(asked.len(), 1);
        assert_eq!(error.unwrap().decode_error().unwrap().found(), found);
    }
    assert!(walk(COUNTED, &[], vec![page(json!(null))]).await.1.is_none());
}

#[tokio::test]
async fn more_pages_without_a_cursor_are_an_error() {
    let cursor = Pagination::Cursor { cursor: "offset", next: "/data/next", has_more: Some("/data/more"), items: None };
    for next in [json!(null), json!(""), json!(false)] {
        let (asked, error) = walk(cursor, &[], vec![page(json!({"more": 1, "next": next}))]).await;
        assert_eq!(asked.len(), 1);
        let error = error.unwrap();
        assert!(error.is_decode() && error.to_string().contains("expected a cursor"), "{error}");
    }
}

#[tokio::test]
async fn announced_pages_end_when_there_are_no_more() {
    let more = |more: Value| page(json!({"list": [], "pagination": {"page": 1, "has_more": more}}));
    let yes = [json!(true), json!(1), json!("true"), json!("1"), json!(1.0)];
    for end in [json!(false), json!(0), json!("false"), json!("0"), json!(null)] {
        let script: Vec<Step> = yes.iter().cloned().chain([end]).map(more).collect();
        let (asked, error) = walk(ANNOUNCED, &[("limit", "20")], script).await;
        assert_eq!((asked.len(), asked[5].as_str()), (6, "?limit=20&page=6"));
        assert!(error.is_none());
    }
    assert_eq!(walk(ANNOUNCED, &[], vec![page(json!([]))]).await.0, [""]);
}

#[tokio::test]
async fn a_flag_that_is_none_is_an_error_after_its_page() {
    let cursor = Pagination::Cursor { cursor: "offset", next: "/data/next", has_more: Some("/data/more"), items: None };
    let announced = Pagination::Announced { page: "page", has_more: "/data/more", items: None };
    for (flag, found) in [
        (json!("yes"), "string"),
        (json!("TRUE"), "string"),
        (json!(" true"), "string"),
        (json!(""), "string"),
        (json!(2), "integer"),
        (json!(-1), "integer"),
        (json!(0.5), "number"),
        (json!([]), "array"),
        (json!({}), "object"),
    ] {
        for pagination in [announced, cursor] {
            let server = Server::start([page(json!({"more": flag, "next": 20}))]).await;
            let client: Client = server.client().build().unwrap();
            let mut pages = client.request(Method::GET, "/").pages(pagination);
            let first = pages.next().await.unwrap().unwrap();
            assert_eq!(first.value()["data"]["more"], flag);
            let error = pages.next().await.unwrap().unwrap_err();
            assert!(error.is_decode() && pages.next().await.is_none(), "{error}");
            assert_eq!((error.status().unwrap().as_u16(), error.body()), (200, first.body()));
            let decode = error.decode_error().unwrap();
            assert_eq!((decode.path(), decode.found()), ("$.data.more", found));
            assert!(error.to_string().contains("expected a flag (true, false, 1 or 0"), "{error}");
            assert_eq!(server.seen().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_cursor_that_is_none_is_an_error_after_its_page() {
    for (next, found) in
        [(json!(true), "boolean"), (json!([1]), "array"), (json!({"a": 1}), "object"), (json!(1.5), "number")]
    {
        let (asked, error) = walk(CURSOR, &[], vec![page(json!({"next_offset": next}))]).await;
        assert_eq!(asked, [""]);
        let error = error.unwrap();
        assert_eq!(error.decode_error().unwrap().path(), "$.data.next_offset");
        assert!(error.to_string().contains(found) && error.to_string().contains("where the pages go on"), "{error}");
    }
    // A number beyond 64 bits would be asked for with other digits than came.
    for number in ["99999999999999999999", "9007199254740993.0", "-1e300", "1e300"] {
        let body = format!(r#"{{"code":0,"data":{{"next_offset":{number}}}}}"#);
        assert!(walk(CURSOR, &[], vec![response(200, &body)]).await.1.unwrap().is_decode(), "{number}");
    }
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    let next = |next: Value| page(json!({"list": [], "next_offset": next}));
    let script = vec![next(json!("b")), next(json!(9_007_199_254_740_993_u64)), next(json!(""))];
    let (asked, error) = walk(CURSOR, &[], script).await;
    assert_eq!(asked, ["", "?offset=b", "?offset=9007199254740993"]);
    assert!(error.is_none());
}

#[tokio::test]
async fn a_cursor_comes_from_the_response_before() {
    let next = |next: Value| page(json!({"next_offset": next}));
    for end in [json!(null), json!(""), json!("b&c"), json!(false)] {
        let script = vec![next(json!(20)), next(json!("b&c")), next(end)];
        assert_eq!(walk(CURSOR, &[("offset", "0")], script).await.0, ["?offset=0", "?offset=20", "?offset=b%26c"]);
    }
}

#[tokio::test]
async fn a_cursor_counts_only_while_there_are_more() {
    let cursor = Pagination::Cursor { cursor: "offset", next: "/data/next", has_more: Some("/data/more"), items: None };
    let next = |next: u32, more: Value| page(json!({"next": next, "more": more}));
    for end in [json!(false), json!(0), json!("0"), json!(null)] {
        let script = vec![next(20, json!(true)), next(40, json!("1")), next(60, end)];
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
async fn an_integer_with_a_fraction_of_nothing_is_a_cursor() {
    let next = |next: &str| response(200, &format!(r#"{{"code":0,"data":{{"next_offset":{next}}}}}"#));
    let script = ["5.0", "-2e1", "\"NaN\"", "5"].map(next).to_vec();
    let (asked, error) = walk(CURSOR, &[], script).await;
    assert_eq!(asked, ["", "?offset=5", "?offset=-20", "?offset=NaN"], "one that comes back is the end");
    assert!(error.is_none());
}

#[tokio::test]
async fn an_error_is_the_end() {
    let script = vec![page(json!([1])), response(402, "{}"), page(json!([1]))];
    let (asked, error) = walk(COUNTED, &[], script).await;
    assert_eq!(asked.len(), 2);
    assert!(error.unwrap().is_quota_exhausted());
}

#[tokio::test]
async fn a_typed_request_is_paged_the_same_way() {
    let script = ["b", "c", ""].map(|next| page(json!({"next_offset": next, "sound": {"title": next}})));
    let server = Server::start(script).await;
    let client = server.client().build().unwrap();
    let request = client.track_detail();
    let mut pages = codegen::pages("track_detail", CURSOR, None, None, move |position| {
        let request = request.clone();
        position.into_iter().fold(request, |request, position| request.id(codegen::text(&position))).send()
    });
    let mut titles = Vec::new();
    while let Some(page) = pages.next().await {
        titles.extend(page.unwrap().into_data().unwrap().sound.unwrap().title);
    }
    assert_eq!(titles, ["b", "c", ""]);
    assert!(server.seen()[2].line.contains("id=c"));
}
