//! Requests that may have to be sent more than once.

use reqwest::Request;

/// The same request again; nothing where its body can be read only once.
///
/// One without a body is copied here: [`Request::try_clone`] makes room for a timeout, which no request of a call has.
pub(crate) fn copy(request: &Request) -> Option<Request> {
    if request.body().is_some() {
        return request.try_clone();
    }
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    copy.headers_mut().clone_from(request.headers());
    Some(copy)
}
