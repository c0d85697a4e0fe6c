//! How far a call has come, over all of its attempts.

use super::credits::Reservation;
use super::turn::Deadline;
use crate::security::key_provider::CurrentKey;
use crate::security::no_key::NoKey;
use crate::transport::Received;
use crate::transport::redirect::RedirectChain;

/// How far a call has come.
pub(crate) struct Progress {
    pub(crate) deadline: Deadline,
    pub(crate) attempts: u32,
    /// How many connections were changed because their runtime had ended.
    pub(crate) abandoned: u32,
    /// The last response before the attempt that is under way. Most calls have none, and should not hold room for it.
    pub(crate) earlier: Option<Box<Received>>,
    pub(crate) trail: RedirectChain,
    /// The price of the attempt that is under way or comes next.
    pub(crate) reservation: Reservation,
    pub(crate) key: CurrentKey,
    /// Whether the API refused the key before this one.
    pub(crate) has_new_key: bool,
    /// Whether the request has the key in it. It has not where the operation asks for nothing, or only for schemes that have
    /// credentials of their own.
    pub(crate) takes_key: bool,
    /// Why there is no other key than the one that it refused.
    pub(crate) no_key: Option<NoKey>,
}

impl Progress {
    pub(crate) fn new(deadline: Deadline, reservation: Reservation, key: CurrentKey) -> Self {
        let (earlier, trail) = (None, RedirectChain::default());
        let (has_new_key, takes_key) = (false, true);
        Self {
            deadline,
            attempts: 0,
            abandoned: 0,
            earlier,
            trail,
            reservation,
            key,
            has_new_key,
            takes_key,
            no_key: None,
        }
    }

    /// How many attempts the policy counts: neither a redirect nor a key that has changed is a failure.
    pub(crate) fn counted(&self) -> u32 {
        self.trail.without_redirects(self.attempts).saturating_sub(u32::from(self.has_new_key))
    }
}
