//! The pages of the admin interface.

use std::fmt::Write;

use crate::document::Document;
use crate::document::operation_info::OperationInfo;
use crate::engine::coverage::{Cell, Report};
use crate::engine::mask::Mask;
use crate::engine::{Engine, Loaded};

const STYLE: &str = "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{text-align:left;padding:.3rem .6rem;\
border-bottom:1px solid #ddd;vertical-align:top}code{font-size:13px}.hit{color:#17692c}.miss{color:#a11}</style>";

/// How many of the latest requests are shown.
const LATEST: usize = 50;

/// Operations, statuses, examples, coverage and the latest requests.
pub(crate) fn overview(engine: &Engine, loaded: &Loaded) -> String {
    let title = if loaded.document.title.is_empty() { "Mock server" } else { &loaded.document.title };
    let report = loaded.report();
    let mut out = head(title);
    let _ = write!(out, "<h2>Operations</h2>{}", operations(&report, &loaded.document, &engine.mask(&loaded.document)));
    let (all, hit) = report.totals();
    let _ = write!(
        out,
        "<p id=\"coverage\">{hit} of {all} statuses and parameters covered, {:.1} %</p><h2>Latest requests</h2>",
        report.percent()
    );
    out.push_str("<table id=\"requests\"><tr><th>#<th>Request<th>Operation<th>Status<th>Violations</tr>");
    for entry in engine.journal_for(&loaded.document).iter().rev().take(LATEST) {
        let query: Vec<String> = entry.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let violations: Vec<&str> = entry.violations.iter().map(|violation| violation.message.as_str()).collect();
        let _ = write!(
            out,
            "<tr><td>{}<td><code>{} {} {}</code><td>{}<td>{}<td>{}</tr>",
            entry.sequence,
            escape(entry.method.as_str()),
            escape(&entry.path),
            escape(&query.join(" ")),
            escape(entry.operation.as_deref().unwrap_or("–")),
            entry.status.map_or("–".to_owned(), |status| status.to_string()),
            escape(&violations.join("; ")),
        );
    }
    out.push_str("</table></body></html>");
    out
}

/// What was exercised of the document.
pub(crate) fn coverage(report: &Report) -> String {
    let mut out = head("Coverage");
    let (all, hit) = report.totals();
    let _ = write!(out, "<p id=\"coverage\">{hit} of {all} covered, {:.1} %</p><table>", report.percent());
    out.push_str("<tr><th>Operation<th>Statuses<th>Parameters</tr>");
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

fn head(title: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>{STYLE}</head>\
         <body><h1>{title}</h1>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
