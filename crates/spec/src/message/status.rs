//! The statuses of responses, as HTTP has them and as documents spell them.

/// Whether no response of a status has a body, whatever a document says (RFC 9110, sections 15.2, 15.3.5, 15.3.6 and 15.4.5).
pub fn is_bodiless(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 205 | 304)
}

/// Whether that is so of every status that a documented one stands for.
pub fn are_bodiless(status: &str) -> bool {
    statuses(status).is_some_and(|(first, last)| is_bodiless(first) && is_bodiless(last))
}

/// The first and the last of the statuses that a documented one stands for; nothing for `default`.
pub fn statuses(status: &str) -> Option<(u16, u16)> {
    if let Ok(status) = status.parse() {
        return Some((status, status));
    }
    let class = u16::try_from(status.chars().next()?.to_digit(10)?).ok()?;
    Some((class * 100, class * 100 + 99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_statuses_have_no_body() {
        let all = ["101", "1XX", "204", "205", "304"];
        assert!(all.iter().all(|status| are_bodiless(status)));
        let others = ["200", "2XX", "206", "3XX", "303", "404", "default"];
        assert!(others.iter().all(|status| !are_bodiless(status)));
    }
}
