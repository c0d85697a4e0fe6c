//! Results as a person reads them.

use std::collections::HashMap;

use unicode_width::UnicodeWidthStr;

use crate::json::Json;
use crate::output::{Screen, one_line, printable};
use crate::trend;

/// A cell in a row on a terminal is no wider.
const WIDEST: usize = 40;

/// A line for each value, and the rows of each list of objects below them. Data that is such a list is its rows.
pub(crate) fn table(data: &Json, screen: Screen) -> String {
    if let Some(list) = objects(data) {
        return rows(list, screen);
    }
    if let Json::List(list) = data
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
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{path}\n{}", rows(list, screen)));
    }
    text
}

/// A list of objects that is no trend.
fn objects(value: &Json) -> Option<&[Json]> {
    let Json::List(list) = value else { return None };
    let is_object = |value: &Json| matches!(value, Json::Object(_));
    let is_rows = !list.is_empty() && list.iter().all(is_object) && trend::draw(list).is_none();
    is_rows.then_some(list)
}

/// A column of rows. Rows at the end that have nothing in it may be missing.
struct Column {
    name: String,
    width: usize,
    cells: Vec<String>,
}

/// Lines of equally wide columns, below their names.
fn rows(list: &[Json], screen: Screen) -> String {
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
fn flatten<'a>(path: &str, value: &'a Json, found: &mut impl FnMut(&str, &'a Json)) {
    let properties = match value {
        Json::Object(properties) if path.is_empty() || !properties.is_empty() => properties,
        value => return found(path, value),
    };
    for (name, value) in properties {
        let name = step(name);
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        flatten(&path, value, found);
    }
}

/// A name in a path; in quotes, where it would be taken for several names or for another one.
fn step(name: &str) -> String {
    let plain = one_line(name);
    let is_itself = plain == name && !name.is_empty() && !name.contains(['.', '"']);
    if is_itself { plain } else { printable(&Json::Text(name.to_owned()).compact()) }
}

/// A value in one line.
fn cell(value: &Json) -> String {
    match value {
        Json::Text(text) => one_line(text),
        Json::Scalar(raw) if raw.get() == "null" => String::new(),
        Json::Scalar(raw) => raw.get().to_owned(),
        Json::Object(properties) if properties.is_empty() => String::new(),
        Json::Object(_) => one_line(&value.compact()),
        Json::List(list) => match trend::draw(list) {
            Some(drawn) => drawn,
            None if list.iter().any(|value| matches!(value, Json::Object(_) | Json::List(_))) => {
                one_line(&value.compact())
            }
            None => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        },
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

    use super::{Json, Screen};

    fn table(data: &Value, screen: Screen) -> String {
        super::table(&Json::read(data.to_string().as_bytes()).unwrap(), screen)
    }

    #[track_caller]
    fn check(data: &Value, expected: &str) {
        assert_eq!(table(data, Screen::File), expected, "{data}");
    }

    #[test]
    fn a_list_of_objects_is_rows() {
        let rows = json!([{"id": 1, "at": {"x": "日本"}}, {"at": {"x": null}, "tags": ["a", "b"]}]);
        let expected = "id  at.x  tags\n1   日本\n          a, b\n";
        check(&rows, expected);
        check(&json!({"items": rows}), &format!("items\n{expected}"));
        check(
            &json!({"total": 2, "none": [], "items": rows, "next": {"cursor": "c"}, "others": [{"a": 1}]}),
            &format!("total        2\nnone\nnext.cursor  c\n\nitems\n{expected}\nothers\na\n1\n"),
        );
    }

    #[test]
    fn other_data_is_lines() {
        let trend = json!([{"time": 1, "value": 1}, {"time": 2, "value": 2}]);
        let data =
            json!({"a": {"title": "x\n\u{1b}y", "trend": trend}, "b": {"list": [{"c": true}]}, "no": null, "of": {}});
        check(&data, "a.title  x \\u001by\na.trend  ▁█  1 to 2, last 2\nno\nof\n\nb.list\nc\ntrue\n");
        check(&json!(["a", 1, [2, {}], {}, {"b": 1}]), "a\n1\n[2,{}]\n\n{\"b\":1}\n");
        check(&trend, "▁█  1 to 2, last 2\n");
        check(&json!([6_703_723_351_497_508_865_u64, -1]), "6703723351497508865\n-1\n");
        check(&json!({"ids": [1, 2]}), "ids  1, 2\n");
        check(&json!("text"), "text\n");
        check(&Value::Null, "");
        check(&json!({}), "");
        check(&json!([]), "");
    }

    #[test]
    fn no_two_values_share_a_name() {
        check(&json!([{"a.b": 1, "a": {"b": 2}}]), "\"a.b\"  a.b\n1      2\n");
        check(&json!({"": 1, "a  b": 2, "a b": 3, "\"": 4}), "\"\"      1\n\"a  b\"  2\na b     3\n\"\\\"\"    4\n");
    }

    #[test]
    fn numbers_are_as_they_were_written() {
        let data = Json::read(br#"{"id": 18446744073709551616, "list": [{"n": 1.10}]}"#).unwrap();
        assert_eq!(super::table(&data, Screen::File), "id  18446744073709551616\n\nlist\nn\n1.10\n");
    }

    #[test]
    fn a_terminal_gets_short_cells() {
        let data = json!([{"link": "界".repeat(50)}]);
        assert_eq!(table(&data, Screen::Terminal), format!("link\n{}…\n", "界".repeat(19)));
        assert!(table(&data, Screen::File).contains(&"界".repeat(50)));
    }
}
