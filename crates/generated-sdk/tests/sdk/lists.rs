//! What the setter of a list takes, also what is borrowed without need.
#![allow(clippy::needless_borrows_for_generic_args)]

use keyapi_generated_sdk::Client;
use keyapi_generated_sdk::operations::ListStations;

#[test]
fn a_list_is_set_to_what_a_caller_has() {
    super::wire::provide_tls();
    let client = Client::builder().api_key("sk_live_test").build().unwrap();
    let request = || client.list_stations().country("IS");
    let check = |request: ListStations| {
        let preview = request.preview().unwrap();
        assert!(preview.url().ends_with("?country=IS&kinds%5B%5D=a&kinds%5B%5D=b"), "{}", preview.url());
    };
    let owned = ["a", "b"].map(str::to_owned);
    check(request().kinds(["a", "b"]));
    check(request().kinds(&["a", "b"]));
    check(request().kinds(vec!["a", "b"]));
    check(request().kinds(&owned[..]));
    check(request().kinds(Some(owned.to_vec())));
    check(request().kinds(owned));
}
