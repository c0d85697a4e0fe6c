//! Items of all pages, limits, positions that are stored, and pages that do not move on.

use futures_util::FutureExt;
use keyapi_runtime::{CallOptions, ErrorKind, Items, Method, Pages, Pagination, Position, Request, RetryPolicy};
use serde_json::{Value, json};

use crate::example::{BlockingClient, Client};
use crate::support::{Server, Step, cancel, json as response};

const COUNTED: Pagination = Pagination::Counted { page: "page", size: "size", items: "/data" };
const ANNOUNCED: Pagination = Pagination::Announced { page: "page", has_more: "/data/more", items: Some("/data/list") };
const CURSOR: Pagination =
    Pagination::Cursor { cursor: "at", next: "/data/next", has_more: None, items: Some("/data/list") };
const FLAGGED: Pagination =
    Pagination::Cursor { cursor: "at", next: "/data/next", has_more: Some("/data/more"), items: Some("/data/list") };

fn page(data: Value) -> Step {
    response(200, &json!({"code": 0, "message": "success", "data": data}).to_string())
}

/// Three pages with two items, none and one.
fn three() -> Vec<Step> {
    let list = |list: Value, next: Value| page(json!({"list": list, "next": next, "more": !next.is_null()}));
    vec![list(json!([1, 2]), json!("b")), list(json!([]), json!(3)), list(json!([3]), json!(null))]
}

async fn request(script: Vec<Step>) -> (Server, Request) {
    let server = Server::start(script).await;
    let client: Client = server.client().retry(RetryPolicy::never()).build().unwrap();
    let request = client.request(Method::GET, "/v1/list");
    (server, request)
}

async fn all(mut items: Items<Value>) -> (Vec<Value>, Option<ErrorKind>) {
    let (mut found, mut error) = (Vec::new(), None);
    while let Some(item) = items.next().await {
        assert!(error.is_none(), "there is nothing after an error");
        assert!(found.len() < 20, "this has no end");
        match item {
            Ok(item) => found.push(item),
            Err(failed) => error = Some(failed.kind()),
        }
    }
    assert!(items.next().await.is_none());
    (found, error)
}

fn asked(server: &Server) -> Vec<String> {
    let line = |line: &str| line.replace("GET /v1/list", "").replace(" HTTP/1.1", "");
    server.seen().iter().map(|seen| line(&seen.line)).collect()
}

#[tokio::test]
async fn items_of_all_pages_come_one_after_the_other_and_a_page_without_any_is_no_end() {
    for pagination in [CURSOR, FLAGGED] {
        let (server, request) = request(three()).await;
        assert_eq!(all(request.pages(pagination).items()).await, (vec![json!(1), json!(2), json!(3)], None));
        assert_eq!(asked(&server), ["", "?at=b", "?at=3"]);
    }
}

#[tokio::test]
async fn no_page_is_asked_for_that_is_not_needed() {
    for (items, pages) in [(0, 0), (1, 1), (2, 1), (3, 3), (9, 3)] {
        let (server, request) = request(three()).await;
        let (found, _) = all(request.pages(CURSOR).items().max_items(items)).await;
        assert_eq!((found.len(), server.seen().len()), (items.min(3), pages));
    }
    for pages in [0, 1, 2, 3, 9] {
        let (server, request) = request(three()).await;
        let (found, _) = all(request.pages(CURSOR).items().max_pages(pages)).await;
        assert_eq!((found.len(), server.seen().len()), ([0, 2, 2, 3][pages.min(3)], pages.min(3)));
        let (server, request) = self::request(three()).await;
        let mut asked = request.pages(CURSOR).max_pages(pages);
        while let Some(page) = asked.next().await {
            page.unwrap();
        }
        assert_eq!(server.seen().len(), pages.min(3));
    }
}

#[tokio::test]
async fn who_resumes_the_same_items_after_an_error_gets_those_that_are_left() {
    let [one, two, three] = three().try_into().unwrap();
    let (server, request) = request(vec![one, response(500, "{}"), two, response(500, "{}"), three]).await;
    let (mut items, mut found, mut errors) = (request.pages(CURSOR).items(), Vec::new(), 0);
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => found.push(item),
            Err(_) => {
                errors += 1;
                let position = items.position().unwrap();
                items = items.resume(&position).unwrap();
            }
        }
    }
    assert_eq!((found, errors), (vec![json!(1), json!(2), json!(3)], 2));
    assert_eq!(asked(&server), ["", "?at=b", "?at=b", "?at=3", "?at=3"]);
}

#[tokio::test]
async fn a_page_that_is_under_way_is_not_that_of_another_place() {
    let (server, request) = request(three()).await;
    let mut pages = request.pages(CURSOR).max_pages(1);
    cancel(pages.next()).await;
    let position: Position =
        pages.position().unwrap().to_string().replace("skipped", "at=%22z%22&skipped").parse().unwrap();
    let mut pages = pages.resume(&position).unwrap();
    pages.next().await.unwrap().unwrap();
    assert_eq!(asked(&server).last().unwrap(), "?at=z");
    // Rows of the page before belong to the place before, too.
    let (server, request) = self::request(three()).await;
    let mut items = request.pages(CURSOR).items();
    items.next().await.unwrap().unwrap();
    let mut items = items.resume(&position).unwrap();
    items.next().await;
    assert_eq!(asked(&server), ["", "?at=z", "?at=3"]);
}

#[test]
fn blocking_items_wait_for_one_page_at_a_time_and_go_on_after_an_error() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let [one, two, three] = three().try_into().unwrap();
    let server = runtime.block_on(Server::start([one, two, response(402, "{}"), three]));
    let client = BlockingClient::new(server.client().retry(RetryPolicy::never()).build().unwrap()).unwrap();
    let mut items = client.waiting.request(Method::GET, "/v1/list").pages(CURSOR).items();
    assert_eq!(items.by_ref().filter_map(Result::ok).collect::<Vec<_>>(), [json!(1), json!(2)]);
    let position = items.position().unwrap();
    let rest: Vec<_> = items.resume(&position).unwrap().map(Result::unwrap).collect();
    assert_eq!(rest, [json!(3)]);
    assert_eq!(asked(&server), ["", "?at=b", "?at=3", "?at=3"]);
}

#[tokio::test]
async fn whoever_wants_no_more_pages_is_told_nothing_of_them() {
    let (_server, request) = request(vec![page(json!({"list": [1], "next": [], "more": true}))]).await;
    let mut pages = request.clone().pages(CURSOR).max_pages(1);
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none());
    assert_eq!(all(request.pages(CURSOR).items()).await, (vec![json!(1)], Some(ErrorKind::Decode)));
}

/// Pages that came and do not say how to go on, though none of them is the last one.
fn without_a_way_on() -> Vec<(Pagination, Vec<Step>)> {
    let one = |data: Value| vec![page(data)];
    let again = || page(json!({"list": [1, 2], "next": "b", "more": true}));
    let other = page(json!({"list": [3, 4], "next": "b", "more": true}));
    vec![
        (FLAGGED, one(json!({"list": [1, 2], "more": true}))),
        (FLAGGED, one(json!({"list": [1, 2], "more": "perhaps", "next": "b"}))),
        (CURSOR, one(json!({"list": [1, 2], "next": 1.5}))),
        (FLAGGED, vec![again(), other]),
        (COUNTED, vec![response(200, r#"{"code":0,"data":[1,2]}"#)]),
        (ANNOUNCED, vec![again()]),
    ]
}

#[tokio::test]
async fn a_page_that_does_not_say_how_to_go_on_is_not_taken_for_the_last_one() {
    for (case, (pagination, script)) in without_a_way_on().into_iter().enumerate() {
        for most in 1..=3 {
            let (server, request) = request(script.clone()).await;
            let mut pages = request.clone().pages(pagination).max_pages(most);
            while let Some(page) = pages.next().await {
                assert_eq!((page.is_ok(), pages.position().is_some()), (page.is_ok(), true), "{case} {most}");
            }
            assert!(pages.position().is_some(), "{case} {most}");
            let mut items = request.pages(pagination).items().max_items(most * 2);
            while let Some(item) = items.next().await {
                assert_eq!((item.is_ok(), items.position().is_some()), (item.is_ok(), true), "{case} {most}");
            }
            assert!(items.position().is_some(), "{case} {most}");
            assert!(server.seen().len() <= 4);
        }
    }
}

#[tokio::test]
async fn items_that_stop_behind_such_a_page_go_on_without_repeating_one() {
    let stuck = page(json!({"list": [1, 2], "more": true}));
    let mended = page(json!({"list": [1, 2], "more": true, "next": "b"}));
    let last = page(json!({"list": [3], "more": false}));
    for (then, found) in [(vec![stuck.clone()], vec![]), (vec![mended, last], vec![json!(3)])] {
        let mended = !found.is_empty();
        let (_server, request) = request([vec![stuck.clone(), stuck.clone()], then].concat()).await;
        let mut items = request.clone().pages(FLAGGED).items().max_items(2);
        while let Some(item) = items.next().await {
            item.unwrap();
        }
        let mut items = request.clone().pages(FLAGGED).items().resume(&items.position().unwrap()).unwrap();
        assert!(items.next().await.unwrap().unwrap_err().is_decode() && items.next().await.is_none());
        let items = request.pages(FLAGGED).items().resume(&items.position().unwrap()).unwrap();
        assert_eq!(all(items).await, (found, (!mended).then_some(ErrorKind::Decode)));
    }
}

#[tokio::test]
async fn items_are_of_the_pages_as_they_are() {
    // After an error there are no more pages, and so no more items.
    let (server, request) = request(vec![response(402, "{}"), three().remove(2)]).await;
    let mut pages = request.pages(CURSOR);
    pages.next().await.unwrap().unwrap_err();
    assert_eq!((all(pages.items()).await, server.seen().len()), ((vec![], None), 1));
    // A page that is under way is not asked for again, and is one of those that are wanted.
    for most in [1, 9] {
        let (server, request) = self::request(three()).await;
        let mut pages = request.pages(CURSOR).max_pages(most);
        assert!(pages.next().now_or_never().is_none());
        let mut items = pages.items();
        assert_eq!(items.next().await.unwrap().unwrap(), 1);
        assert_eq!(asked(&server), [""]);
    }
    // A page and a cursor that were there already are known.
    for pagination in [ANNOUNCED, FLAGGED] {
        let again = page(json!({"list": [1, 2], "next": "b", "more": true}));
        let (server, request) = self::request(vec![again]).await;
        let mut pages = request.pages(pagination);
        pages.next().await.unwrap().unwrap();
        assert_eq!((all(pages.items()).await, server.seen().len()), ((vec![], Some(ErrorKind::NoProgress)), 2));
    }
    // Where nobody knows which items a page has, one that is under way has none either.
    let nowhere = Pagination::Cursor { cursor: "at", next: "/data/next", has_more: None, items: None };
    let (_server, request) = self::request(three()).await;
    let mut pages = request.pages(nowhere).max_pages(1);
    assert!(pages.next().now_or_never().is_none());
    assert_eq!(all(pages.items()).await, (vec![], Some(ErrorKind::InvalidRequest)));
}

#[tokio::test]
async fn a_page_that_is_under_way_is_one_of_those_that_are_wanted() {
    for most in [0, 1, 2] {
        let (server, request) = request(three()).await;
        let mut pages = request.pages(CURSOR);
        assert!(pages.next().now_or_never().is_none());
        let mut pages = pages.max_pages(most);
        let mut found = 0;
        while let Some(page) = pages.next().await {
            page.unwrap();
            found += 1;
        }
        assert_eq!((found, server.seen().len().max(1)), (most, most.max(1)));
    }
}

/// Stops after every number of items, and goes on from the stored position, for which the page with this index is asked.
#[tokio::test]
async fn items_go_on_from_a_stored_position() {
    let counted = vec![page(json!([1, 2])), page(json!([3])), page(json!([]))];
    let announced = |list: Value, more: bool| page(json!({"list": list, "more": more}));
    let announced = vec![announced(json!([1, 2]), true), announced(json!([]), true), announced(json!([3]), false)];
    for (pagination, script, pages) in [
        (COUNTED, counted, [Some(0), Some(0), Some(1), Some(2)]),
        (ANNOUNCED, announced, [Some(0), Some(0), Some(1), None]),
        (CURSOR, three(), [Some(0), Some(0), Some(1), None]),
        (FLAGGED, three(), [Some(0), Some(0), Some(1), None]),
    ] {
        for (stop, page) in pages.into_iter().enumerate() {
            let (_server, request) = request(script.clone()).await;
            let mut items = request.pages(pagination).items();
            for _ in 0..stop {
                items.next().await.unwrap().unwrap();
            }
            let stored = items.position().map(|position| serde_json::to_string(&position).unwrap());
            assert_eq!(stored.is_some(), page.is_some(), "{pagination:?} {stop}");
            let (Some(stored), Some(page)) = (stored, page) else { continue };
            let (_server, request) = self::request(script[page..].to_vec()).await;
            let items = request.pages(pagination).items().resume(&serde_json::from_str(&stored).unwrap()).unwrap();
            let rest: Vec<Value> = (stop + 1..=3).map(|item| json!(item)).collect();
            assert_eq!(all(items).await, (rest, None), "{pagination:?} {stop}");
        }
    }
}

#[tokio::test]
async fn after_the_last_page_there_is_no_position() {
    let (_server, request) = request(three()).await;
    let mut pages = request.pages(CURSOR);
    let mut positions = vec![pages.position()];
    while let Some(page) = pages.next().await {
        page.unwrap();
        positions.push(pages.position());
    }
    let shown: Vec<bool> = positions.iter().map(Option::is_some).collect();
    assert_eq!(shown, [true, true, true, false]);
    let resumed = request_at(positions[2].as_ref().unwrap()).await;
    assert_eq!(resumed, ["?at=3"]);
    assert_eq!(request_at(positions[0].as_ref().unwrap()).await, [""]);
}

/// What is asked for from a position on.
async fn request_at(position: &Position) -> Vec<String> {
    let (server, request) = request(vec![page(json!({"list": [3], "next": null}))]).await;
    let mut pages: Pages<Value> = request.pages(CURSOR).resume(position).unwrap();
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    asked(&server)
}

#[tokio::test]
async fn a_page_that_failed_is_where_the_pages_go_on() {
    let script = vec![three().remove(0), response(402, "{}")];
    let (_server, request) = request(script).await;
    let mut items = request.pages(CURSOR).items();
    for _ in 0..2 {
        items.next().await.unwrap().unwrap();
    }
    assert!(items.next().await.unwrap().unwrap_err().is_quota_exhausted());
    assert_eq!(request_at(&items.position().unwrap()).await, ["?at=b"]);
}

#[tokio::test]
async fn a_position_of_another_operation_is_refused() {
    let (server, request) = request(three()).await;
    let position = request.clone().pages(CURSOR).position().unwrap();
    let client: Client = server.client().build().unwrap();
    let other = client.request(Method::GET, "/v1/other").pages(CURSOR).resume(&position).unwrap_err();
    assert_eq!((other.kind(), other.attempts()), (ErrorKind::InvalidRequest, 0));
    assert!(client.request(Method::GET, "/v1/other").pages(CURSOR).items().resume(&position).is_err());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_page_that_repeats_is_an_error_that_has_it() {
    let again = |more: Value| page(json!({"list": [1, 2], "more": more, "next": "b"}));
    for (pagination, step) in [(COUNTED, page(json!([1, 2]))), (ANNOUNCED, again(json!(true)))] {
        let (server, request) = request(vec![step]).await;
        let mut pages = request.clone().pages(pagination);
        let first = pages.next().await.unwrap().unwrap();
        let error = pages.next().await.unwrap().unwrap_err();
        assert!(error.is_no_progress() && error.kind() == ErrorKind::NoProgress, "{error}");
        assert_eq!((error.body(), error.status().unwrap().as_u16()), (first.body(), 200));
        assert!(pages.next().await.is_none() && pages.position().is_some());
        assert_eq!(server.seen().len(), 2);
        assert_eq!(all(request.pages(pagination).items()).await.0.len(), 2, "no item comes twice");
    }
    // Where nobody knows which part of the data the items are, all of it is compared.
    let unknown = Pagination::Announced { page: "page", has_more: "/data/more", items: None };
    let (_server, request) = request(vec![again(json!(1))]).await;
    let mut pages = request.pages(unknown);
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.unwrap().unwrap_err().is_no_progress());
}

#[tokio::test]
async fn a_cursor_that_does_not_move_is_an_error_only_if_there_are_more_pages() {
    let next = |item: u32, next: &str| page(json!({"list": [item], "next": next, "more": true}));
    let (server, request) = request(vec![next(1, "b"), next(2, "b"), next(3, "b")]).await;
    let items = request.clone().pages(FLAGGED).items();
    assert_eq!(all(items).await, (vec![json!(1), json!(2)], Some(ErrorKind::NoProgress)));
    assert_eq!(server.seen().len(), 2);
    let (server, request) = self::request(vec![next(1, "b"), next(2, "b"), next(3, "b")]).await;
    assert_eq!(all(request.pages(CURSOR).items()).await, (vec![json!(1), json!(2)], None));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn empty_pages_repeat_nothing() {
    let empty = page(json!({"list": [], "more": true}));
    let (_server, request) = request(vec![empty.clone(), empty, page(json!({"list": [1], "more": false}))]).await;
    assert_eq!(all(request.pages(ANNOUNCED).items()).await, (vec![json!(1)], None));
}

#[tokio::test]
async fn a_cursor_or_number_may_be_in_the_body() {
    let cursor =
        Pagination::Cursor { cursor: "/page/at", next: "/data/next", has_more: None, items: Some("/data/list") };
    let (server, request) = request(three()).await;
    let request = request.json(&json!({"q": "x"}));
    assert_eq!(all(request.clone().pages(cursor).items()).await.0.len(), 3);
    let bodies = |server: &Server| server.seen().into_iter().map(|seen| seen.body).collect::<Vec<_>>();
    assert_eq!(bodies(&server), [r#"{"q":"x"}"#, r#"{"q":"x","page":{"at":"b"}}"#, r#"{"q":"x","page":{"at":3}}"#]);
    let counted = Pagination::Counted { page: "/page", size: "/size", items: "/data" };
    for (body, second) in [
        (json!({"size": 2}), r#"{"size":2,"page":2}"#),
        (json!({"size": "2", "page": "7"}), r#"{"size":"2","page":"8"}"#),
        (json!({"page": 7, "size": 2}), r#"{"page":8,"size":2}"#),
    ] {
        let (server, request) = self::request(vec![page(json!([1, 2])), page(json!([3]))]).await;
        assert_eq!(all(request.json(&body).pages(counted).items()).await.0.len(), 3);
        assert_eq!(bodies(&server), [body.to_string().as_str(), second]);
    }
    let (server, request) = self::request(three()).await;
    let error = all(request.json(&json!([1])).pages(cursor).items()).await.1;
    assert_eq!((error, server.seen().len()), (Some(ErrorKind::InvalidRequest), 0));
}

#[tokio::test]
async fn items_that_are_nowhere_are_an_error_before_anything_is_sent() {
    let nowhere = Pagination::Cursor { cursor: "at", next: "/data/next", has_more: None, items: None };
    let (server, request) = request(three()).await;
    assert_eq!(all(request.pages(nowhere).items()).await, (vec![], Some(ErrorKind::InvalidRequest)));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn whoever_stops_waiting_for_a_page_may_wait_for_it_again() {
    let (server, request) = request(three()).await;
    let mut pages = request.pages(CURSOR);
    assert!(pages.next().now_or_never().is_none());
    assert_eq!(pages.next().await.unwrap().unwrap().value()["data"]["next"], "b");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_marked_may_be_repeated_whatever_its_method() {
    for (options, attempts) in [(CallOptions::new(), 1), (CallOptions::new().idempotent(), 2)] {
        for failure in [Step::Close, response(500, "{}")] {
            let server = Server::start([failure, page(json!(1))]).await;
            let client: Client = server.client().build().unwrap();
            let result = client.request(Method::POST, "/v1/search").options(options.clone()).json(&1).send().await;
            assert_eq!((result.is_ok(), server.seen().len()), (attempts == 2, attempts));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_may_wait_for_items() {
    let server = Server::start(three()).await;
    let client = BlockingClient::new(server.client().build().unwrap()).unwrap();
    let found = tokio::task::spawn_blocking(move || {
        let items = client.waiting.request(Method::GET, "/v1/list").pages(CURSOR).items();
        let mut items = items.max_pages(9).max_items(9);
        let position = items.position().unwrap();
        let found = items.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(items.next().is_none() && items.position().is_none());
        assert!(client.waiting.request(Method::GET, "/v1/other").pages(CURSOR).items().resume(&position).is_err());
        assert!(client.waiting.request(Method::GET, "/v1/list").pages(CURSOR).max_pages(1).resume(&position).is_ok());
        found
    });
    assert_eq!(found.await.unwrap(), [1, 2, 3]);
}
