//! `cargo xtask coverage`: the (operation, status) matrix and what exercises each cell.

use std::process::ExitCode;

use contract::document::load;
use contract::exercise::client;
use contract::matrix::Matrix;
use keyapi_tiktok_mock::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    contract::exit_code(run().await)
}

async fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let operations = load()?;
    let server = MockServer::start();
    let matrix = Matrix::of(&client(&server)?, &operations).await;
    println!("{matrix}\n");
    for row in &matrix.rows {
        for (status, cell) in &row.cells {
            match cell {
                Ok(()) => {
                    println!("{} × {status}: test `{}::{status}` of tests/contract.rs", row.operation, row.operation)
                }
                Err(why) => println!("{} × {status}: nothing, because {why}", row.operation),
            }
        }
    }
    let covered = matrix.len() - matrix.failures().len();
    println!("\n{covered} of {} documented (operation, status) pairs are exercised", matrix.len());
    Ok(if covered == matrix.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
