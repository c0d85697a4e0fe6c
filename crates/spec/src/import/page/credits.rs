//! What a request costs, as a page says it: "2 credits per request", in whatever tags.

/// Every cost that a page's texts state, each once; those said to be per request if there are any.
///
/// # Errors
///
/// A number that is not whole.
pub(super) fn stated(prose: &[String]) -> Result<Vec<u64>, String> {
    let mut found = Vec::new();
    for text in prose {
        found.extend(costs(&plain(text))?);
    }
    let is_any_per_request = found.iter().any(|(_, unit)| *unit == Unit::Request);
    let mut costs = Vec::new();
    for (cost, unit) in found {
        if (unit == Unit::Request || !is_any_per_request) && !costs.contains(&cost) {
            costs.push(cost);
        }
    }
    Ok(costs)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Request,
    Unsaid,
}

fn costs(text: &str) -> Result<Vec<(u64, Unit)>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::new();
    for (index, pair) in words.windows(2).enumerate() {
        let [number, noun] = pair else { continue };
        let noun = noun.trim_end_matches(['.', ',', ';', ':', '!', ')']).to_ascii_lowercase();
        let number = number.trim_start_matches(['(', '~']).replace(',', "");
        if !matches!(noun.as_str(), "credit" | "credits") || !number.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let unit = match words.get(index + 2..index + 4) {
            Some(["per", what]) if what.to_ascii_lowercase().starts_with("request") => Unit::Request,
            _ => Unit::Unsaid,
        };
        found.push((number.parse().map_err(|_| number)?, unit));
    }
    Ok(found)
}

/// A text without tags, JavaScript expressions and emphasis.
fn plain(prose: &str) -> String {
    let mut out = String::with_capacity(prose.len());
    let (mut braces, mut is_tag) = (0_usize, false);
    let mut chars = prose.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ if braces > 0 => {}
            '<' if chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '/') => is_tag = true,
            '>' if is_tag => {
                is_tag = false;
                out.push(' ');
            }
            '*' => out.push(' '),
            _ if is_tag => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prose: &str, expected: &[u64]) {
        assert_eq!(stated(&[prose.to_owned()]).as_deref(), Ok(expected), "{prose}");
    }

    #[test]
    fn costs_in_all_their_forms() {
        check("It takes 2 credits per request.", &[2]);
        check("1 credit", &[1]);
        check("**12 credits** per request", &[12]);
        check("<b>3</b> <i className={f(`>`)}>Credits</i> per request", &[3]);
        check("<span><span className=\"x\">2 credits</span><span>per request</span></span>", &[2]);
        check("1,000 credits", &[1000]);
        check("0 credits (free)", &[0]);
        check("New accounts have 100 credits. This takes 2 credits per request, always 2 credits per request.", &[2]);
        check("2 credits or 3 credits", &[2, 3]);
    }

    #[test]
    fn what_states_no_cost() {
        check("", &[]);
        check("Buy credits. v2 credits. Two credits. {`9 credits per request`}", &[]);
        assert_eq!(stated(&["0.5 credits per request".to_owned()]), Err("0.5".to_owned()));
    }
}
