//! The commands, flags and help that are made of the operations.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use keyapi_provider::KEY;
use keyapi_runtime::codegen::{BodyDescription, Description, ParameterDescription, ValueDescription, ValueType};

use crate::names::{self, CommandName};
use crate::output::{one_line, printable};
use crate::{Program, exit_code};

const COMPLETIONS: &str = "completions";

/// What a command line is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To be read. A flag that an operation has no use for is known, so that it can be said why.
    Read,
    /// To be completed by a shell, which would offer hidden flags, too, and does not ask which are required.
    Complete,
}

/// The whole command line.
pub(crate) fn command<C>(program: &Program<C>) -> Command {
    command_for(Purpose::Read, program)
}

fn command_for<C>(purpose: Purpose, program: &Program<C>) -> Command {
    let names = names::commands(program.operations);
    let operations = names
        .into_iter()
        .zip(program.operations)
        .map(|(called, described)| operation(called, described, program, purpose));
    let shell = Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell));
    let completions =
        Command::new(COMPLETIONS).about("Prints a script that completes commands and flags in a shell").arg(shell);
    let key = format!("The key is taken from the environment variable {}, or asked for at a terminal.", KEY.variable);
    Command::new(program.name)
        .version(program.version)
        .about(program.about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(operations)
        .subcommand(completions)
        .after_help(format!("{key}\n\n{}", exit_code::help()))
}

/// The script that completes the commands of a program.
pub(crate) fn completions<C>(shell: Shell, program: &Program<C>) -> String {
    let (mut script, name) = (Vec::new(), program.name);
    clap_complete::generate(shell, &mut command_for(Purpose::Complete, program), name, &mut script);
    let script = String::from_utf8_lossy(&script);
    // The script for bash names a program that has a dash in two ways, and so finds none of its commands.
    let [known, asked] = ["__", "__subcmd__"].map(|dash| format!("{}__subcmd__", name.replace('-', dash)));
    if shell == Shell::Bash { script.replace(&asked, &known) } else { script.into_owned() }
}

/// The shell that completions are asked for, if they are.
pub(crate) fn shell(command: &str, matches: &ArgMatches) -> Option<Shell> {
    if command == COMPLETIONS { matches.get_one::<Shell>("shell").copied() } else { None }
}

fn operation<C>(called: CommandName, operation: &Description, program: &Program<C>, purpose: Purpose) -> Command {
    let CommandName { name, former } = called;
    let flags = names::flags(operation.parameters);
    let parameters = operation
        .parameters
        .iter()
        .zip(&flags)
        .map(|(parameter, flag)| required(self::parameter(parameter, flag), parameter.required, purpose));
    let body = operation.body.map(|described| required(body(described), described.required, purpose));
    let options = options(operation, program.schema.is_some());
    let options = options.into_iter().filter(|flag| purpose == Purpose::Read || !flag.is_hide_set());
    let summary = one_line(operation.summary.or(operation.description).unwrap_or(operation.path));
    let price = match operation.credits {
        Some(1) => "Costs 1 credit per request.".to_owned(),
        Some(credits) => format!("Costs {credits} credits per request."),
        None => "The document does not say what it costs.".to_owned(),
    };
    let deprecated = operation.deprecated.map(|why| format!("DEPRECATED: {}", one_line(why)));
    let long = [
        Some(summary.clone()),
        operation.description.filter(|_| operation.summary.is_some()).map(printable),
        deprecated.clone(),
        Some(format!("{} {}", operation.method, printable(operation.path))),
        Some(price.clone()),
    ];
    let example = format!("Example:\n  {}", example(operation, &name, &flags, program.name));
    let shape = operation.shape.map(|tree| {
        let lines: Vec<String> = tree.lines().map(|line| format!("  {}", printable(line))).collect();
        format!("Response:\n{}", lines.join("\n"))
    });
    let about = if deprecated.is_some() { format!("{summary} (deprecated)") } else { summary };
    Command::new(name)
        .about(about)
        .long_about(long.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
        .next_help_heading("Parameters")
        .args(parameters)
        .args(body)
        .next_help_heading("Options")
        .args(options)
        .aliases(former)
        .disable_help_flag(true)
        .after_help(format!("{price}\n\n{example}"))
        .after_long_help([Some(example), shape].into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

fn parameter(parameter: &ParameterDescription, flag: &str) -> Arg {
    let mut help = parameter.description.map(printable).unwrap_or_default();
    if parameter.required {
        help = format!("Required. {help}").trim_end().to_owned();
    }
    let mut add = |what: &str, value: &str| {
        let gap = if help.is_empty() { "" } else { " " };
        help.push_str(&format!("{gap}[{what}: {}]", one_line(value)));
    };
    if let Some(why) = parameter.deprecated {
        add("deprecated", why);
    }
    if let Some(example) = parameter.example {
        add("example", example);
    }
    if let Some(default) = parameter.default {
        add("default", default);
    }
    let (value_name, action) = match parameter.ty {
        ValueType::Boolean => ("true|false", ArgAction::Set),
        ValueType::Integer => ("INTEGER", ArgAction::Set),
        ValueType::Number => ("NUMBER", ArgAction::Set),
        ValueType::Json => ("JSON", ArgAction::Set),
        _ => ("VALUE", ArgAction::Set),
    };
    if parameter.is_list {
        add("repeat", "once for each value");
    }
    let (mut help, mut long_help) = (help.clone(), help);
    if parameter.is_open {
        known(parameter.values, &mut help, &mut long_help);
    }
    let arg = Arg::new(flag.to_owned())
        .long(flag.to_owned())
        .value_name(value_name)
        .help(help)
        .long_help(long_help)
        .action(if parameter.is_list { ArgAction::Append } else { action })
        .value_parser(Named(parameter.values))
        // Clap says that they are all that is possible.
        .hide_possible_values(parameter.is_open)
        // What is not a number may be a flag whose value was forgotten.
        .allow_negative_numbers(matches!(parameter.ty, ValueType::Integer | ValueType::Number | ValueType::Json));
    match parameter.ty {
        ValueType::Boolean if !parameter.is_list => arg.num_args(0..=1).default_missing_value("true"),
        _ => arg,
    }
}

/// Adds values of which the document says that there are others, as clap adds those that are all.
fn known(values: &[ValueDescription], help: &mut String, long_help: &mut String) {
    let names: Vec<String> = values.iter().map(|value| printable(value.value)).collect();
    let gap = if help.is_empty() { "" } else { " " };
    let brief = format!("{gap}[known values: {}]", names.join(", "));
    help.push_str(&brief);
    if values.iter().all(|value| value.description.is_none()) {
        return long_help.push_str(&brief);
    }
    let line = |(value, name): (&ValueDescription, &String)| match value.description {
        Some(description) => format!("\n- {name}: {}", one_line(description)),
        None => format!("\n- {name}"),
    };
    let lines: String = values.iter().zip(&names).map(line).collect();
    long_help.push_str(&format!("\n\nKnown values:{lines}"));
}

/// A flag that a request needs, unless none is sent.
fn required(flag: Arg, is_required: bool, purpose: Purpose) -> Arg {
    if is_required && purpose == Purpose::Read { flag.required_unless_present("schema") } else { flag }
}

fn body(body: BodyDescription) -> Arg {
    let kinds = if body.media_type.is_none() {
        "JSON text, a file with JSON, or - for standard input"
    } else {
        "A file, or - for standard input"
    };
    let required = if body.required { "Required. " } else { "" };
    let example = body.example.map(|example| format!(" [example: {}]", one_line(example))).unwrap_or_default();
    let help = format!("{required}{kinds}{example}");
    Arg::new("body").long("body").value_name("BODY").help(help)
}

fn options(operation: &Description, has_schemas: bool) -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::SetTrue);
    vec![
        flag("json", "Print the data as JSON; it is what a file or a program gets")
            .conflicts_with_all(["table", "raw"]),
        flag("table", "Print rows and lines for reading; it is what a terminal gets").conflicts_with("raw"),
        flag("raw", "Print the whole body as it came, keys masked"),
        flag("dry-run", "Print the request, its price and a line for curl, and send nothing; needs no key"),
        Arg::new("pages")
            .long("pages")
            .value_name("N")
            .help("Ask for up to N pages; each of them is a request")
            .value_parser(value_parser!(u32).range(1..))
            .hide(operation.pagination.is_none()),
        Arg::new("base-url").long("base-url").value_name("URL").help("Call another server, such as a mock server"),
        flag("allow-plain-http", "Send the key readable to a base URL of http:// that is not on this machine"),
        flag("schema", "Print the JSON Schema of the response, and send nothing")
            .hide(!has_schemas || operation.response.is_none()),
        // Clap's own would stand before the parameters.
        Arg::new("help").short('h').long("help").help("Print help; -h prints less of it").action(ArgAction::Help),
    ]
}

/// A command line with the values that the document shows.
fn example(operation: &Description, name: &str, flags: &[String], program: &str) -> String {
    let mut words = vec![program.to_owned(), name.to_owned()];
    for (parameter, flag) in operation.parameters.iter().zip(flags) {
        let value = parameter.example.or(parameter.values.first().map(|value| value.value)).or(parameter.default);
        match value {
            Some(value) if value.starts_with('-') => words.push(format!("--{flag}={}", word(value))),
            Some(value) => words.extend([format!("--{flag}"), word(value)]),
            None if parameter.required => words.extend([format!("--{flag}"), word(standing_in(parameter.ty))]),
            None => {}
        }
    }
    if let Some(body) = operation.body {
        let body = body.example.filter(|_| body.media_type.is_none()).map_or_else(|| "FILE".to_owned(), word);
        words.extend(["--body".to_owned(), body]);
    }
    words.join(" ")
}

/// A value that can be sent where the document shows none.
fn standing_in(ty: ValueType) -> &'static str {
    match ty {
        ValueType::Boolean => "true",
        ValueType::Integer | ValueType::Number => "1",
        ValueType::Json => "{}",
        _ => "VALUE",
    }
}

/// A text as a word of a shell.
fn word(text: &str) -> String {
    let text = printable(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Takes any value, since the API may know more of them than its document, and shows those that the document names.
#[derive(Clone)]
struct Named(&'static [ValueDescription]);

impl TypedValueParser for Named {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &std::ffi::OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        if self.0.is_empty() {
            return None;
        }
        let shown = |value: &ValueDescription| match value.description {
            Some(help) => PossibleValue::new(printable(value.value)).help(one_line(help)),
            None => PossibleValue::new(printable(value.value)),
        };
        Some(Box::new(self.0.iter().map(shown)))
    }
}
