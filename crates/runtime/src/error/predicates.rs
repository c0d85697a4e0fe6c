//! The kinds of errors, each as a question.

use super::Error;
use crate::ErrorKind;

impl Error {
    /// A parameter is missing or illegal.
    #[must_use]
    pub fn is_bad_request(&self) -> bool {
        self.0.kind == ErrorKind::BadRequest
    }

    /// The key is missing or unknown.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.0.kind == ErrorKind::Unauthorized
    }

    /// The account has too few credits.
    #[must_use]
    pub fn is_quota_exhausted(&self) -> bool {
        self.0.kind == ErrorKind::QuotaExhausted
    }

    /// The key may not use this endpoint.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.0.kind == ErrorKind::Forbidden
    }

    /// There is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Too many requests in a second.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// The API failed.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.0.kind == ErrorKind::Server
    }

    /// The status says success, and the envelope has a code that the document does not know.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.0.kind == ErrorKind::Rejected
    }

    /// The status is one that nobody has documented.
    #[must_use]
    pub fn is_unexpected_status(&self) -> bool {
        self.0.kind == ErrorKind::UnexpectedStatus
    }

    /// The call or its last attempt took too long.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// No connection could be made.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// The server's certificate is not accepted, or the server does not speak TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.kind == ErrorKind::Tls
    }

    /// The proxy asks for a user name and password.
    #[must_use]
    pub fn is_proxy_authentication(&self) -> bool {
        self.0.kind == ErrorKind::ProxyAuthentication
    }

    /// The connection broke before the response was complete.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        self.0.kind == ErrorKind::Transport
    }

    /// The response is not HTTP, or not in the encoding that it names.
    #[must_use]
    pub fn is_malformed_response(&self) -> bool {
        self.0.kind == ErrorKind::MalformedResponse
    }

    /// The body is not what the document promises.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// The body is larger than the client's limit.
    #[must_use]
    pub fn is_body_too_large(&self) -> bool {
        self.0.kind == ErrorKind::BodyTooLarge
    }

    /// The call succeeded, but its `data` is null.
    #[must_use]
    pub fn is_no_data(&self) -> bool {
        self.0.kind == ErrorKind::NoData
    }

    /// A page repeats the one before it, or its cursor does not move.
    #[must_use]
    pub fn is_no_progress(&self) -> bool {
        self.0.kind == ErrorKind::NoProgress
    }

    /// The client's credit budget has too little left for the call, or does not know its price.
    #[must_use]
    pub fn is_credit_budget(&self) -> bool {
        self.0.kind == ErrorKind::CreditBudget
    }

    /// The function that gives the key failed, or gave none.
    #[must_use]
    pub fn is_key_provider(&self) -> bool {
        self.0.kind == ErrorKind::KeyProvider
    }

    /// The request could not be made from what the caller passed.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.0.kind == ErrorKind::InvalidRequest
    }

    /// The client could not be built, or cannot be used where it is.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.0.kind == ErrorKind::Configuration
    }
}

#[cfg(test)]
mod tests {
    use crate::error::Inner;
    use crate::{Error, ErrorKind};

    type Predicate = fn(&Error) -> bool;

    #[test]
    fn every_kind_has_a_predicate_that_no_other_kind_meets() {
        let predicates: [(ErrorKind, Predicate); 23] = [
            (ErrorKind::BadRequest, Error::is_bad_request),
            (ErrorKind::Unauthorized, Error::is_unauthorized),
            (ErrorKind::QuotaExhausted, Error::is_quota_exhausted),
            (ErrorKind::Forbidden, Error::is_forbidden),
            (ErrorKind::NotFound, Error::is_not_found),
            (ErrorKind::RateLimited, Error::is_rate_limited),
            (ErrorKind::Server, Error::is_server_error),
            (ErrorKind::Rejected, Error::is_rejected),
            (ErrorKind::UnexpectedStatus, Error::is_unexpected_status),
            (ErrorKind::Timeout, Error::is_timeout),
            (ErrorKind::Connect, Error::is_connect),
            (ErrorKind::Tls, Error::is_tls),
            (ErrorKind::ProxyAuthentication, Error::is_proxy_authentication),
            (ErrorKind::Transport, Error::is_transport),
            (ErrorKind::MalformedResponse, Error::is_malformed_response),
            (ErrorKind::Decode, Error::is_decode),
            (ErrorKind::BodyTooLarge, Error::is_body_too_large),
            (ErrorKind::NoData, Error::is_no_data),
            (ErrorKind::NoProgress, Error::is_no_progress),
            (ErrorKind::CreditBudget, Error::is_credit_budget),
            (ErrorKind::KeyProvider, Error::is_key_provider),
            (ErrorKind::InvalidRequest, Error::is_invalid_request),
            (ErrorKind::Configuration, Error::is_configuration),
        ];
        for kind in ErrorKind::ALL {
            let error = Error::from(Inner::new(kind));
            let met: Vec<ErrorKind> = predicates.iter().filter(|(_, is)| is(&error)).map(|(kind, _)| *kind).collect();
            assert_eq!(met, [kind]);
        }
    }
}
