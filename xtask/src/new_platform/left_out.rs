//! The operations of a new platform that cannot be generated, and the overlay that leaves them out.

use std::collections::{BTreeMap, BTreeSet};

use keyapi_codegen::RustNames;
use keyapi_spec::document::extension;
use keyapi_spec::document::operations;
use keyapi_spec::overlay::proposal::Proposal;
use keyapi_spec::{Diagnostic, Input};

use super::{generated, read};
use crate::input::{Failure, style};
use crate::lint::action;
use crate::output::counted;
use crate::workspace::Platform;

/// What is left out of a document, so that the rest can be generated.
pub(super) struct LeftOut {
    /// The title of the document.
    pub(super) title: String,
    platform: String,
    actions: Vec<Proposal>,
    /// The codes of what was found, and how many operations each keeps out.
    codes: BTreeMap<&'static str, usize>,
    /// How many operations are generated.
    generated: usize,
}

impl LeftOut {
    /// Looks for what cannot be generated, until the rest can.
    ///
    /// # Errors
    ///
    /// Nothing can be generated, or not all of it and nothing is to be left out.
    pub(super) fn of(platform: &Platform, document: &str, prices: &str, fix: bool) -> Result<Self, Failure> {
        let mut left_out = Self {
            title: String::new(),
            platform: platform.name.clone(),
            actions: Vec::new(),
            codes: BTreeMap::new(),
            generated: 0,
        };
        // What is wrong with one part can hide what is wrong with another.
        loop {
            let input = read(platform, document, prices, &left_out.overlay());
            let found = match generated(platform, &input) {
                Ok(resolved) => {
                    left_out.title = resolved["info"]["title"].as_str().unwrap_or_default().to_owned();
                    left_out.generated = operations(&resolved).len();
                    return Ok(left_out);
                }
                Err(found) => found,
            };
            let proposals = if fix { input.proposals(&found, &RustNames) } else { Vec::new() };
            if !left_out.add(&found, proposals) {
                return Err(not_generated(&input, &found, fix));
            }
        }
    }

    /// Leaves out what is proposed; whether there is any that was not left out before.
    fn add(&mut self, found: &[Diagnostic], proposals: Vec<Proposal>) -> bool {
        let before = self.actions.len();
        for proposal in proposals {
            let reason = proposal.update.as_ref().and_then(|update| update.get(extension::SKIP)?.as_str());
            // What is removed is no operation: a component or a path without one, or an example.
            let leaves_out = reason.is_some() || proposal.update.is_none();
            if !leaves_out || self.actions.iter().any(|known| known.target == proposal.target) {
                continue;
            }
            if let Some(reason) = reason {
                let errors = found.iter().filter(|found| found.is_error() && reason.contains(&found.message));
                let codes: BTreeSet<&'static str> = errors.map(|found| found.code).collect();
                codes.into_iter().for_each(|code| *self.codes.entry(code).or_default() += 1);
            }
            self.actions.push(proposal);
        }
        self.actions.len() > before
    }

    /// The overlay of the platform.
    pub(super) fn overlay(&self) -> String {
        let name = &self.platform;
        let mut text = format!(
            "# Human corrections to {name}.openapi.json: what the provider says in prose, or not at all.\n\
             #\n\
             # OpenAPI Overlay 1.0. Every action has to match and to change something; `cargo xtask --platform {name} regen` says\n\
             # where one does not, and `cargo xtask --platform {name} lint --fix` proposes actions.\n\
             overlay: 1.0.0\n\
             info:\n  title: Corrections to {name}\n  version: 1.0.0\n"
        );
        text.push_str(
            "actions:\n  - target: $\n    description: >-\n      Methods are named after operation ids. With `from: path` they are \
             named after paths,\n      without the beginning that `strip` gives.\n    update:\n      x-operation-names:\n        \
             from: operation-id\n",
        );
        for proposal in &self.actions {
            text.push('\n');
            action(proposal).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
        text
    }

    /// How much is left out, and why.
    pub(super) fn summary(&self) -> String {
        // What is removed altogether is no operation.
        let operations = self.actions.iter().filter(|action| action.update.is_some()).count();
        let all = self.generated + operations;
        if operations == 0 {
            return format!("all of {} generated", counted(all, "operation"));
        }
        let codes: Vec<String> = self.codes.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let share = 100.0 * operations as f64 / all as f64;
        format!("{operations} of {all} operations left out ({share:.1} %), by code: {}", codes.join(", "))
    }
}

fn not_generated(input: &Input, found: &[Diagnostic], fix: bool) -> Failure {
    let text = input.render(found, style(&std::io::stderr()));
    let help = match fix {
        true => "nothing is written: no operation can be left out for what is wrong",
        false => "nothing is written: with --fix, operations that cannot be generated are left out",
    };
    Failure::Diagnostics(format!("{}\nerror: {help}", text.trim_end()))
}
