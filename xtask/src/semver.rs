//! Version numbers of releases.

use std::fmt;
use std::str::FromStr;

use crate::diff::Need;

/// A version number of three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Semver {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Semver {
    /// The lowest version that says after this one what is needed: below 1.0, a minor version breaks.
    pub(crate) fn after(self, need: Need) -> Self {
        let Self { major, minor, patch } = self;
        match (need, major) {
            (Need::Nothing, _) => self,
            (Need::Additive, 0) => Self { patch: patch.saturating_add(1), ..self },
            (Need::Additive, _) | (Need::Breaking, 0) => Self { major, minor: minor.saturating_add(1), patch: 0 },
            (Need::Breaking, _) => Self { major: major.saturating_add(1), minor: 0, patch: 0 },
        }
    }
}

impl FromStr for Semver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = |part: &str| {
            let is_plain = part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
            part.parse().ok().filter(|_| is_plain)
        };
        let parts: Option<Vec<u64>> = text.split('.').map(part).collect();
        match parts.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self { major, minor, patch }),
            _ => Err(format!("`{text}` is no version of three numbers, such as 0.2.0")),
        }
    }
}

impl fmt::Display for Semver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_what_changed() {
        let after = |version: &str, need| version.parse::<Semver>().unwrap().after(need).to_string();
        assert_eq!(after("0.1.2", Need::Nothing), "0.1.2");
        assert_eq!(after("0.1.2", Need::Additive), "0.1.3");
        assert_eq!(after("0.1.2", Need::Breaking), "0.2.0");
        assert_eq!(after("1.2.3", Need::Additive), "1.3.0");
        assert_eq!(after("1.2.3", Need::Breaking), "2.0.0");
    }

    #[test]
    fn only_three_numbers_are_a_version() {
        for bad in
            ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc.1", "01.2.3", "1..3", "+1.2.3", "99999999999999999999.0.0"]
        {
            assert!(bad.parse::<Semver>().is_err(), "{bad}");
        }
        assert!("0.10.0".parse::<Semver>().unwrap() > "0.9.9".parse().unwrap());
    }
}
