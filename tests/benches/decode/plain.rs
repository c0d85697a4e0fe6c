//! The documented response as a person would write it: the generated structs without the maps of unknown properties.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
pub(crate) struct Response {
    code: i64,
    message: String,
    data: Option<Data>,
    #[serde(rename = "requestId")]
    request_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Data {
    disliked: Option<Value>,
    like_count: Option<Value>,
    liked: Option<Value>,
    sound: Option<Sound>,
}

#[derive(Serialize, Deserialize)]
struct Sound {
    audience_ages: Option<Value>,
    audience_countries: Option<Vec<Country>>,
    audience_interests: Option<Vec<Interest>>,
    author: Option<String>,
    clip_id: Option<String>,
    country_code: Option<String>,
    cover: Option<String>,
    duration: Option<i64>,
    if_cml: Option<bool>,
    is_search: Option<bool>,
    link: Option<String>,
    longevity: Option<Longevity>,
    music_url: Option<Value>,
    on_list_times: Option<Value>,
    promoted: Option<bool>,
    rank: Option<Value>,
    rank_diff: Option<Value>,
    related_items: Option<Value>,
    song_id: Option<String>,
    title: Option<String>,
    trend: Option<Vec<Point>>,
    url_title: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Country {
    country_info: Option<Info>,
    score: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct Interest {
    interest_info: Option<Info>,
    score: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct Info {
    id: Option<String>,
    label: Option<String>,
    value: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Longevity {
    current_popularity: Option<i64>,
    popular_days: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Point {
    time: Option<i64>,
    value: Option<f64>,
}
