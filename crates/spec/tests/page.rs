//! Documentation pages: what is read from them, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::import::page::Page;
use serde_json::json;

const MUSIC: &str = include_str!("pages/trending-music.md");
const VIDEO: &str = include_str!("pages/video-search.md");

#[track_caller]
fn parse(text: &str) -> Page {
    Page::parse("page.md", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The last line of a page (from 1) that starts with a text.
#[track_caller]
fn line_of(page: &str, start: &str) -> usize {
    page.lines().collect::<Vec<_>>().iter().rposition(|line| line.starts_with(start)).expect("the page has the line")
        + 1
}

/// Checks the findings, given as the code and the start of the line of each.
#[track_caller]
fn check(page: &str, expected: &[(&str, &str)]) {
    let errors = Page::parse("page.md", page.as_bytes()).expect_err("must be refused");
    let mut found: Vec<_> = errors.iter().map(|error| (error.line, error.code)).collect();
    let mut expected: Vec<_> = expected.iter().map(|(code, line)| (line_of(page, line), *code)).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{errors:#?}");
    assert!(errors.iter().all(|error| error.file == "page.md" && error.column > 0 && !error.help.is_empty()));
}

/// A page with one part of it replaced.
#[track_caller]
fn edit(page: &str, from: &str, to: &str) -> String {
    assert!(page.contains(from), "{from}");
    page.replacen(from, to, 1)
}

#[test]
fn a_page_says_what_it_is_about() {
    let page = parse(VIDEO);
    assert_eq!(page.operation().to_string(), "POST /v1/tiktok/video/search");
    assert_eq!(page.title(), Some("Video Search"));
    assert_eq!(page.description(), Some("Search videos by keyword, newest first."));
    assert_eq!(page.credits(), Some(1));
    let page = parse(MUSIC);
    assert_eq!(page.operation().to_string(), "GET /v1/tiktok/trending/music");
    assert_eq!(page.credits(), Some(2));
}

#[test]
fn places_are_those_of_the_page() {
    let page = parse(VIDEO);
    let place = page.source().locate("/paths/~1v1~1tiktok~1video~1search/post/responses/200");
    assert_eq!((place.line, place.column), (line_of(VIDEO, "        200:"), 9));
    assert_eq!(page.source().text(), VIDEO);
}

#[test]
fn the_document_is_read_as_a_whole() {
    let value = parse(VIDEO).source().value();
    let operation = &value["paths"]["/v1/tiktok/video/search"]["post"];
    let example = &operation["responses"]["200"]["content"]["application/json"]["schema"]["example"];
    let video = json!({
        "id": "7000000000000000001", "author_id": 11_000_000_000_u64, "score": 1.0, "self": true, "2x_speed": false,
        "by_day": {"2024-01-01": 3, "2024-01-02": 4}
    });
    assert_eq!(example["data"]["videos"][0], video);
    assert_eq!(operation["x-codeSamples"][0]["source"], json!("```\ncurl --request POST\n```"));
    let scheme = &value["components"]["securitySchemes"]["JWT Bearer"]["description"];
    assert!(scheme.as_str().unwrap().ends_with("dashboard)."));
}

#[test]
fn line_ends_do_not_matter() {
    let dos = parse(&VIDEO.replace('\n', "\r\n"));
    let unix = parse(VIDEO);
    assert_eq!(dos.source().value(), unix.source().value());
    assert_eq!((dos.title(), dos.description(), dos.credits()), (unix.title(), unix.description(), unix.credits()));
}

#[test]
fn any_fence_will_do() {
    for (open, close) in [("~~~", "~~~"), ("   `````", "`````  "), ("```````", " ``````````")] {
        let text = edit(MUSIC, "````yaml", &format!("{open}yaml")).replace("\n````\n", &format!("\n{close}\n"));
        assert_eq!(parse(&text).source().value(), parse(MUSIC).source().value(), "{open}");
    }
    check(&edit(MUSIC, "\n````\n", "\n    ````\n"), &[("page-cut-off", "````yaml"), ("yaml-syntax", "    ````")]);
}

#[test]
fn jsx_and_comments_hide_their_fences() {
    let before = |text: &str| edit(MUSIC, "## OpenAPI", &format!("{text}\n\n## OpenAPI"));
    parse(&before("<!--\n````yaml a GET /b\n-->"));
    parse(&before("<Card title=\"x\">\n````yaml a GET /b\n</Card>"));
    parse(&before("<Tabs>\n<Tabs>\n</Tabs>\n````yaml a GET /b\n</Tabs>"));
    parse(&before("<Card\n  title=\"x\"\n/>"));
    parse(&before("<br>\n\n<https://docs.keyapi.ai> and more"));
    parse(&before("<div>\n{`\n<div>\n\n```json\n`}\n</div>"));
    parse(&before("```yaml\nan: example\n```"));
    check(&before("~~~json\n{"), &[("page-cut-off", "~~~json"), ("page-no-block", "> ## Documentation")]);
}

#[test]
fn a_page_has_one_block() {
    let (head, block) = MUSIC.split_once("````yaml").unwrap();
    check(head, &[("page-no-block", "> ##")]);
    check(
        &edit(MUSIC, "````yaml en/tiktok.openapi.json GET /v1/tiktok/trending/music", "````yaml"),
        &[("page-no-block", "````yaml")],
    );
    let again = format!("{MUSIC}\n~~~yaml{}", block.replace("````", "~~~"));
    check(&again, &[("page-two-blocks", "~~~yaml")]);
}

#[test]
fn info_strings_name_file_method_and_path() {
    for info in ["en/tiktok.openapi.json", "en/tiktok.openapi.json GET", "a b /c", "a GET v1/x", "a GET /b more"] {
        let text = edit(MUSIC, "en/tiktok.openapi.json GET /v1/tiktok/trending/music", info);
        check(&text, &[("page-info-string", "````yaml")]);
    }
}

#[test]
fn the_block_is_about_what_its_info_string_says() {
    check(
        &edit(MUSIC, "json GET /v1/tiktok/trending/music", "json GET /v1/tiktok/trending/song"),
        &[("page-mismatch", "  /v1/tiktok/trending/music:")],
    );
    check(&edit(MUSIC, "json GET ", "json POST "), &[("page-mismatch", "    get:")]);
    let second = "paths:\n  /v1/second:\n    put: {responses: {}}\n";
    check(&edit(MUSIC, "paths:\n", second), &[("page-operations", "    get:")]);
    let (head, _) = MUSIC.split_once("paths:\n").unwrap();
    check(&format!("{head}paths: {{}}\n````\n"), &[("page-operations", "paths:")]);
}

#[test]
fn a_page_that_is_cut_off_is_refused() {
    let cut = |marker: &str| MUSIC.split_once(marker).unwrap().0.to_owned();
    // Without the closing fence, wherever the cut is.
    let whole = MUSIC.trim_end().trim_end_matches('`');
    check(whole, &[("page-cut-off", "````yaml")]);
    // With it, but not the rest of the document.
    check(&(cut("components:\n") + "````\n"), &[("page-incomplete", "      - JWT Bearer")]);
    check(&(cut("        '400':\n") + "...\n````\n"), &[("page-cut-off", "...")]);
    check(&(cut("        '400':\n") + "        ... (truncated)\n````\n"), &[("page-cut-off", "        ... (trunc")]);
    check(&(cut("      responses:\n") + "````\n"), &[("page-incomplete", "    get:")]);
    check(&(cut("      responses:\n") + "      responses:\n````\n"), &[("page-incomplete", "      responses:")]);
    check(&(cut("Missing required") + "\n````\n"), &[("yaml-syntax", "                  message: '")]);
    check(&(cut("openapi: 3.0.1\n") + "````\n"), &[("empty-file", "````\n".trim())]);
    let dangling = edit(
        MUSIC,
        "                type: object\n                example:",
        "                $ref: '#/components/schemas/E'\n                x:",
    );
    check(&dangling, &[("page-incomplete", "                $ref")]);
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text = edit(MUSIC, "  version: 1.0.0\n", "  version: 1.0.0\n  version: 1.0.1\n");
    let text = edit(
        &text,
        "      summary: Trending Music\n",
        "      summary: Trending Music\n      <<: {deprecated: true}\n      true: 1\n",
    );
    let text = edit(&text, "2 credits", "2.5 credits");
    let text = edit(&text, "json GET ", "json DELETE-IT ");
    let expected = [
        ("page-credits", "  <span className=\"text-sm\">"),
        ("page-info-string", "````yaml"),
        ("duplicate-key", "  version: 1.0.1"),
        ("yaml-merge-key", "      <<: "),
        ("yaml-key", "      true: 1"),
    ];
    check(&text, &expected);
}

#[test]
fn pages_may_state_no_cost_but_not_two() {
    assert_eq!(parse(&edit(MUSIC, "2 credits", "Free")).credits(), None);
    // A sentence goes on in the next line.
    let text = edit(&edit(MUSIC, "2 credits", "Free"), "## OpenAPI", "It takes 3\ncredits per request.\n\n## OpenAPI");
    assert_eq!(parse(&text).credits(), Some(3));
    let text = edit(MUSIC, "## OpenAPI", "It takes 3 credits per request.\n\n## OpenAPI");
    check(&text, &[("page-credits", "  <span className=\"text-sm\">")]);
}

#[test]
fn what_is_no_text_is_refused() {
    let errors = Page::parse("page.md", b"# \xff").unwrap_err();
    assert_eq!((errors[0].code, errors[0].line, errors[0].column), ("not-utf8", 1, 3));
    check("# Title\n", &[("page-no-block", "# Title")]);
    assert_eq!(Page::parse("page.md", b"").unwrap_err()[0].code, "page-no-block");
}
