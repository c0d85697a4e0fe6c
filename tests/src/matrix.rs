//! The (operation, status) matrix.

use std::fmt;

use keyapi_tiktok::Client;

use crate::document::Operation;
use crate::exercise::exercise;

/// What became of every documented (operation, status).
#[derive(Debug)]
pub struct Matrix {
    /// One row per operation.
    pub rows: Vec<Row>,
}

/// One operation.
#[derive(Debug)]
pub struct Row {
    /// The operation's name.
    pub operation: String,
    /// What became of every documented status.
    pub cells: Vec<(String, Result<(), String>)>,
}

impl Matrix {
    /// Calls every documented (operation, status) through the typed client.
    pub async fn of(client: &Client, operations: &[Operation]) -> Self {
        let mut rows = Vec::new();
        for operation in operations {
            let mut cells = Vec::new();
            for reply in &operation.replies {
                cells.push((reply.status.clone(), exercise(client, operation, reply).await));
            }
            rows.push(Row { operation: operation.name.clone(), cells });
        }
        Self { rows }
    }

    /// The failures, each with the cell that it belongs to.
    pub fn failures(&self) -> Vec<String> {
        let cells = self.rows.iter().flat_map(|row| row.cells.iter().map(move |(status, cell)| (row, status, cell)));
        cells
            .filter_map(|(row, status, cell)| Some(format!("{} × {status}: {}", row.operation, cell.as_ref().err()?)))
            .collect()
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).sum()
    }

    /// Whether the document has no operation.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut statuses: Vec<&str> =
            self.rows.iter().flat_map(|row| &row.cells).map(|(status, _)| status.as_str()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        let width = self.rows.iter().map(|row| row.operation.len()).chain([9]).max().unwrap_or_default();
        write!(f, "{:width$}", "operation")?;
        statuses.iter().try_for_each(|status| write!(f, "  {status:>7}"))?;
        for row in &self.rows {
            write!(f, "\n{:width$}", row.operation)?;
            for status in &statuses {
                let mark = match row.cells.iter().find(|(documented, _)| documented == status) {
                    Some((_, Ok(()))) => "ok",
                    Some((_, Err(_))) => "FAILED",
                    None => "·",
                };
                write!(f, "  {mark:>7}")?;
            }
        }
        Ok(())
    }
}
