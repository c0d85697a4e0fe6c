//! Documentation pages: Markdown with the OpenAPI document of one operation in a fenced block.

mod credits;
mod fragment;
mod layout;

use crate::diagnostic::Diagnostic;
use crate::document::{METHODS, OperationKey};
use crate::source::{Source, Text};

use layout::{Block, End, Layout};

/// A documentation page.
#[derive(Debug)]
pub struct Page {
    source: Source,
    operation: OperationKey,
    title: Option<String>,
    description: Option<String>,
    credits: Option<u64>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the page, each with its place in the page.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let text = Text::decode(name, bytes)?;
        let layout = layout::scan(text.as_str());
        let mut diagnostics = unclosed(&text, &layout);
        let blocks: Vec<&Block<'_>> = layout.blocks.iter().filter(|block| is_document(block)).collect();
        diagnostics.extend(count(&text, &layout, &blocks));
        let credits = credits(&text, &layout, &mut diagnostics);

        let mut found = None;
        for block in blocks {
            let operation = info(&text, block, &mut diagnostics);
            match document(&text, block, operation.as_ref()) {
                Ok(source) => found = Some(source).zip(operation),
                Err(errors) => diagnostics.extend(errors),
            }
        }
        match found {
            Some((source, operation)) if diagnostics.is_empty() => {
                let title = layout.title.map(str::to_owned);
                Ok(Self { source, operation, title, description: layout.description.clone(), credits })
            }
            _ => Err(diagnostics),
        }
    }

    /// The OpenAPI document in the page; its text and places are those of the page.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The operation that the page documents.
    pub fn operation(&self) -> &OperationKey {
        &self.operation
    }

    /// The page's heading.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The quotation below the heading.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// How many credits a request costs, if the page says so.
    pub fn credits(&self) -> Option<u64> {
        self.credits
    }
}

/// Whether a block is one of a whole document; a mere example says `yaml` and nothing else.
fn is_document(block: &Block<'_>) -> bool {
    let mut words = block.info.split_whitespace();
    let language = words.next().unwrap_or_default().to_ascii_lowercase();
    matches!(language.as_str(), "yaml" | "yml") && words.next().is_some()
}

fn unclosed(text: &Text, layout: &Layout<'_>) -> Vec<Diagnostic> {
    let open = layout.blocks.iter().filter(|block| block.end == End::Open);
    let errors = open.map(|block| {
        let message = "the block that starts here has no closing fence: the page is cut off";
        text.error("page-cut-off", "", block.start, message).help("fetch the page again")
    });
    errors.collect()
}

fn count(text: &Text, layout: &Layout<'_>, blocks: &[&Block<'_>]) -> Vec<Diagnostic> {
    let Some((first, more)) = blocks.split_first() else {
        let message = "the page has no fenced block with an OpenAPI document";
        let help = "the block's info string must be `yaml FILE METHOD PATH`";
        let near = layout.blocks.iter().find(|block| block.info.starts_with("yaml"));
        let at = near.map_or(0, |block| block.start);
        return vec![text.error("page-no-block", "", at, message).help(help)];
    };
    let line = text.location(first.start).line;
    let errors = more.iter().map(|block| {
        let message = format!("the page has another block with an OpenAPI document, the first is on line {line}");
        text.error("page-two-blocks", "", block.start, message).help("give one page to each operation")
    });
    errors.collect()
}

fn credits(text: &Text, layout: &Layout<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<u64> {
    let message = match credits::stated(&layout.prose).as_deref() {
        Ok([]) => return None,
        Ok([credits]) => return Some(*credits),
        Ok(several) => {
            let several: Vec<String> = several.iter().map(u64::to_string).collect();
            format!("the page states different costs: {} credits", several.join(" and "))
        }
        Err(number) => format!("the page states a cost of {number} credits, which is not a whole number"),
    };
    let at = text.as_str().find("credit").unwrap_or_default();
    let error = text.error("page-credits", "", at, message);
    diagnostics.push(error.help("state one cost, as `2 credits per request`"));
    None
}

/// The operation that a block's info string names.
fn info(text: &Text, block: &Block<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<OperationKey> {
    let words: Vec<&str> = block.info.split_whitespace().collect();
    if let [_, _, method, path] = *words {
        let operation = OperationKey::new(path, &method.to_ascii_lowercase());
        if path.starts_with('/') && METHODS.contains(&operation.method.as_str()) {
            return Some(operation);
        }
    }
    let message = format!("the info string `{}` does not name a file, a method and a path", block.info);
    let error = text.error("page-info-string", "", block.start, message);
    diagnostics.push(error.help("write it as `yaml FILE METHOD PATH`"));
    None
}

fn document(text: &Text, block: &Block<'_>, operation: Option<&OperationKey>) -> Result<Source, Vec<Diagnostic>> {
    let cut = fragment::truncation(text, block.body.clone());
    let source = match Source::parse_yaml_part(text.clone(), block.body.clone()) {
        Ok(source) => source,
        // What follows from the cut is not worth a word of its own.
        Err(errors) if cut.is_some() => {
            return Err(cut
                .into_iter()
                .chain(errors.into_iter().filter(|error| error.code != "yaml-syntax"))
                .collect());
        }
        Err(errors) => return Err(errors),
    };
    let mut diagnostics: Vec<Diagnostic> = cut.into_iter().collect();
    diagnostics.extend(fragment::check(&source, operation));
    if diagnostics.is_empty() { Ok(source) } else { Err(diagnostics) }
}
