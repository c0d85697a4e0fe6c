//! Paths of servers, which requests may carry in front of the documented path.

use keyapi_spec::document::server::{declared, default, listed};
use serde_json::Value;

use super::source::text;

/// How many URLs the variables of one server may make; the rest is left out.
const MOST_URLS: usize = 64;

/// The base paths of the servers that count for an operation: its own, or else its path's, or else the document's.
pub(super) fn bases(root: &Value, item: &Value, operation: &Value) -> Vec<String> {
    let declared = declared(root, item, operation).iter();
    let mut bases: Vec<String> = declared.flat_map(urls).filter_map(|url| base_path(&url)).collect();
    bases.sort_unstable();
    bases.dedup();
    bases
}

/// The URLs of a server, with every listed value of its variables and the default of those that list none.
fn urls(server: &Value) -> Vec<String> {
    let mut urls = Vec::from_iter(text(server, "url").map(str::to_owned));
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        let mut values: Vec<String> = default(variable).into_iter().chain(listed(variable)).collect();
        values.dedup();
        let template = format!("{{{name}}}");
        let expand = |url: String| -> Vec<String> {
            if url.contains(&template) {
                values.iter().map(|value| url.replace(&template, value)).collect()
            } else {
                vec![url]
            }
        };
        urls = urls.into_iter().flat_map(expand).take(MOST_URLS).collect();
    }
    urls
}

/// The path of a URL, where it has one.
fn base_path(url: &str) -> Option<String> {
    // Without a scheme, a host stands behind two slashes all the same (RFC 3986, section 4.2).
    let rest = url.split_once("://").map(|(_, rest)| rest).or_else(|| url.strip_prefix("//")).unwrap_or(url);
    let path = &rest[rest.find('/')?..];
    let path = path.split(['?', '#']).next()?.trim_end_matches('/');
    (!path.is_empty() && !path.contains('{')).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(servers: Value, expected: &[&str]) {
        assert_eq!(bases(&json!({ "servers": servers }), &Value::Null, &Value::Null), expected);
    }

    #[test]
    fn the_path_of_each_server_is_a_base() {
        check(
            json!([{"url": "https://x.io/v1/"}, {"url": "/v2"}, {"url": "https://x.io"}, {"url": "/"}]),
            &["/v1", "/v2"],
        );
        check(json!([{"url": "https://x.io/a?b=/c"}, {"url": "x.io/d#/e"}, {"url": ""}, {}]), &["/a", "/d"]);
        check(json!([{"url": "//x.io/e"}, {"url": "//x.io"}]), &["/e"]);
        check(json!("https://x.io/v1"), &[]);
    }

    #[test]
    fn variables_take_their_listed_values() {
        let url = "https://{region}.x.io:{port}/{base}/{version}";
        let variables = json!({
            "region": {"default": "eu", "enum": ["eu", "us"]},
            "port": {"default": "443"},
            "base": {"default": "api"},
            "version": {"default": "v2", "enum": ["v1", "v2", 3]},
        });
        check(json!([{"url": url, "variables": variables}]), &["/api/3", "/api/v1", "/api/v2"]);
        check(json!([{"url": "https://x.io/{unknown}"}, {"url": "/{a}", "variables": {"a": {}}}]), &[]);
        let many: Vec<String> = (0..100).map(|number| format!("v{number:03}")).collect();
        let bases =
            bases(&json!({"servers": [{"url": "/{v}", "variables": {"v": {"enum": many}}}]}), &json!({}), &json!({}));
        assert_eq!(bases.len(), MOST_URLS);
    }
}
