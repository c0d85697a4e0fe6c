//! Decoding of the documented body: into the generated types, into the same without `extra`, and into any JSON.

#![allow(clippy::unwrap_used, clippy::panic)]

mod plain;

use contract::document::Shown;
use divan::{Bencher, black_box};
use keyapi_spec::{json_difference, without_nulls};
use sdk::types::TrendingMusicDetailResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn main() {
    divan::main();
}

#[divan::bench(types = [TrendingMusicDetailResponse, plain::Response, Value])]
fn decode<T: DeserializeOwned + Serialize>(bencher: Bencher<'_, '_>) {
    let body = published_body();
    loses_nothing::<T>(&body);
    bencher.bench_local(|| serde_json::from_slice::<T>(black_box(&body)));
}

/// The documented response of success.
fn published_body() -> Vec<u8> {
    let operations = contract::document::load().unwrap();
    let operation = operations.iter().find(|operation| operation.name == "trending_music_detail").unwrap();
    let response = operation.responses.iter().find(|response| response.status == "200").unwrap();
    let Shown::Body(body) = &response.shown else { panic!("{response:?}") };
    serde_json::to_vec(body).unwrap()
}

/// A type that loses something is quicker than it may be.
fn loses_nothing<T: DeserializeOwned + Serialize>(body: &[u8]) {
    let (value, read): (Value, T) = (serde_json::from_slice(body).unwrap(), serde_json::from_slice(body).unwrap());
    let difference = json_difference(&without_nulls(&value), &without_nulls(&serde_json::to_value(&read).unwrap()));
    assert_eq!(difference, None);
}
