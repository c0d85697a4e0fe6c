//! What calls cost: the account of a client and its clones, and the budget that it must not pass.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;

use crate::ErrorKind;
use crate::transport::transmission::Transmission;
use crate::transport::{Failed, Received};

/// What a client and its clones have spent, by the prices of the document; the provider's own account may know better.
///
/// Every request that is sent is an attempt, and each attempt is counted by itself:
///
/// | what came of the attempt | where its price is counted |
/// |---|---|
/// | a success that decodes | [`spent`](Self::spent) |
/// | an error of the API, by status or by the code of its envelope in JSON; a redirect | nowhere |
/// | no connection, also not in time; dropped while it waited for its turn or for its connection | nowhere |
/// | 502 or 504: a gateway answers, and does not know what the API did | [`possibly_spent`](Self::possibly_spent) |
/// | any other timeout, a reset, dropped once it was under way, an answer that cannot be read or decoded | [`possibly_spent`](Self::possibly_spent) |
/// | it is under way, or waits for its turn | [`reserved`](Self::reserved) |
///
/// Whether there is a connection yet is not known of an HTTP client of the caller's own (`http_client`): what is dropped
/// or runs out of time there counts as possibly spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credits {
    spent: u64,
    possibly_spent: u64,
    reserved: u64,
    budget: Option<u64>,
}

impl Credits {
    /// What the attempts cost that were answered with a success that decodes.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// What the attempts cost of which nobody knows whether the API has processed them.
    #[must_use]
    pub fn possibly_spent(&self) -> u64 {
        self.possibly_spent
    }

    /// What the attempts cost that are under way now.
    #[must_use]
    pub fn reserved(&self) -> u64 {
        self.reserved
    }

    /// What is left of the budget, as if all were spent that may have been; `None` without a budget.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        Some(self.budget?.saturating_sub(self.committed()))
    }

    fn committed(&self) -> u64 {
        self.spent.saturating_add(self.possibly_spent).saturating_add(self.reserved)
    }

    fn has_room_for(&self, price: u64) -> bool {
        let committed = self.committed().checked_add(price);
        self.budget.is_none_or(|budget| committed.is_some_and(|committed| committed <= budget))
    }
}

/// The account that all clones share.
pub(crate) struct Ledger {
    credits: Mutex<Credits>,
    /// What an operation counts that has no price.
    unpriced: Option<u64>,
}

/// Why a call is refused before anything is sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// What is left is less than its price.
    Exceeded { price: u64, remaining: u64, budget: u64 },
    /// It may cost anything.
    Unpriced,
}

impl Refused {
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Exceeded { price, remaining, budget } => format!(
                "it costs {price} of {budget} credits, and {remaining} are left, so nothing was sent: raise \
                 `credit_budget`, or wait for calls that are under way"
            ),
            Self::Unpriced => "nobody knows what it costs, so nothing was sent: say with `unpriced` what operations \
                               without a price count under a credit budget"
                .to_owned(),
        }
    }
}

impl Ledger {
    pub(crate) fn new(budget: Option<u64>, unpriced: Option<u64>) -> Self {
        Self { credits: Mutex::new(Credits { budget, ..Credits::default() }), unpriced }
    }

    pub(crate) fn credits(&self) -> Credits {
        *self.lock()
    }

    /// What an attempt counts, if anybody knows.
    pub(crate) fn price(&self, documented: Option<u64>) -> Option<u64> {
        documented.or(self.unpriced)
    }

    /// Sets the price of an attempt aside, if the budget has room for it. Look and take are one step, so that callers at
    /// the same time cannot pass the budget together.
    pub(crate) fn reserve(self: &Arc<Self>, documented: Option<u64>) -> Result<Reservation, Refused> {
        let price = self.price(documented);
        let mut credits = self.lock();
        let price = match (price, credits.budget) {
            (None, Some(_)) => return Err(Refused::Unpriced),
            (price, Some(budget)) if !credits.has_room_for(price.unwrap_or_default()) => {
                let remaining = credits.remaining().unwrap_or_default();
                return Err(Refused::Exceeded { price: price.unwrap_or_default(), remaining, budget });
            }
            (price, _) => price.unwrap_or_default(),
        };
        credits.reserved = credits.reserved.saturating_add(price);
        Ok(Reservation { ledger: Arc::clone(self), price, transmission: None })
    }

    fn lock(&self) -> MutexGuard<'_, Credits> {
        self.credits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The price of one attempt, set aside. Dropped, it is given back, or counts as possibly spent if it may be charged.
pub(crate) struct Reservation {
    ledger: Arc<Ledger>,
    price: u64,
    /// What has become of the request of the attempt, unless it is known to cost nothing.
    transmission: Option<Arc<Transmission>>,
}

impl Reservation {
    /// An attempt begins. Once something of it was sent, only its answer can tell what becomes of the credits.
    pub(crate) fn begin(&mut self) -> &Arc<Transmission> {
        self.transmission.insert(Arc::default())
    }

    /// The API has said that it charges nothing, or never got the request.
    pub(crate) fn free(&mut self) {
        self.transmission = None;
    }

    /// The reservation for the next attempt of the call: the same one, if this attempt costs nothing; otherwise another
    /// one, for which the budget has to have room.
    pub(crate) fn renew(&mut self) -> bool {
        if self.may_be_charged() {
            let mut credits = self.ledger.lock();
            if !credits.has_room_for(self.price) {
                return false;
            }
            credits.possibly_spent = credits.possibly_spent.saturating_add(self.price);
        }
        self.transmission = None;
        true
    }

    /// Whether the attempt may be charged. What was not sent until now will not be.
    fn may_be_charged(&self) -> bool {
        self.transmission.as_ref().is_some_and(|transmission| transmission.withdraw())
    }

    /// Hands the reservation over, and leaves one of nothing.
    pub(crate) fn take(&mut self) -> Self {
        let none = Self { ledger: Arc::clone(&self.ledger), price: 0, transmission: None };
        std::mem::replace(self, none)
    }

    /// The call has succeeded.
    pub(crate) fn spend(mut self) {
        let price = std::mem::take(&mut self.price);
        let mut credits = self.ledger.lock();
        credits.reserved = credits.reserved.saturating_sub(price);
        credits.spent = credits.spent.saturating_add(price);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.price == 0 {
            return;
        }
        let may_be_charged = self.may_be_charged();
        let mut credits = self.ledger.lock();
        credits.reserved = credits.reserved.saturating_sub(self.price);
        if may_be_charged {
            credits.possibly_spent = credits.possibly_spent.saturating_add(self.price);
        }
    }
}

/// Whether an attempt that did not succeed may be charged all the same: the API may have processed it.
pub(crate) fn may_be_charged(result: &Result<Received, Failed>) -> bool {
    match result {
        // Whoever answers these is a gateway, which does not know what became of the request behind it.
        Ok(received) => matches!(received.status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT),
        Err(failed) => match failed.kind {
            ErrorKind::Connect | ErrorKind::Tls | ErrorKind::ProxyAuthentication | ErrorKind::InvalidRequest => false,
            // It says where the HTTP client of the caller was sent to and did not go.
            ErrorKind::UnexpectedStatus => false,
            _ => true,
        },
    }
}
