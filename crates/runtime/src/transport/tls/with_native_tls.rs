//! TLS by the library of the operating system.

use std::error::Error as StdError;

use super::Refusal;

/// What that library has against a connection, if the cause of a failure is its own. Which one it is differs from system
/// to system, and so does what it tells.
pub(super) fn refusal(cause: &(dyn StdError + 'static)) -> Option<Refusal> {
    let error = cause.downcast_ref::<native_tls::Error>()?;
    let message = format!(
        "this machine's TLS library does not accept the server: {error}: check the base URL, the server's certificate, and \
         which certificates this machine trusts"
    );
    Some(Refusal { is_of_client: false, message })
}
