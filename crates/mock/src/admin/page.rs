//! The pages of the admin interface. Their texts, which requests and documents bring, are escaped here, or shown by the
//! script as nothing but text.

use std::fmt::Write;

use crate::document::Document;
use crate::document::operation_info::OperationInfo;
use crate::engine::coverage::{Cell, Report};
use crate::engine::mask::Mask;
use crate::engine::{Engine, Loaded};

/// What a page may load: its own script and style, and the admin interface.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The style of all pages.
pub(super) const STYLE: &str = include_str!("page/page.css");

/// What shows the journal and keeps it fresh.
pub(super) const SCRIPT: &str = include_str!("page/page.js");

/// The overview, with the places of what changes in braces.
const OVERVIEW: &str = include_str!("page/page.html");

/// Operations, statuses, examples, coverage and the journal.
pub(crate) fn overview(engine: &Engine, loaded: &Loaded) -> String {
    let document = &loaded.document;
    let title = if document.title.is_empty() { "Mock server" } else { &document.title };
    let report = loaded.report();
    let (all, hit) = report.totals();
    fill(
        OVERVIEW,
        &[
            ("title", escape(title)),
            ("choices", choices(document)),
            ("operations", operations(&report, document, &engine.mask(document))),
            ("coverage", format!("{hit} of {all} statuses and parameters covered, {:.1} %", report.percent())),
        ],
    )
}

/// What was exercised of the document, in one file that stands alone.
pub(crate) fn coverage(report: &Report) -> String {
    let (all, hit) = report.totals();
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Coverage</title><style>{STYLE}</style></head>\
         <body><h1>Coverage</h1><p id=\"coverage\">{hit} of {all} covered, {:.1} %</p><table>\
         <tr><th>Operation<th>Statuses<th>Parameters</tr>",
        report.percent()
    );
    for operation in &report.operations {
        let _ = write!(
            out,
            "<tr><td><code>{} {}</code><td>{}<td>{}</tr>",
            escape(&operation.method),
            escape(&operation.path),
            cells(&operation.statuses),
            cells(&operation.parameters),
        );
    }
    out.push_str("</table></body></html>");
    out
}

/// Puts texts into their places. What is put in is not looked at again.
fn fill(template: &str, texts: &[(&str, String)]) -> String {
    let mut parts = template.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        let text = texts.iter().find(|(known, _)| *known == name);
        out.push_str(text.map_or("", |(_, text)| text));
        out.push_str(rest);
    }
    out
}

/// The operations to choose from.
fn choices(document: &Document) -> String {
    let choice = |name: &str| format!("<option value=\"{name}\">{name}</option>", name = escape(name));
    document.operations.iter().map(|operation| choice(&operation.name)).collect()
}

fn operations(report: &Report, document: &Document, mask: &Mask<'_>) -> String {
    let mut out = String::from("<table id=\"operations\"><tr><th>Operation<th>Statuses<th>Parameters<th>Examples</tr>");
    for (operation, counted) in OperationInfo::list(document).iter().zip(&report.operations) {
        let examples = operation.statuses.iter().flat_map(|status| {
            status.examples.iter().map(move |(_, name, value)| {
                let mut value = value.clone();
                mask.json(&mut value);
                let shown: String = value.to_string().chars().take(200).collect();
                format!(
                    "<details><summary>{} {}</summary><code>{}</code></details>",
                    status.code,
                    escape(name),
                    escape(&shown)
                )
            })
        });
        let _ = write!(
            out,
            "<tr><td><code>{} {}</code><br>{}<td>{}<td>{}<td>{}</tr>",
            escape(operation.method.as_str()),
            escape(&operation.path),
            escape(&operation.summary),
            cells(&counted.statuses),
            cells(&counted.parameters),
            examples.collect::<String>(),
        );
    }
    out.push_str("</table>");
    out
}

fn cells(cells: &[Cell]) -> String {
    let describe = |cell: &Cell| {
        let class = if cell.hits > 0 { "hit" } else { "miss" };
        format!("<span class=\"{class}\">{} ({})</span> ", escape(&cell.name), cell.hits)
    };
    cells.iter().map(describe).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
