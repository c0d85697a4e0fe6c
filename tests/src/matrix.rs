//! The (operation, status) matrix.

use std::fmt;

use crate::document::{Operation, Response};

/// What became of every documented (operation, status).
#[derive(Debug, Default)]
pub struct Matrix {
    cells: Vec<Cell>,
}

/// One documented (operation, status).
#[derive(Debug)]
pub struct Cell {
    /// The operation's name.
    pub operation: String,
    /// The status as the document spells it.
    pub status: String,
    /// What became of it.
    pub outcome: Result<(), String>,
}

impl Matrix {
    /// Adds a cell; those of one operation follow one another.
    pub fn push(&mut self, operation: &Operation, response: &Response, outcome: Result<(), String>) {
        let (operation, status) = (operation.name.clone(), response.status.clone());
        self.cells.push(Cell { operation, status, outcome });
    }

    /// All cells.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// How many cells succeeded.
    pub fn succeeded(&self) -> usize {
        self.cells.iter().filter(|cell| cell.outcome.is_ok()).count()
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut statuses: Vec<&str> = self.cells.iter().map(|cell| cell.status.as_str()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        let width = self.cells.iter().map(|cell| cell.operation.len()).chain([9]).max().unwrap_or_default();
        write!(f, "{:width$}", "operation")?;
        statuses.iter().try_for_each(|status| write!(f, "  {status:>7}"))?;
        for row in self.cells.chunk_by(|one, next| one.operation == next.operation) {
            let operation = row.first().map_or("", |cell| &cell.operation);
            write!(f, "\n{operation:width$}")?;
            for status in &statuses {
                let mark = match row.iter().find(|cell| cell.status == *status).map(|cell| &cell.outcome) {
                    Some(Ok(())) => "ok",
                    Some(Err(_)) => "FAILED",
                    None => "·",
                };
                write!(f, "  {mark:>7}")?;
            }
        }
        Ok(())
    }
}
