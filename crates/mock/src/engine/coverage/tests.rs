//! What is counted, what is made of it, and what is forgotten.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::json;

use super::*;
use crate::engine::Engine;
use crate::engine::options::Options;
use crate::engine::outcome::{Action, Response};
use crate::engine::request::Request;

fn document() -> Document {
    let responses = json!({ "200": {}, "4XX": {}, "default": {} });
    let parameters = json!([
        { "name": "a b", "in": "query" },
        { "name": "x-trace", "in": "header" },
        { "name": "id", "in": "path" },
        { "name": "session", "in": "cookie" },
    ]);
    Document::compile(json!({
        "openapi": "3.0.3",
        "paths": {
            "/things/{id}": { "get": { "operationId": "thing", "parameters": parameters, "responses": responses } },
            "/other": { "get": { "operationId": "other", "responses": { "204": {}, "429": {} } } },
        },
    }))
    .unwrap()
}

fn request(target: &str, headers: &[(&str, &str)]) -> Request {
    let builder =
        headers.iter().fold(http::Request::get(target), |builder, (name, value)| builder.header(*name, *value));
    builder.body(Bytes::new()).unwrap()
}

fn outcome(status: Option<u16>, documented: bool) -> Outcome {
    let Some(status) = status.map(|status| status.try_into().unwrap()) else {
        return Outcome { delay: Duration::ZERO, action: Action::Close };
    };
    Outcome::response(Response { status, headers: HeaderMap::new(), body: Bytes::new(), documented })
}

/// Counts documented responses of statuses to an operation.
fn counted(document: &Document, index: usize, statuses: &[Option<u16>]) -> Coverage {
    let coverage = Coverage::new(document);
    for status in statuses {
        coverage.count(document, index, &Incoming::new(&request("/", &[])), &outcome(*status, true));
    }
    coverage
}

fn hits(cells: &[Cell]) -> Vec<(&str, u64)> {
    cells.iter().map(|cell| (cell.name.as_str(), cell.hits)).collect()
}

#[test]
fn statuses_count_for_what_documents_them() {
    let document = document();
    let statuses = [Some(200), Some(200), Some(404), Some(499), Some(500), Some(201), None];
    let report = counted(&document, 0, &statuses).report(&document);
    assert_eq!(hits(&report.operations[0].statuses), [("200", 2), ("4XX", 2), ("default", 2)]);
    assert_eq!(hits(&report.operations[0].undocumented), []);
    assert_eq!(hits(&report.operations[1].statuses), [("204", 0), ("429", 0)]);
    let report = counted(&document, 1, &[Some(500), Some(429), Some(500), Some(418)]).report(&document);
    assert_eq!(hits(&report.operations[1].statuses), [("204", 0), ("429", 1)]);
    assert_eq!(hits(&report.operations[1].undocumented), [("418", 1), ("500", 2)]);
    // An operation of another document.
    assert_eq!(counted(&document, 2, &[Some(200)]).report(&document), Coverage::new(&document).report(&document));
}

#[test]
fn a_status_is_not_exercised_by_what_the_document_does_not_describe() {
    let document = document();
    let coverage = Coverage::new(&document);
    for status in [200, 404, 500] {
        coverage.count(&document, 0, &Incoming::new(&request("/", &[])), &outcome(Some(status), false));
    }
    let report = coverage.report(&document);
    assert_eq!(hits(&report.operations[0].statuses), [("200", 0), ("4XX", 0), ("default", 0)]);
    assert_eq!(hits(&report.operations[0].undocumented), [("200", 1), ("404", 1), ("500", 1)]);
    assert!(report.to_text().contains("\n  ?    status 200 (1) is not as documented\n"), "{}", report.to_text());
}

#[test]
fn an_operation_costs_nothing_before_it_is_called() {
    let engine = Engine::new(Arc::new(document()), Options::default());
    let loaded = engine.loaded();
    let compiled = || loaded.document.operations.iter().map(Operation::is_compiled).collect::<Vec<_>>();
    let counted = || loaded.coverage.operations.iter().map(|counters| counters.get().is_some()).collect::<Vec<_>>();
    assert_eq!((compiled(), counted()), (vec![false, false], vec![false, false]));
    _ = engine.handle(&request("/other", &[]));
    assert_eq!((compiled(), counted()), (vec![false, true], vec![false, true]));
}

#[test]
fn parameters_count_where_they_are_given() {
    let document = document();
    for (target, headers, expected) in [
        ("/things/1", &[][..], [0, 0, 1, 0]),
        ("/things/1?a+b=1", &[], [1, 0, 1, 0]),
        ("/things/1?c=1&a%20b", &[], [1, 0, 1, 0]),
        ("/things/1?a=b&b=a+b&%61b=1", &[], [0, 0, 1, 0]),
        ("/things/1", &[("x-trace", ""), ("cookie", "a=session; session=1")], [0, 1, 1, 1]),
        ("/things/1", &[("cookie", "sessions=1")], [0, 0, 1, 0]),
    ] {
        let coverage = Coverage::new(&document);
        coverage.count(&document, 0, &Incoming::new(&request(target, headers)), &outcome(None, true));
        let report = coverage.report(&document);
        let given: Vec<u64> = report.operations[0].parameters.iter().map(|cell| cell.hits).collect();
        assert_eq!(given, expected, "{target} {headers:?}");
    }
}

#[test]
fn a_reset_forgets_all_counts() {
    let document = document();
    for index in [0, 1] {
        let coverage = counted(&document, index, &[Some(200), Some(204), Some(500)]);
        assert_ne!(coverage.report(&document), Coverage::new(&document).report(&document));
        coverage.reset();
        assert_eq!(coverage.report(&document), Coverage::new(&document).report(&document));
    }
}

#[test]
fn a_report_says_how_much_was_exercised() {
    let document = document();
    let report = counted(&document, 1, &[Some(429), Some(418)]).report(&document);
    assert_eq!((report.totals(), report.percent()), ((9, 1), 100.0 / 9.0));
    assert_eq!(Report::default().percent(), 100.0);
    let all = Report {
        operations: vec![counted(&document, 1, &[Some(204), Some(429)]).report(&document).operations.remove(1)],
    };
    assert_eq!((all.totals(), all.percent()), ((2, 2), 100.0));
    assert_eq!(all.require(100.0), Ok(()));
    assert_eq!(
        all.to_text(),
        "GET /other (other)\n  ok   status 204 (1)\n  ok   status 429 (1)\n2 of 2 covered, 100.0 %\n"
    );
    let missing = report.require(11.2).unwrap_err();
    assert!(
        missing.starts_with("11.1 % covered, asked for are 11.2 %; not exercised: thing status 200, "),
        "{missing}"
    );
    assert!(missing.ends_with("thing parameter session, other status 204"), "{missing}");
    assert_eq!(report.require(100.0 / 9.0), Ok(()));
    let text = report.to_text();
    assert!(
        text.contains("\n  MISS parameter a b (0)\n")
            && text.contains("\n  ?    status 418 (1) is not as documented\n")
    );
    assert_eq!(serde_json::from_str::<Report>(&report.to_json()).unwrap(), report);
}

#[test]
fn reports_are_added_by_method_and_path() {
    let document = document();
    let mut total = counted(&document, 1, &[Some(429), Some(418)]).report(&document);
    total.add(&counted(&document, 1, &[Some(429), Some(418), Some(500)]).report(&document));
    assert_eq!(total.operations.len(), 2);
    assert_eq!(hits(&total.operations[1].statuses), [("204", 0), ("429", 2)]);
    assert_eq!(hits(&total.operations[1].undocumented), [("418", 2), ("500", 1)]);
    let mut other = total.clone();
    other.operations[0].method = "PUT".to_owned();
    other.operations[1].path = "/elsewhere".to_owned();
    total.add(&other);
    assert_eq!(total.operations.len(), 4);
    // Only what the document has is of it, and what it has is there in any case.
    let of = total.of(&document);
    assert_eq!((of.operations.len(), of.totals()), (2, (9, 1)));
    assert_eq!(hits(&of.operations[1].statuses), [("204", 0), ("429", 2)]);
    assert_eq!(Report::default().of(&document), Coverage::new(&document).report(&document));
    assert_eq!(other.of(&document).totals(), (9, 0));
}

#[test]
fn the_files_of_a_run_are_read_together() {
    let document = document();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let report = counted(&document, 1, &[Some(429)]).report(&document);
    write("a.json", &report.to_json());
    write("b.json", &report.to_json());
    write("empty.json", "");
    write("notes.txt", "not a report");
    assert_eq!(hits(&read(folder.path()).unwrap().operations[1].statuses), [("204", 0), ("429", 2)]);
    write("c.json", "nonsense");
    assert!(read(folder.path()).is_err());
    assert!(read(&folder.path().join("nowhere")).is_err());
}
