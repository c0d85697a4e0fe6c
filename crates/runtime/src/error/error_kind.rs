//! What can go wrong.

/// What went wrong, as far as a caller can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter is missing or illegal (400).
    BadRequest,
    /// The key is missing or unknown (401).
    Unauthorized,
    /// The account has too few credits (402).
    QuotaExhausted,
    /// The key may not use this endpoint (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// Too many requests in a second (429).
    RateLimited,
    /// The API failed (any 5xx).
    Server,
    /// The status says success, but the envelope carries a `code` that the document does not know.
    Rejected,
    /// The status is none of the above.
    UnexpectedStatus,
    /// The call or an attempt took too long (also 408).
    Timeout,
    /// No connection could be made.
    Connect,
    /// No connection that can be trusted could be made: the certificate is not accepted, or the server does not speak TLS.
    Tls,
    /// The proxy asks for a user name and password (407).
    ProxyAuthentication,
    /// The connection broke before the response was complete.
    Transport,
    /// The response came, but is not HTTP, or not in the encoding that it names.
    MalformedResponse,
    /// The body is not what the document promises.
    Decode,
    /// The body is larger than the client's limit.
    BodyTooLarge,
    /// The call succeeded, but its `data` is null.
    NoData,
    /// A page repeats the one before it, or its cursor does not move.
    NoProgress,
    /// The client's credit budget has too little left for the call, or does not know its price.
    CreditBudget,
    /// The function that gives the key failed, or gave none.
    KeyProvider,
    /// The request could not be made from what the caller passed.
    InvalidRequest,
    /// The client could not be built.
    Configuration,
}

impl ErrorKind {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 23] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::QuotaExhausted,
        Self::Forbidden,
        Self::NotFound,
        Self::RateLimited,
        Self::Server,
        Self::Rejected,
        Self::UnexpectedStatus,
        Self::Timeout,
        Self::Connect,
        Self::Tls,
        Self::ProxyAuthentication,
        Self::Transport,
        Self::MalformedResponse,
        Self::Decode,
        Self::BodyTooLarge,
        Self::NoData,
        Self::NoProgress,
        Self::CreditBudget,
        Self::KeyProvider,
        Self::InvalidRequest,
        Self::Configuration,
    ];

    /// Whether it is what an envelope says of a call.
    pub(crate) fn is_refusal(self) -> bool {
        use ErrorKind::{BadRequest, Forbidden, NotFound, QuotaExhausted, RateLimited, Rejected, Server, Unauthorized};
        matches!(
            self,
            BadRequest | Unauthorized | QuotaExhausted | Forbidden | NotFound | RateLimited | Server | Rejected
        )
    }

    /// What the text of an error begins with.
    pub(crate) fn headline(self) -> &'static str {
        match self {
            Self::BadRequest => "bad request",
            Self::Unauthorized => "unauthorized",
            Self::QuotaExhausted => "quota exhausted",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not found",
            Self::RateLimited => "rate limited",
            Self::Server => "server error",
            Self::Rejected => "rejected by the API",
            Self::UnexpectedStatus => "unexpected status",
            Self::Timeout => "timed out",
            Self::Connect => "could not connect",
            Self::Tls => "no trusted connection",
            Self::ProxyAuthentication => "not let through by the proxy",
            Self::Transport => "connection broke",
            Self::MalformedResponse => "unreadable response",
            Self::Decode => "undecodable body",
            Self::BodyTooLarge => "body too large",
            Self::NoData => "response has no data",
            Self::NoProgress => "pages that do not move on",
            Self::CreditBudget => "beyond the credit budget",
            Self::KeyProvider => "no key",
            Self::InvalidRequest => "invalid request",
            Self::Configuration => "client configuration",
        }
    }
}
