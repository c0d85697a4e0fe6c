//! Medians and tables.

/// A table whose first column is text and whose others are figures.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<const N: usize>(header: [&str; N]) -> Self {
        Self { rows: vec![header.map(str::to_owned).to_vec()] }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    pub(super) fn print(&self) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                line += &if column == 0 { format!("{cell:width$}") } else { format!("  {cell:>width$}") };
            }
            println!("{}", line.trim_end());
        }
    }
}

/// The middle of several measurements; 0 where there are none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let upper = values.len() / 2;
    match (values.get(upper.wrapping_sub(1)), values.get(upper)) {
        (Some(lower), Some(upper)) if values.len().is_multiple_of(2) => (lower + upper) / 2.0,
        (_, Some(middle)) => *middle,
        _ => 0.0,
    }
}

/// A figure with as many digits as mean something.
pub(super) fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => thousands(value),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// How many times as much the first is as the second.
pub(super) fn ratio(one: f64, other: f64) -> String {
    if other > 0.0 { format!("{}×", figure(one / other)) } else { "-".to_owned() }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        let check = |values: &[f64], expected: f64| assert!((median(values.to_vec()) - expected).abs() < 1e-9);
        check(&[], 0.0);
        check(&[3.0], 3.0);
        check(&[4.0, 1.0], 2.5);
        check(&[9.0, 1.0, 2.0], 2.0);
        check(&[4.0, 1.0, 100.0, 2.0], 3.0);
    }

    #[test]
    fn figures_have_the_digits_that_mean_something() {
        let check = |value: f64, expected: &str| assert_eq!(figure(value), expected);
        check(0.012_345, "0.012");
        check(1.234_5, "1.23");
        check(-12.345, "-12.3");
        check(123.45, "123");
        check(1_234_567.8, "1,234,568");
        check(-1234.0, "-1,234");
    }

    #[test]
    fn ratios_are_of_what_was_measured() {
        assert_eq!(ratio(3.0, 2.0), "1.50×");
        assert_eq!(ratio(0.0, 2.0), "0.000×");
        assert_eq!(ratio(3.0, 0.0), "-");
    }
}
