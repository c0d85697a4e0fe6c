//! Servers of a document, of a path or of an operation.

use serde_json::Value;

use super::OperationKey;

/// What stands for scheme and host where a document names none.
const NOWHERE: &str = "http://localhost";

/// The servers that count for an operation: its own, or else its path's, or else the document's. An empty list says
/// nothing.
pub fn declared<'a>(document: &'a Value, item: &'a Value, operation: &'a Value) -> &'a [Value] {
    let lists = [operation, item, document].into_iter().filter_map(|owner| owner.get("servers")?.as_array());
    lists.map(Vec::as_slice).find(|list| !list.is_empty()).unwrap_or_default()
}

/// Where the document is served: the URL of its first server, its variables at their defaults, without query and slash
/// at the end.
pub fn of_document(document: &Value) -> String {
    let url = first(declared(document, &Value::Null, &Value::Null)).unwrap_or_default();
    absolute(&url, NOWHERE)
}

/// Where an operation is served, which may be another server than that of its document.
pub fn of_operation(document: &Value, key: &OperationKey) -> String {
    let (item, _) = key.pointer.rsplit_once('/').unwrap_or_default();
    let node = |pointer| document.pointer(pointer).unwrap_or(&Value::Null);
    let url = first(declared(document, node(item), node(&key.pointer))).unwrap_or_default();
    absolute(&url, &of_document(document))
}

/// The URL of a server, which may be relative to the one that the document is served at, with a value for each of its
/// variables.
pub(crate) fn url(server: &Value, base: &str, value: impl FnMut(&str) -> String) -> String {
    absolute(&fill(server, value), base)
}

/// The same with the defaults of the variables.
pub(crate) fn default_url(server: &Value, base: &str) -> String {
    url(server, base, |name| value(server, name))
}

/// The variables in a server's URL, in order.
pub fn variables(server: &Value) -> Vec<String> {
    let mut variables = Vec::new();
    fill(server, |name| {
        variables.push(name.to_owned());
        String::new()
    });
    variables
}

/// The path of an absolute URL, without a slash at its end: empty, or with one at its beginning.
pub fn path(url: &str) -> &str {
    &url[origin(url).len()..]
}

/// The variables in a server's URL that have no value, so that they stay in it.
pub(crate) fn unset_variables(server: &Value) -> Vec<String> {
    variables(server).into_iter().filter(|name| default(&server["variables"][name.as_str()]).is_none()).collect()
}

fn first(servers: &[Value]) -> Option<String> {
    let server = servers.first()?;
    Some(fill(server, |name| value(server, name)))
}

/// The URL of a server as it stands in the document, with the defaults of its variables and a text for those that have none.
pub(crate) fn written(server: &Value, unset: &str) -> String {
    fill(server, |name| default(&server["variables"][name]).unwrap_or_else(|| unset.to_owned()))
}

/// The value of a variable where nobody sets it; where it has none, it stays what it is.
fn value(server: &Value, name: &str) -> String {
    default(&server["variables"][name]).unwrap_or_else(|| format!("{{{name}}}"))
}

/// The URL of a server with values for its variables, in one go: a value is not looked at again.
fn fill(server: &Value, mut value: impl FnMut(&str) -> String) -> String {
    let mut rest = server.get("url").and_then(Value::as_str).unwrap_or_default().trim();
    let mut url = String::with_capacity(rest.len());
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        url.push_str(before);
        url.push_str(&value(name));
        rest = behind;
    }
    url + rest
}

/// The value that a variable has where nobody sets it. A default is required; where it is missing, the first listed value
/// is as good.
pub fn default(variable: &Value) -> Option<String> {
    text(variable.get("default").or_else(|| variable.pointer("/enum/0"))?)
}

/// The values that a variable is said to have, each once, as they stand in a URL; none where it may have any.
pub fn listed(variable: &Value) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in variable.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(text) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// A value as it stands in a URL: without quotes, a port or a version is a number in YAML.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A URL that may be relative to another one, which has scheme and host.
pub(crate) fn absolute(url: &str, base: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (scheme, _) = base.split_once("://").unwrap_or_default();
    if url.contains("://") {
        url.to_owned()
    } else if url.starts_with("//") {
        format!("{scheme}:{url}")
    } else if url.is_empty() {
        origin(base).to_owned()
    } else if is_host_alone(url) {
        // Strictly that is a path, but people who write a host name and forget the scheme mean the host.
        format!("https://{url}")
    } else {
        // Nobody knows where the document was, so what is relative to that is at the top.
        let mut path: Vec<&str> = Vec::new();
        for segment in url.trim_start_matches('/').split('/') {
            match segment {
                "." => {}
                ".." => _ = path.pop(),
                segment => path.push(segment),
            }
        }
        path.iter().fold(origin(base).to_owned(), |url, segment| format!("{url}/{segment}"))
    }
}

/// The URL of something on a server, which may be relative to that and has its slash at the end and its query (RFC 6749,
/// section 3.2).
pub(crate) fn endpoint(url: &str, base: &str) -> String {
    let url = url.trim();
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let slash = if path.ends_with('/') { "/" } else { "" };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{slash}{query}", absolute(path, base))
}

/// Whether a document names a server with a host.
pub(crate) fn has_host(document: &Value) -> bool {
    let first = declared(document, &Value::Null, &Value::Null).first().map(|server| written(server, "x"));
    first.is_some_and(|url| url.contains("//") || is_host_alone(&url))
}

/// Whether a URL without a scheme begins with a name that has a dot in it, as hosts have.
pub(crate) fn is_host_alone(url: &str) -> bool {
    let first = url.split('/').next().unwrap_or_default();
    first.contains('.') && ![".", ".."].contains(&first) && !url.contains("://")
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(servers: [Value; 3], expected: &str) {
        let [document, item, operation] = servers;
        let document = json!({
            "servers": document,
            "paths": {"/a": {"servers": item, "get": {"servers": operation}}},
        });
        assert_eq!(of_operation(&document, &OperationKey::new("/a", "get")), expected);
    }

    #[test]
    fn the_nearest_list_that_is_not_empty_counts() {
        let list = |url: &str| json!([{"url": url}, {"url": "https://second.example"}]);
        check(
            [list("https://d.example/v2"), list("https://p.example/p"), list("https://o.example/o/")],
            "https://o.example/o",
        );
        check([list("https://d.example/v2"), list("https://p.example/p"), json!([])], "https://p.example/p");
        check([list("https://d.example/v2"), json!(null), json!([])], "https://d.example/v2");
        check([json!(null), json!(null), json!(null)], "http://localhost");
        check([json!([{}]), json!(null), json!(null)], "http://localhost");
    }

    #[test]
    fn relative_urls_are_on_the_server_of_the_document() {
        let list = |url: &str| json!([{"url": url}]);
        let root = || list("https://d.example:8443/v2/");
        check([root(), json!(null), list("/files/v1")], "https://d.example:8443/files/v1");
        check([root(), json!(null), list("files")], "https://d.example:8443/files");
        check([root(), json!(null), list("/")], "https://d.example:8443");
        check([root(), json!(null), list("./files/../v1/")], "https://d.example:8443/v1");
        check([root(), json!(null), list("..")], "https://d.example:8443");
        check([root(), json!(null), list("files.example/v1")], "https://files.example/v1");
        check([root(), json!(null), list("//cdn.example/x")], "https://cdn.example/x");
        check([list("/v2"), json!(null), list("/v3?x=1#y")], "http://localhost/v3");
        assert_eq!(of_document(&json!({"servers": list("/v2")})), "http://localhost/v2");
    }

    #[test]
    fn an_endpoint_keeps_its_query_and_its_slash() {
        let base = "https://d.example/v2";
        for (url, expected) in [
            ("https://id.example/token?tenant=1#x", "https://id.example/token?tenant=1"),
            ("https://id.example/token/", "https://id.example/token/"),
            ("https://id.example", "https://id.example"),
            ("/token/?tenant=a/b", "https://d.example/token/?tenant=a/b"),
            ("../token", "https://d.example/token"),
            ("/", "https://d.example/"),
        ] {
            assert_eq!(endpoint(url, base), expected);
        }
        for (server, expected) in
            [("/v1", false), ("", false), ("//d.example", true), ("d.example", true), (base, true)]
        {
            assert_eq!(has_host(&json!({"servers": [{"url": server}]})), expected, "{server}");
        }
        assert!(!has_host(&json!({})));
    }

    #[test]
    fn variables_take_their_defaults_once() {
        let server = json!({
            "url": "https://{region}.d.example:{port}/{base}{version}",
            "variables": {
                "region": {"default": "eu", "enum": ["us", "eu"]},
                "port": {"default": 8443},
                "base": {"default": "{version}"},
                "version": {"enum": ["v2", "v3"]},
            },
        });
        check([json!([server]), json!(null), json!(null)], "https://eu.d.example:8443/{version}v2");
        let server = json!({"url": "https://{region}.d.example/{a}{", "variables": {"region": {}}});
        assert_eq!(unset_variables(&server), ["region", "a"]);
        check([json!([server]), json!(null), json!(null)], "https://{region}.d.example/{a}{");
    }

    #[test]
    fn a_path_is_what_stands_behind_the_host() {
        for (url, expected) in [("https://a.example", ""), ("http://v2/v2", "/v2"), ("http://[::1]:1/a/b", "/a/b")] {
            assert_eq!(path(url), expected);
        }
    }
}
