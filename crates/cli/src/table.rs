//! Results as a person reads them.

use std::collections::HashMap;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::output::{Screen, one_line};
use crate::trend;

/// A cell in a row on a terminal is no wider.
const WIDEST: usize = 40;

/// The rows of the first list of objects, if the data is or has one; otherwise a line for each value, and the lists of
/// objects that are deeper below them.
pub(crate) fn table(data: &Value, screen: Screen) -> String {
    let first = match data {
        Value::Object(members) => members.values().find_map(objects),
        data => objects(data),
    };
    if let Some(list) = first {
        return rows(list, screen);
    }
    if let Value::Array(list) = data
        && trend::draw(list).is_none()
    {
        return list.iter().map(|value| cell(value) + "\n").collect();
    }
    let (mut pairs, mut lists) = (Vec::new(), Vec::new());
    flatten("", data, &mut |path, value| match objects(value) {
        Some(list) => lists.push((path.to_owned(), list)),
        None => pairs.push([path.to_owned(), cell(value)]),
    });
    let widest = pairs.iter().map(|[path, _]| path.width()).max().unwrap_or_default();
    let line = |[path, value]: &[String; 2]| match path.as_str() {
        // The data is one value, or nothing.
        "" if value.is_empty() => String::new(),
        "" => format!("{value}\n"),
        path => format!("{}{value}", padded(path, widest)).trim_end().to_owned() + "\n",
    };
    let mut text: String = pairs.iter().map(line).collect();
    for (path, list) in lists {
        text.push_str(&format!("\n{path}\n{}", rows(list, screen)));
    }
    text
}

/// A list of objects that is no trend.
fn objects(value: &Value) -> Option<&[Value]> {
    let list = value.as_array()?;
    let is_rows = !list.is_empty() && list.iter().all(Value::is_object) && trend::draw(list).is_none();
    is_rows.then_some(list)
}

/// A column of rows. Rows at the end that have nothing in it may be missing.
struct Column {
    name: String,
    width: usize,
    cells: Vec<String>,
}

/// Lines of equally wide columns, below their names.
fn rows(list: &[Value], screen: Screen) -> String {
    let mut columns: Vec<Column> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (number, row) in list.iter().enumerate() {
        flatten("", row, &mut |path, value| {
            let place = *places.entry(path.to_owned()).or_insert_with(|| {
                columns.push(Column { name: path.to_owned(), width: path.width(), cells: Vec::new() });
                columns.len() - 1
            });
            let column = &mut columns[place];
            let cell = match screen {
                Screen::Terminal => cut(cell(value)),
                Screen::File => cell(value),
            };
            column.width = column.width.max(cell.width());
            column.cells.resize(number, String::new());
            column.cells.push(cell);
        });
    }
    let names = line(&columns, |column| &column.name);
    let rows =
        (0..list.len()).map(|number| line(&columns, |column| column.cells.get(number).map_or("", String::as_str)));
    [names].into_iter().chain(rows).collect()
}

/// One line of columns.
fn line(columns: &[Column], text: impl Fn(&Column) -> &str) -> String {
    let cells = columns.iter().map(|column| padded(text(column), column.width));
    cells.collect::<String>().trim_end().to_owned() + "\n"
}

/// Goes through the values of an object and of the objects in it, by their names with dots between.
fn flatten<'a>(path: &str, value: &'a Value, found: &mut impl FnMut(&str, &'a Value)) {
    let Value::Object(members) = value else { return found(path, value) };
    for (name, value) in members {
        let name = one_line(name);
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        flatten(&path, value, found);
    }
}

/// A value in one line.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => one_line(text),
        Value::Array(list) => match trend::draw(list) {
            Some(drawn) => drawn,
            None if list.iter().any(|value| value.is_object() || value.is_array()) => one_line(&value.to_string()),
            None => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        },
        other => one_line(&other.to_string()),
    }
}

fn cut(text: String) -> String {
    if text.width() <= WIDEST {
        return text;
    }
    let mut kept = String::new();
    for character in text.chars() {
        if kept.width() + character.to_string().width() >= WIDEST {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width()) + 2))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::table;
    use crate::output::Screen;

    #[track_caller]
    fn check(data: &Value, expected: &str) {
        assert_eq!(table(data, Screen::File), expected, "{data}");
    }

    #[test]
    fn a_list_of_objects_is_rows() {
        let rows = json!([{"id": 1, "at": {"x": "日本"}}, {"at": {"x": null}, "tags": ["a", "b"]}]);
        let expected = "id  at.x  tags\n1   日本\n          a, b\n";
        check(&rows, expected);
        check(&json!({"total": 2, "none": [], "items": rows, "others": [{"a": 1}]}), expected);
    }

    #[test]
    fn other_data_is_lines() {
        let data = json!({"a": {"title": "x\n\u{1b}y", "trend": [1, 2]}, "b": {"list": [{"c": true}]}, "no": null});
        check(&data, "a.title  x \\u001by\na.trend  ▁█  1 to 2, last 2\nno\n\nb.list\nc\ntrue\n");
        check(&json!(["a", 1, [2, {}]]), "a\n1\n[2,{}]\n");
        check(&json!([1, 2]), "▁█  1 to 2, last 2\n");
        check(&json!([6_703_723_351_497_508_865_u64, -1]), "6703723351497508865\n-1\n");
        check(&json!("text"), "text\n");
        check(&Value::Null, "");
        check(&json!({}), "");
        check(&json!([]), "");
    }

    #[test]
    fn a_terminal_gets_short_cells() {
        let data = json!([{"link": "界".repeat(50)}]);
        assert_eq!(table(&data, Screen::Terminal), format!("link\n{}…\n", "界".repeat(19)));
        assert!(table(&data, Screen::File).contains(&"界".repeat(50)));
    }
}
