//! What progenitor's output still needs. Every edit of what calls, types and typed mocks do is in one of the four lists here;
//! what progenitor does not make is made beside it (`unions.rs`, `by_status.rs`, `former.rs`), and put in its place by
//! `placeholders.rs`. `gates.rs` puts whole items behind features.
//!
//! An edit that does not find what progenitor writes is an error, not a call that is silently wrong; one that changes
//! nothing any more fails a test.

mod boxes;
mod deprecated;
mod documented;
mod form;
pub(crate) mod former;
mod media_types;
mod methods;
mod mocks;
mod names;
pub(crate) mod objects;
mod optional_body;
mod parameters;
mod path;
mod responses;
mod schemas;
mod version;
mod wire;

use std::collections::HashMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::Diagnostic;
use keyapi_spec::Naming;
use keyapi_spec::document::{OperationKey, operation_id, operations};
use proc_macro2::TokenStream;
use serde_json::Value;
use syn::{Expr, ImplItem, ImplItemFn, Item, Type};

use super::Responses;
use crate::deprecated::Fields;
use crate::fields::FieldDocs;
use crate::model::by_id;
use crate::prepare::Prepared;
use crate::property_examples::PropertyExamples;
pub(crate) use mocks::Mocks;
use mocks::{FixedQuery, MockedParameter};
pub(crate) use schemas::{in_types, with_schemas};
use wire::Wire;

/// One edit of generated functions: of calls, or of what typed mocks match.
struct Edit<M: 'static> {
    /// What the function can do with it.
    what: &'static str,
    /// Where it is reported, or that it is not.
    standing: &'static str,
    /// Whether a function needs it.
    is_needed: fn(&M) -> bool,
    /// Makes the edit; an error is what the generated function lacks.
    apply: fn(&M, &mut ImplItemFn) -> Result<(), &'static str>,
}

const NOT_REPORTED: &str = "not reported";

/// One edit of the generated types.
#[cfg_attr(not(test), expect(dead_code, reason = "a test holds what an edit is for against the generator"))]
struct TypeEdit {
    /// What types have by it.
    what: &'static str,
    /// Where it is reported, or that it is not.
    standing: &'static str,
    /// Makes the edit, of an item in a module, and adds items that come behind it.
    apply: fn(&Edits<'_>, &[String], &mut Item, &mut Vec<Item>),
}

/// The edits of types, in the order in which they are made. Above each entry stands what typify 0.8.0 does without it.
const TYPE_EDITS: &[TypeEdit] = &[
    // All types share one `Option<T>`, so that where a type is boxed depends on which types come before it:
    // https://github.com/oxidecomputer/typify/pull/300 puts the box around the option where another type has that option.
    TypeEdit {
        what: "options of boxes, whatever type comes first",
        standing: NOT_REPORTED,
        apply: |_, modules, item, _| boxes::apply(modules, item),
    },
    // A derive is there in all builds or in none, as progenitor 0.15.1 passes on no attribute of all types.
    TypeEdit {
        what: "JSON Schemas behind a feature",
        standing: NOT_REPORTED,
        apply: |_, modules, item, _| schemas::apply(modules, item),
    },
    // It does not read `deprecated`.
    TypeEdit {
        what: "properties that are deprecated",
        standing: NOT_REPORTED,
        apply: |edits, modules, item, _| deprecated::apply(edits.deprecated, modules, item),
    },
    // It documents a field that has a description, and no other.
    TypeEdit {
        what: "documentation of every property",
        standing: NOT_REPORTED,
        apply: |edits, modules, item, _| documented::apply(&edits.documented, modules, item),
    },
    // It flattens a map into a type, for which serde derives two dozen functions.
    TypeEdit {
        what: "types that keep other properties and are compiled in half the time",
        standing: NOT_REPORTED,
        apply: |edits, modules, item, behind| behind.extend(objects::apply(edits.responses, modules, item)),
    },
];

/// The edits of calls, in the order in which they are made. Above each entry stands what progenitor 0.15.1 does without it.
const EDITS: &[Edit<Wire>] = &[
    // It knows `application/json`, forms, octets and plain text, and accepts `application/json` alone.
    Edit {
        what: "other media types than plain JSON",
        standing: "https://github.com/oxidecomputer/progenitor/pull/1415",
        is_needed: |wire| wire.content_type.is_some() || wire.accept.is_some(),
        apply: media_types::edit,
    },
    // A backslash is not encoded in a path, nor is a segment of dots; https://github.com/oxidecomputer/progenitor/pull/304
    // encodes the slash. `servers` is never read.
    Edit {
        what: "values that stay in their segment of a path, and servers of operations",
        standing: NOT_REPORTED,
        is_needed: |wire| wire.path.is_some(),
        apply: path::edit,
    },
    // Every list is repeated: `explode` is never read, and any other style than `form` or `simple` is refused, as cookies
    // are. What is in a header or a path is what `to_string` makes of it, which objects and lists do not have.
    Edit {
        what: "parameters in their styles, and cookies",
        standing: "https://github.com/oxidecomputer/progenitor/pull/724",
        is_needed: |wire| !wire.styled.is_empty(),
        apply: parameters::edit,
    },
    // Two parameters whose names become the same identifier make a function that does not compile, so one is renamed before.
    Edit {
        what: "parameters whose names are one in Rust",
        standing: NOT_REPORTED,
        is_needed: |wire| !wire.renamed.is_empty(),
        apply: names::edit,
    },
    // `serde_urlencoded` writes a form, which refuses lists and objects at run time.
    Edit {
        what: "forms with lists and objects",
        standing: NOT_REPORTED,
        is_needed: |wire| wire.form.is_some(),
        apply: form::edit,
    },
    // It calls `client.options(…)` and `client.trace(…)`, which reqwest does not have.
    Edit {
        what: "OPTIONS and TRACE",
        standing: NOT_REPORTED,
        is_needed: |wire| wire.method.is_some(),
        apply: methods::edit,
    },
    // All successes of an operation have one type, and so have all errors; another is a failed assertion. A class of statuses
    // comes before the statuses of it.
    Edit {
        what: "bodies of several types by status, successes without a body beside others, errors of another media type, and \
               statuses beside their class",
        standing: "https://github.com/oxidecomputer/progenitor/issues/344",
        is_needed: |wire| {
            wire.has_class || !(wire.empty.is_empty() && wire.untyped.is_empty() && wire.by_status.is_empty())
        },
        apply: responses::edit,
    },
    // Every body is required.
    Edit {
        what: "bodies that need not be given",
        standing: "https://github.com/oxidecomputer/progenitor/issues/384",
        is_needed: |wire| wire.optional_body,
        apply: optional_body::edit,
    },
    // It sends the version of the document with every call, so that a new document would change what is sent.
    Edit {
        what: "no header that the document does not know",
        standing: "https://github.com/oxidecomputer/progenitor/pull/1120",
        is_needed: |_| true,
        apply: version::edit,
    },
];

/// The edits of typed mocks. Above each entry stands what progenitor 0.15.1 does without it.
const MOCK_EDITS: &[Edit<MockedParameter>] = &[
    // It knows parameters by the names of their methods, as it does in calls.
    Edit {
        what: "mocks of parameters whose names are one in Rust",
        standing: NOT_REPORTED,
        is_needed: MockedParameter::is_renamed,
        apply: mocks::rename,
    },
    // It takes a value for a regular expression, and looks for it in a path whose values are encoded.
    Edit {
        what: "mocks of values in a path",
        standing: NOT_REPORTED,
        is_needed: MockedParameter::is_in_path,
        apply: mocks::match_in_path,
    },
];

/// The edits of typed mocks that match more from the beginning than a path.
const QUERY_EDITS: &[Edit<FixedQuery>] = &[
    // It looks for a query in the path.
    Edit {
        what: "mocks of paths that have a query",
        standing: NOT_REPORTED,
        is_needed: |_| true,
        apply: mocks::match_query,
    },
];

/// The calls that are to be edited.
pub(crate) struct Edits<'a> {
    deprecated: &'a Fields,
    documented: FieldDocs,
    responses: Responses<'a>,
    /// By the name of the method.
    wires: HashMap<String, (Wire, OperationKey)>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Edits<'a> {
    pub(crate) fn of(
        resolved: &Value,
        responses: Responses<'a>,
        prepared: &'a Prepared,
        examples: &PropertyExamples<'_>,
    ) -> Self {
        let mut wires = HashMap::new();
        let by_id = by_id(&prepared.document);
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let Some(of_generator) = by_id.get(operation_id(operation)) else { continue };
            let wire = Wire::of(resolved, &key, operation, of_generator, responses);
            wires.insert(RustNames.method(operation_id(operation)), (wire, key));
        }
        Self {
            deprecated: &prepared.deprecated,
            documented: crate::fields::docs(resolved, examples),
            responses,
            wires,
            diagnostics: Vec::new(),
        }
    }

    /// What the edited calls call.
    pub(crate) fn support(&self) -> TokenStream {
        let any = |has: fn(&Wire) -> bool| self.wires.values().any(|(wire, _)| has(wire));
        let mut support = TokenStream::new();
        if any(|wire| wire.path.is_some()) {
            support.extend(path::support());
        }
        if any(Wire::has_styles) {
            support.extend(parameters::support(self.responses));
        }
        support
    }

    /// Edits one item of the generated code, if it has to be edited, and adds items that come behind it.
    pub(crate) fn apply(&mut self, modules: &[String], item: &mut Item, behind: &mut Vec<Item>) {
        for edit in TYPE_EDITS {
            (edit.apply)(self, modules, item, behind);
        }
        let Item::Impl(item) = item else { return };
        let is_client = matches!(&*item.self_ty, Type::Path(path) if path.path.is_ident("Client"));
        if !modules.is_empty() || item.trait_.is_some() || !is_client {
            return;
        }
        for function in item.items.iter_mut().filter_map(function) {
            // The generator puts an underscore behind a keyword.
            let name = function.sig.ident.to_string();
            let found = self.wires.remove(&name).or_else(|| self.wires.remove(name.trim_end_matches('_')));
            if let Some((wire, key)) = found {
                self.diagnostics.extend(edit(EDITS, "call", &key, &wire, function));
            }
        }
    }

    /// What was to be edited and is not there.
    pub(crate) fn missed(mut self) -> Vec<Diagnostic> {
        self.diagnostics.extend(self.wires.iter().map(|(method, (_, key))| missing(key, method)));
        sorted(self.diagnostics)
    }
}

fn function(item: &mut ImplItem) -> Option<&mut ImplItemFn> {
    match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    }
}

fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|one, other| (&one.pointer, &one.message).cmp(&(&other.pointer, &other.message)));
    diagnostics
}

/// Makes the edits that a function needs, and tells of those that do not find what they change. It is the generated `part` of
/// an operation, as `made_of` describes it.
fn edit<M>(
    edits: &[Edit<M>],
    part: &str,
    key: &OperationKey,
    made_of: &M,
    function: &mut ImplItemFn,
) -> Vec<Diagnostic> {
    let needed = edits.iter().filter(|edit| (edit.is_needed)(made_of));
    let lacking = needed.filter_map(|edit| Some((edit, (edit.apply)(made_of, function).err()?)));
    let told = lacking.map(|(Edit { what, standing, .. }, lacking)| {
        defect(key, format!("the generated {part} lacks the `{lacking}` that the edit for {what} changes ({standing})"))
    });
    told.collect()
}

fn missing(key: &OperationKey, method: &str) -> Diagnostic {
    defect(key, format!("the generated client lacks the method `{method}`, which has to be edited"))
}

fn defect(key: &OperationKey, message: String) -> Diagnostic {
    Diagnostic::error("generator", &key.pointer, message)
        .help("this is a defect of the generator: report the operation that it names")
}

fn is_ident(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(name))
}

#[cfg(test)]
mod tests;
