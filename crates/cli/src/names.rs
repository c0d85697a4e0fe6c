//! What commands and flags are called.

use std::collections::HashSet;

use heck::ToKebabCase;
use keyapi_runtime::codegen::{Description, ParameterDescription};

/// The commands of every program.
const OWN_COMMANDS: [&str; 2] = ["completions", "help"];

/// The flags of every command.
const OWN_FLAGS: [&str; 11] =
    ["allow-plain-http", "base-url", "body", "dry-run", "help", "json", "pages", "raw", "schema", "table", "version"];

/// What a command is called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommandName {
    pub(crate) name: String,
    /// What it was called in releases, where nothing else is called so now.
    pub(crate) former: Vec<String>,
}

/// The commands of operations, each after its operation's name.
pub(crate) fn commands(operations: &[Description]) -> Vec<CommandName> {
    let names = unique(operations.iter().map(|operation| (operation.name, "operation")), &OWN_COMMANDS);
    let taken = names.iter().map(String::as_str).chain(OWN_COMMANDS);
    let mut taken: HashSet<String> = taken.map(str::to_owned).collect();
    let former = operations.iter().map(|operation| {
        let names = operation.former.iter().map(|name| name.to_kebab_case());
        names.filter(|name| !name.is_empty() && taken.insert(name.clone())).collect::<Vec<_>>()
    });
    let former: Vec<Vec<String>> = former.collect();
    names.into_iter().zip(former).map(|(name, former)| CommandName { name, former }).collect()
}

/// The flags of parameters, without their dashes: each after its parameter's name, with the place that it is sent in before
/// it where the name is taken by a parameter before it or by a flag of every command.
pub(crate) fn flags(parameters: &[ParameterDescription]) -> Vec<String> {
    unique(parameters.iter().map(|parameter| (parameter.name, parameter.place)), &OWN_FLAGS)
}

fn unique<'a>(named: impl Iterator<Item = (&'a str, &'a str)>, taken: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (name, prefix) in named {
        let plain = name.to_kebab_case();
        let long = format!("{prefix}-{plain}").trim_end_matches('-').to_owned();
        let numbered = (2..).map(|number| format!("{long}-{number}"));
        let candidates = (!plain.is_empty()).then_some(plain.clone()).into_iter().chain([long.clone()]).chain(numbered);
        let free = |name: &String| !all.contains(name) && !taken.contains(&name.as_str());
        let chosen = candidates.into_iter().find(free);
        all.extend(chosen);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{OWN_FLAGS, unique};

    #[test]
    fn names_become_flags_of_their_own() {
        let named = [
            ("clip_id", "query"),
            ("x[]", "query"),
            ("X-Trace-Id", "header"),
            ("页码", "query"),
            ("pageSize", "query"),
            ("page-size", "header"),
            ("page_size", "header"),
            ("json", "query"),
            ("$", "query"),
            ("[]", "query"),
            ("query", "query"),
        ];
        let expected = [
            "clip-id",
            "x",
            "x-trace-id",
            "页码",
            "page-size",
            "header-page-size",
            "header-page-size-2",
            "query-json",
            "query",
            "query-2",
            "query-query",
        ];
        assert_eq!(unique(named.into_iter(), &OWN_FLAGS), expected);
    }
}
