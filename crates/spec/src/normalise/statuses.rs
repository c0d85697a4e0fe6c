//! Which responses of an operation have one body, and what its name is pinned to.
//!
//! The first body is called as if there were no other, and each of the others after its status. What a release has named
//! keeps its place, whichever statuses come later: the lock has below the place of a body the statuses that it is of.

use serde_json::{Value, json};

use super::merge::essence;
use crate::document::OperationKey;
use crate::document::body::json_content;
use crate::document::response::Content;
use crate::naming::Naming;
use crate::naming::pins;

/// What statuses of one schema have.
pub(super) struct Body<'a> {
    /// What its place ends in: a status, or nothing where it is called as if there were no other.
    pub(super) suffix: String,
    /// Sorted.
    pub(super) statuses: Vec<&'a str>,
    schema: Value,
}

/// The JSON bodies of the successes of an operation, or of its errors.
///
/// What is released as one body stays so as long as its statuses have one schema, and what is released as several stays
/// apart. A status that nothing is released of has the body of another one with its schema.
pub(super) fn bodies<'a>(
    operation: &Value,
    key: &OperationKey,
    responses: &[(&'a str, Content)],
    stem: &str,
    of_errors: bool,
    naming: &dyn Naming,
) -> Vec<Body<'a>> {
    let mut open: Vec<(&str, Value)> = json_statuses(responses)
        .into_iter()
        .map(|status| (status, schema(operation, status).map_or_else(|| json!({}), |(_, schema)| essence(schema))))
        .collect();
    let place = place(key, of_errors);
    let (released, is_told) = released(&place, &open, stem, naming);
    let mut bodies: Vec<Body<'a>> = Vec::new();
    let mut suffixes: Vec<&str> = released.iter().map(|(suffix, _)| suffix.as_str()).collect();
    suffixes.dedup();
    for suffix in suffixes {
        let is_called_so = |status: &&str| self::suffix(naming, status).eq_ignore_ascii_case(suffix);
        let is_of = |status: &str| {
            let own = self::suffix(naming, status);
            released.iter().any(|(of, known)| of == suffix && known.eq_ignore_ascii_case(&own))
        };
        let mut claims: Vec<Body<'a>> = Vec::new();
        for (status, schema) in open.iter().filter(|(status, _)| is_of(status)) {
            match claims.iter_mut().find(|claim| claim.schema == *schema) {
                Some(claim) => claim.statuses.push(*status),
                None => {
                    claims.push(Body { suffix: suffix.to_owned(), statuses: vec![*status], schema: schema.clone() })
                }
            }
        }
        // Where the statuses have several schemas by now, most of them keep the name.
        let rank = |body: &Body<'_>| (body.statuses.iter().any(is_called_so), body.statuses.len());
        let Some(body) = claims.into_iter().rev().max_by_key(rank) else { continue };
        open.retain(|(status, _)| !body.statuses.contains(status));
        bodies.push(body);
    }
    // The one success of an operation is what a call gives, with whichever status; an error is told by its status.
    let is_alone = !of_errors && bodies.is_empty() && open.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let is_only = is_alone && released.iter().all(|(suffix, _)| suffix.is_empty());
    let mut may_be_plain = (!is_told || is_only) && bodies.iter().all(|body| !body.suffix.is_empty());
    for (status, schema) in open {
        if let Some(body) = bodies.iter_mut().find(|body| body.schema == schema) {
            body.statuses.push(status);
            continue;
        }
        let mut suffix = if may_be_plain { String::new() } else { suffix(naming, status) };
        may_be_plain = false;
        while bodies.iter().any(|body| body.suffix == suffix) {
            suffix.push_str("Again");
        }
        bodies.push(Body { suffix, statuses: vec![status], schema });
    }
    bodies.iter_mut().for_each(|body| body.statuses.sort_by_key(|status| status.to_ascii_uppercase()));
    bodies.sort_by_key(|body| body.statuses[0].to_ascii_uppercase());
    bodies
}

/// The statuses of which a release has a body, each behind what the place of that ends in; and whether the lock tells them,
/// as every release has them that was made since there are several bodies.
fn released(place: &str, statuses: &[(&str, Value)], stem: &str, naming: &dyn Naming) -> (Vec<(String, String)>, bool) {
    let pinned = naming.pinned_below(place);
    let told = pinned.iter().filter_map(|(pinned, _)| {
        let (body, status) = pins::status(pinned)?;
        Some((body.strip_prefix(place)?.to_owned(), status.to_owned()))
    });
    let told: Vec<(String, String)> = told.collect();
    if !told.is_empty() {
        return (told, true);
    }
    let known = statuses.iter().filter_map(|(status, _)| {
        let own = suffix(naming, status);
        let is_plain = naming.pinned(place).is_some_and(|name| name == body_name(naming, stem, status));
        let is_own = || naming.pinned(&format!("{place}{own}")).is_some();
        match is_plain {
            true => Some((String::new(), own)),
            false => is_own().then(|| (own.clone(), own)),
        }
    });
    (known.collect(), false)
}

/// What the places of bodies begin with.
pub(super) fn place(key: &OperationKey, of_errors: bool) -> String {
    format!("{key}#{}", if of_errors { "error" } else { "response" })
}

/// The statuses whose responses are JSON, sorted.
fn json_statuses<'a>(responses: &[(&'a str, Content)]) -> Vec<&'a str> {
    let json = responses.iter().filter(|(_, content)| *content == Content::Json);
    let mut statuses: Vec<&str> = json.map(|(status, _)| *status).collect();
    statuses.sort_by_key(|status| status.to_ascii_uppercase());
    statuses
}

/// The schema of the JSON of a response, and its media type.
pub(super) fn schema<'a>(operation: &'a Value, status: &str) -> Option<(&'a str, &'a Value)> {
    let (media_type, media) = json_content(operation.get("responses")?.get(status)?)?;
    Some((media_type, media.get("schema")?))
}

/// What the body of a success is called that is alone.
pub(super) fn body_name(naming: &dyn Naming, stem: &str, status: &str) -> String {
    format!("{stem}Response{}", if status == "200" { String::new() } else { suffix(naming, status) })
}

/// A status as the end of a name.
pub(super) fn suffix(naming: &dyn Naming, status: &str) -> String {
    match status {
        "default" => "Default".to_owned(),
        status => naming.type_name(&format!("a{status}"))[1..].to_owned(),
    }
}
