//! Tables: in columns that fit the terminal, or with tabs where no person looks on.

use std::borrow::Cow;
use std::io::{self, Write};

use super::screen::Screen;
use super::style::Style;
use super::text;

/// The columns between two columns.
const GAP: usize = 2;
/// What a column that gives way keeps at least.
const LEAST: usize = 12;

/// Rows of cells under heads.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// How a column is laid out.
pub(crate) struct Column {
    head: &'static str,
    layout: Layout,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Left,
    Right,
    /// To the left, and cut when the terminal is too narrow.
    Flexible {
        share: usize,
    },
}

impl Column {
    /// A column of words.
    pub(crate) const fn left(head: &'static str) -> Self {
        let layout = Layout::Left;
        Self { head, layout }
    }

    /// A column of numbers.
    pub(crate) const fn right(head: &'static str) -> Self {
        let layout = Layout::Right;
        Self { head, layout }
    }

    /// A column of texts that may be cut.
    pub(crate) const fn flexible(head: &'static str) -> Self {
        let layout = Layout::Flexible { share: 1 };
        Self { head, layout }
    }

    /// A column of texts that may be cut, and that matter more than those of other columns.
    pub(crate) const fn main(head: &'static str) -> Self {
        let layout = Layout::Flexible { share: 3 };
        Self { head, layout }
    }
}

/// A text in a style. It is made safe to show when it is put into a table.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(text: &str, style: Style) -> Self {
        Self {
            text: text::line(text).into_owned(),
            style,
        }
    }

    pub(crate) fn plain(text: &str) -> Self {
        Self::new(text, Style::Plain)
    }

    pub(crate) fn number(number: u64) -> Self {
        Self::plain(&number.to_string())
    }
}

impl Table {
    pub(crate) const fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Writes the table as a list: with heads and in columns on a terminal, else with tabs between
    /// whole cells and without heads, for programs that cut it up again.
    pub(crate) fn print_list(&self, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
        if screen.is_terminal() {
            return self.print(screen, out);
        }
        self.print_rows(screen, out)
    }

    /// Writes the rows of a list without their heads.
    pub(crate) fn print_rows(&self, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
        if !screen.is_terminal() {
            for row in &self.rows {
                let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                writeln!(out, "{}", cells.join("\t"))?;
            }
            return Ok(());
        }
        let widths = self.widths(screen.width);
        let mut lines = String::new();
        self.lines(&widths, screen.colour, &mut lines);
        out.write_all(lines.as_bytes())
    }

    /// Writes the table with its heads and in columns, whatever the output goes to.
    pub(crate) fn print(&self, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths(screen.width);
        let mut line = String::new();
        let heads = self.columns.iter().map(|column| (column.head, Style::Dim));
        self.line(heads, &widths, screen.colour, &mut line);
        self.lines(&widths, screen.colour, &mut line);
        out.write_all(line.as_bytes())
    }

    fn lines(&self, widths: &[usize], colour: bool, out: &mut String) {
        for row in &self.rows {
            let cells = row.iter().map(|cell| (cell.text.as_str(), cell.style));
            self.line(cells, widths, colour, out);
        }
    }

    /// How wide each column is: as its widest cell, or less where the terminal is too narrow.
    fn widths(&self, most: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|c| text::width(c.head)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(text::width(&cell.text));
            }
        }
        let most = most.unwrap_or(usize::MAX);
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(most);
        while excess > 0 {
            // The one that takes more than its share gives way.
            let giving = widths.iter_mut().zip(&self.columns);
            let giving = giving.filter_map(|(width, column)| match column.layout {
                Layout::Flexible { share } if *width > LEAST => Some((*width / share, width)),
                _ => None,
            });
            let Some((_, width)) = giving.max_by_key(|(weight, _)| *weight) else {
                break;
            };
            *width -= 1;
            excess -= 1;
        }
        widths
    }

    fn line<'a>(
        &self,
        cells: impl Iterator<Item = (&'a str, Style)>,
        widths: &[usize],
        colour: bool,
        out: &mut String,
    ) {
        for (at, ((cell, style), (column, width))) in
            cells.zip(self.columns.iter().zip(widths)).enumerate()
        {
            let shown: Cow<'_, str> = text::cut(cell, *width);
            let blank = width.saturating_sub(text::width(&shown));
            if at > 0 {
                out.extend(std::iter::repeat_n(' ', GAP));
            }
            if column.layout == Layout::Right {
                out.extend(std::iter::repeat_n(' ', blank));
            }
            style.paint(&shown, colour, out);
            if column.layout != Layout::Right {
                out.extend(std::iter::repeat_n(' ', blank));
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use backlot_model::Timestamp;

    use super::*;

    fn screen(width: Option<usize>, colour: bool) -> Screen {
        let now = Timestamp::default();
        Screen { width, colour, now }
    }

    fn table() -> Table {
        let columns = vec![
            Column::right("ID"),
            Column::main("TITLE"),
            Column::flexible("LABELS"),
        ];
        let mut table = Table::new(columns);
        table.row(vec![
            Cell::new("#1", Style::Green),
            Cell::plain("Crash on start\tof the application"),
            Cell::plain("bug"),
        ]);
        table.row(vec![
            Cell::plain("#120"),
            Cell::plain("漢字"),
            Cell::plain(""),
        ]);
        table
    }

    fn shown(screen: &Screen) -> String {
        let mut out = Vec::new();
        table().print_list(screen, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_fit_the_terminal() {
        assert_eq!(
            shown(&screen(Some(80), false)),
            "  ID  TITLE                               LABELS\n  \
               #1  Crash on start\\tof the application  bug\n\
             #120  漢字\n"
        );
        assert_eq!(
            shown(&screen(Some(30), false)),
            "  ID  TITLE             LABELS\n  \
               #1  Crash on start\\…  bug\n\
             #120  漢字\n"
        );
    }

    #[test]
    fn pipes_get_whole_cells_without_heads() {
        let piped = "#1\tCrash on start\\tof the application\tbug\n#120\t漢字\t\n";
        assert_eq!(shown(&screen(None, false)), piped);
    }

    #[test]
    fn colours_do_not_count_as_columns() {
        let coloured = shown(&screen(Some(80), true));
        assert!(
            coloured.contains("  \x1b[32m#1\x1b[0m  Crash"),
            "{coloured:?}"
        );
    }
}
