//! The step of a script that lets happen again what became of a request. What cannot be said as a step has none, as one that
//! comes close to it would be wrong.

use crate::document::Operation;
use crate::engine::negotiation::{self, Criteria, Negotiated};
use crate::engine::outcome::Response;
use crate::engine::preferences::Preferences;
use crate::engine::step::{Fault, Step};

/// The step for a response that came without a fault.
pub(super) fn of_response(
    operation: &Operation,
    negotiated: &Negotiated<'_>,
    criteria: &Criteria<'_>,
    preferences: &Preferences,
) -> Option<Step> {
    // A response of a step is not held against its schema.
    if !negotiated.violations.is_empty() {
        return None;
    }
    let status = negotiated.response.status.as_u16();
    let fault = match negotiated.example {
        // Made-up data is that of the request.
        _ if criteria.dynamic.is_some() => (*preferences == Preferences::default()).then_some(Fault::None)?,
        Some(example) if preferences.example.is_some() || preferences.dynamic.is_some() => {
            Fault::Example(status, example.name.clone())
        }
        _ => Fault::Status(status),
    };
    Some(Step::from(fault)).filter(|step| step.has_example(operation))
}

/// The step for what a step of a script has made of a request: itself, unless the request has had a say in it.
pub(super) fn of_step(step: &Step, preferences: &Preferences) -> Option<Step> {
    let is_whole = match step.fault {
        Fault::Example(..) | Fault::Envelope(..) | Fault::Html(_) | Fault::Reset | Fault::Close => true,
        Fault::Status(_) | Fault::NotJson(_) => preferences.example.is_none() && preferences.dynamic.is_none(),
        _ => *preferences == Preferences::default(),
    };
    is_whole.then(|| step.clone())
}

/// The step for what a step of a script has made of the response that a test has for the request. Of that response nothing
/// can be said as a step.
#[cfg(feature = "overrides")]
pub(super) fn of_overridden(step: &Step) -> Option<Step> {
    let is_of_override = matches!(
        step.fault,
        Fault::None | Fault::ContentType(_) | Fault::ResetAfter(_) | Fault::CutAfter(_) | Fault::Drip(..)
    );
    (!is_of_override).then(|| step.clone())
}

/// The step for a refusal: the documented response of its status, if that is what was sent, with what it has besides.
pub(super) fn of_refusal(operation: &Operation, refused: &Response, criteria: &Criteria<'_>) -> Option<Step> {
    if !refused.documented {
        return None;
    }
    let criteria = Criteria { code: Some(refused.status.as_u16()), ..criteria.clone() };
    let scripted = negotiation::negotiate(operation, &criteria).ok()?.response;
    let has_all =
        scripted.headers.keys().all(|name| scripted.headers.get_all(name).iter().eq(refused.headers.get_all(name)));
    if scripted.status != refused.status || scripted.body != refused.body || !has_all {
        return None;
    }
    let added = refused.headers.iter().filter(|(name, _)| !scripted.headers.contains_key(*name));
    let step = Step::from(refused.status.as_u16());
    Some(added.fold(step, |step, (name, value)| step.header(name.clone(), value.clone())))
}
