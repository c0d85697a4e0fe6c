//! What is called like something that generated code uses; that the SDK compiles holds the rest.

use keyapi_generated_sdk::names::{blocking, params};

#[test]
fn a_value_may_be_called_like_the_list_of_all_values() {
    assert_eq!(params::Values::KNOWN_2.as_str(), "known");
    assert!(params::Values::KNOWN.contains(&params::Values::from("known")));
}

#[test]
fn a_setter_called_like_a_method_of_a_trait_is_not_called_instead_of_it() {
    super::wire::provide_tls();
    let client = blocking::Client::builder().api_key("sk_live_test").build().unwrap();
    let shown = format!("{:?}", client.plain_parameters().fmt("a").call("b"));
    assert!(shown.contains("PlainParameters") && shown.contains("fmt") && shown.contains("call"), "{shown}");
}
