//! A board on a screen: its columns side by side where they fit, one after another where they do not.

use std::io::Write;

use backlot_core::CardDetail;
use backlot_model::State;

use super::view::Board;
use crate::context::Context;
use crate::error::Result;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text;

/// The least width at which a column can be read.
const LEAST: usize = 20;
/// The blanks between columns.
const GAP: usize = 2;

/// A line of a column.
struct Line {
    text: String,
    style: Style,
}

pub(super) fn print(board: &Board, context: &mut Context<'_>) -> Result<()> {
    let screen = context.screen;
    let Some(width) = screen.width else {
        return lines(board, context);
    };
    let project = &board.project;
    let title = format!("{} #{} {}", project.owner, project.number, project.name);
    let state = format!(" ({})", project.state.as_word());
    writeln!(
        context.out,
        "{}{}",
        screen.paint(Style::Bold, &text::line(&title)),
        screen.paint(Style::Dim, &state)
    )?;
    if let Some(body) = &project.body {
        writeln!(context.out, "{}", text::body(body.trim_end()))?;
    }
    writeln!(context.out)?;
    if board.columns.is_empty() {
        return context.note("it has no columns");
    }
    let columns: Vec<Vec<Line>> = (board.columns.iter())
        .map(|(column, cards)| {
            let head = Line {
                text: format!("{} ({})", column.name, column.cards),
                style: Style::Bold,
            };
            let cards = cards.iter().map(|card| card_line(card, &project.owner));
            std::iter::once(head).chain(cards).collect()
        })
        .collect();
    let gaps = GAP * (columns.len() - 1);
    match width.saturating_sub(gaps) / columns.len() {
        each if each >= LEAST => side_by_side(&columns, each, &screen, context.out)?,
        _ => one_by_one(&columns, width, &screen, context.out)?,
    }
    Ok(())
}

/// How a card is shown: `#12 Title`, or the first line of a note.
fn card_line(card: &CardDetail, owner: &str) -> Line {
    let (mut text, style) = match &card.issue {
        Some((repository, issue)) => {
            let place = match repository.eq_ignore_ascii_case(owner) {
                true => String::new(),
                false => repository.clone(),
            };
            let style = match issue.state {
                State::Open => Style::Green,
                _ => Style::Purple,
            };
            (
                format!("{place}#{} {}", issue.number, issue.title.trim()),
                style,
            )
        }
        None => {
            let note = card.note.as_deref().unwrap_or_default();
            (
                note.lines().next().unwrap_or_default().to_owned(),
                Style::Plain,
            )
        }
    };
    if card.is_archived {
        text.push_str(" (archived)");
    }
    Line { text, style }
}

fn side_by_side(
    columns: &[Vec<Line>],
    each: usize,
    screen: &Screen,
    out: &mut dyn Write,
) -> Result<()> {
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    for row in 0..tallest {
        let mut shown = String::new();
        // Blanks before a cell are written only when there is a cell.
        let mut blanks = 0;
        for column in columns {
            let Some(line) = column.get(row) else {
                blanks += each + GAP;
                continue;
            };
            let safe = text::line(&line.text);
            let cut = text::cut(&safe, each);
            shown.extend(std::iter::repeat_n(' ', blanks));
            line.style.paint(&cut, screen.colour, &mut shown);
            blanks = each.saturating_sub(text::width(&cut)) + GAP;
        }
        writeln!(out, "{shown}")?;
    }
    Ok(())
}

fn one_by_one(
    columns: &[Vec<Line>],
    width: usize,
    screen: &Screen,
    out: &mut dyn Write,
) -> Result<()> {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        for line in column {
            let safe = text::line(&line.text);
            let mut shown = String::new();
            let cut = text::cut(&safe, width);
            line.style.paint(&cut, screen.colour, &mut shown);
            writeln!(out, "{shown}")?;
        }
    }
    Ok(())
}

/// What a program wants to cut up: a line for each card.
fn lines(board: &Board, context: &mut Context<'_>) -> Result<()> {
    let heads = ["column", "id", "kind", "text", "state"];
    let mut table = Table::new(heads.map(Column::left).into());
    for (column, cards) in &board.columns {
        for card in cards {
            let (kind, text, state) = match &card.issue {
                Some((repository, issue)) => (
                    "issue",
                    format!("{repository}#{} {}", issue.number, issue.title),
                    issue.state.as_word(),
                ),
                None => ("note", card.note.clone().unwrap_or_default(), ""),
            };
            let state = if card.is_archived { "archived" } else { state };
            table.row(vec![
                Cell::plain(&column.name),
                Cell::plain(&card.id.to_string()),
                Cell::plain(kind),
                Cell::plain(&text),
                Cell::plain(state),
            ]);
        }
    }
    Ok(table.print_list(&context.screen, context.out)?)
}

#[cfg(test)]
mod tests {
    use backlot_model::Timestamp;

    use super::*;

    fn shown(columns: &[&[&str]], width: usize, is_wide: bool) -> String {
        let columns: Vec<Vec<Line>> = (columns.iter())
            .map(|column| {
                let line = |text: &&str| Line {
                    text: (*text).to_owned(),
                    style: Style::Plain,
                };
                column.iter().map(line).collect()
            })
            .collect();
        let screen = Screen {
            width: Some(width),
            colour: false,
            now: Timestamp::from_unix_milliseconds(0),
        };
        let mut out = Vec::new();
        match is_wide {
            true => side_by_side(&columns, width, &screen, &mut out).unwrap(),
            false => one_by_one(&columns, width, &screen, &mut out).unwrap(),
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_stand_side_by_side_or_one_after_another() {
        let columns: &[&[&str]] = &[&["To do", "#1 漢字漢字"], &["Done", "a\u{1b}", "b"]];
        assert_eq!(
            shown(columns, 9, true),
            "To do      Done\n#1 漢字…   a\\u{1b}\n           b\n"
        );
        assert_eq!(
            shown(columns, 20, false),
            "To do\n#1 漢字漢字\n\nDone\na\\u{1b}\nb\n"
        );
    }
}
