//! Converts schemas, each before those in it.

use serde_json::{Map, Value, json};

use super::positions::{below, child, roots};
use super::{
    BEYOND, LOOSENED, Origins, alternatives, annotations, arrays, bounds, conditions, content, objects, references,
    types,
};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::version::Version;
use crate::source::MAX_DEPTH;

/// Rewrites of one schema, in the order in which they build on one another.
const REWRITES: [fn(&mut Site<'_, '_>); 11] = [
    annotations::earlier,
    // What the only alternative beside null says is what the schema says, so that the others look at it.
    alternatives::null,
    annotations::identity,
    references::siblings,
    annotations::examples,
    types::constant,
    alternatives::listed,
    types::types,
    bounds::exclusive,
    arrays::arrays,
    objects::objects,
];

/// The last of them: what is said of contents, and what cannot be said.
const LAST: [fn(&mut Site<'_, '_>); 2] = [content::content, conditions::conditions];

/// Converts every schema of a document.
pub(super) fn convert(document: &mut Value, version: Version, origins: &mut Origins) -> Vec<Diagnostic> {
    let mut conversion = Conversion { version, origins, found: Vec::new(), kept_aside: 0 };
    roots(document, &mut |schema, at| conversion.schema(schema, at));
    conversion.found
}

/// A conversion on its way.
pub(super) struct Conversion<'a> {
    version: Version,
    origins: &'a mut Origins,
    found: Vec<Diagnostic>,
    /// How many conditions were kept aside so far.
    kept_aside: usize,
}

/// A schema that is being converted.
pub(super) struct Site<'a, 'b> {
    pub(super) schema: &'a mut Map<String, Value>,
    at: &'a str,
    conversion: &'a mut Conversion<'b>,
}

impl Conversion<'_> {
    fn schema(&mut self, schema: &mut Value, at: &mut String) {
        if at.matches('/').count() > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} arrays and objects would be nested here in OpenAPI 3.0");
            let error = Diagnostic::error("too-deep", at.as_str(), message);
            self.found.push(self.origins.place(error.help("name inner schemas in `components.schemas`")));
            return;
        }
        if let (Value::Bool(accepts), Version::V3_1) = (&*schema, self.version) {
            *schema = if *accepts { json!({}) } else { json!({"not": {}}) };
        }
        let Value::Object(object) = schema else { return };
        let mut site = Site { schema: object, at, conversion: self };
        match site.conversion.version {
            Version::V3_1 => REWRITES.iter().chain(&LAST).for_each(|rewrite| rewrite(&mut site)),
            Version::V3_0 => types::of_earlier(&mut site),
        }
        self.children(object, at);
    }

    fn children(&mut self, object: &mut Map<String, Value>, at: &mut String) {
        let keywords: Vec<String> = object.keys().cloned().collect();
        for keyword in keywords {
            let Some(mut value) = object.get_mut(&keyword).map(Value::take) else { continue };
            let before = self.kept_aside;
            // Whether others are accepted may be a flag in 3.0 as well.
            if !(keyword == "additionalProperties" && value.is_boolean()) {
                below(at, &keyword, |at| child(&keyword, &mut value, at, &mut |schema, at| self.schema(schema, at)));
            }
            if let Some(property) = object.get_mut(&keyword) {
                *property = value;
            }
            if self.kept_aside > before {
                self.loosen(object, &keyword, at);
            }
        }
    }

    /// Where the schemas in a keyword accept more than they should, keeps the keyword from accepting less for it.
    fn loosen(&mut self, schema: &mut Map<String, Value>, keyword: &str, at: &str) {
        match keyword {
            "not" => {
                if let Some(not) = schema.shift_remove(keyword) {
                    self.origins.relocate(&join(at, keyword), &format!("{at}/{BEYOND}/{keyword}"));
                    keep(schema, keyword, not);
                }
            }
            // More than one of them may fit now.
            "oneOf" => {
                let Some(choice) = schema.shift_remove(keyword) else { return };
                let loosened = [("anyOf".to_owned(), choice), (BEYOND.to_owned(), json!({ keyword: LOOSENED }))];
                let place = if schema.contains_key("anyOf") {
                    let Some(parts) = schema.entry("allOf").or_insert_with(|| json!([])).as_array_mut() else {
                        return;
                    };
                    parts.push(Value::Object(loosened.into_iter().collect()));
                    format!("{at}/allOf/{}", parts.len() - 1)
                } else {
                    let [(any, choice), _] = loosened;
                    schema.insert(any, choice);
                    keep(schema, keyword, json!(LOOSENED));
                    at.to_owned()
                };
                self.origins.relocate(&join(at, keyword), &format!("{place}/anyOf"));
                let origin = self.origins.of(&format!("{place}/anyOf")).into_owned();
                self.origins.note(format!("{place}/{BEYOND}/{keyword}"), origin);
            }
            _ => {}
        }
    }
}

impl Site<'_, '_> {
    /// Notes that what is now at a place in the schema was at another one in it, both as pointers.
    pub(super) fn moved(&mut self, place: &str, origin: &str) {
        let origin = self.conversion.origins.of(&format!("{}{origin}", self.at)).into_owned();
        self.conversion.origins.note(format!("{}{place}", self.at), origin);
    }

    /// Warns about a keyword of the schema.
    pub(super) fn warn(&mut self, code: &'static str, keyword: &str, message: String, help: &str) {
        let pointer = join(self.at, keyword);
        let warning = Diagnostic::warning(code, pointer, message).help(help);
        self.conversion.found.push(self.conversion.origins.place(warning));
    }

    /// Takes a keyword out.
    pub(super) fn take(&mut self, keyword: &str) -> Option<Value> {
        self.schema.shift_remove(keyword)
    }

    /// Puts a keyword in.
    pub(super) fn put(&mut self, keyword: &str, value: impl Into<Value>) {
        self.schema.insert(keyword.to_owned(), value.into());
    }

    pub(super) fn has(&self, keyword: &str) -> bool {
        self.schema.contains_key(keyword)
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.schema.get(keyword).and_then(Value::as_str)
    }

    /// Moves a condition to where OpenAPI 3.0 does not look at it, and says so.
    pub(super) fn keep_aside(&mut self, keyword: &str) {
        if let Some(value) = self.take(keyword) {
            self.tell_kept(keyword, "the types of the client do not say it");
            self.keep(keyword, value);
        }
    }

    /// Says that a condition is not one of OpenAPI 3.0.
    pub(super) fn tell_kept(&mut self, keyword: &str, consequence: &str) {
        let message = format!("OpenAPI 3.0 has no `{keyword}`: {consequence}");
        self.warn("beyond-openapi", keyword, message, HELP);
        self.conversion.kept_aside += 1;
    }

    /// Keeps what is said of values beside the words of OpenAPI 3.0.
    pub(super) fn keep(&mut self, keyword: &str, value: Value) {
        keep(self.schema, keyword, value);
        self.moved(&format!("/{BEYOND}/{keyword}"), &format!("/{keyword}"));
    }

    /// Adds a part that has to hold, too, and tells its place.
    pub(super) fn add_part(&mut self, part: Value) -> Option<String> {
        let parts = self.schema.entry("allOf").or_insert_with(|| json!([])).as_array_mut()?;
        parts.push(part);
        Some(format!("/allOf/{}", parts.len() - 1))
    }
}

/// What to do about a condition that OpenAPI 3.0 cannot say.
const HELP: &str = "nothing is refused for it; the mock server judges by it, and a change of it is told";

fn keep(schema: &mut Map<String, Value>, keyword: &str, value: Value) {
    if let Some(beyond) = schema.entry(BEYOND).or_insert_with(|| json!({})).as_object_mut() {
        beyond.insert(keyword.to_owned(), value);
    }
}
