//! Line breaks: what fits on a line stays on it, what does not is spread over several.
//!
//! This is Oppen's algorithm ("Prettyprinting", 1980): linear in the text, with a buffer of about
//! one line, and without recursion.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, Write};

use anstyle::Style;

/// By how many columns the content of a broken group is indented.
const INDENT: usize = 2;

/// How a group that does not fit on the line is broken. The brackets are on lines of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaking {
    /// Each item has its line.
    Every,
    /// A line takes as many items as fit.
    Full,
}

/// Where a line may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Behind the opening bracket.
    First,
    /// Between two items; a blank if the line goes on.
    Between,
    /// Before the closing bracket.
    Last,
}

enum Token {
    Text(Cow<'static, str>, Style),
    Break(Break),
    Begin(Breaking),
    End,
}

/// A token that waits to be written, because it or one before it depends on what follows.
struct Waiting {
    token: Token,
    /// For a break, the columns up to the next; for the beginning of a group, up to the next break
    /// or group behind its end. `None` while that is not known.
    width: Option<usize>,
    /// The columns of everything before it.
    at: usize,
}

/// Writes text with line breaks.
///
/// ```
/// use anstyle::Style;
/// use pickle_cli::layout::{Break, Breaking, Layout};
///
/// let print = |width| {
///     let mut out = Vec::new();
///     let mut layout = Layout::new(&mut out, width, false);
///     layout.text("[", Style::new())?;
///     layout.begin(Breaking::Every)?;
///     layout.line_break(Break::First)?;
///     layout.text("1,", Style::new())?;
///     layout.line_break(Break::Between)?;
///     layout.text("2", Style::new())?;
///     layout.line_break(Break::Last)?;
///     layout.end()?;
///     layout.text("]", Style::new())?;
///     layout.finish()?;
///     Ok::<_, std::io::Error>(String::from_utf8_lossy(&out).into_owned())
/// };
/// assert_eq!(print(20)?, "[1, 2]\n");
/// assert_eq!(print(4)?, "[\n  1,\n  2\n]\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Layout<'w> {
    out: &'w mut dyn Write,
    width: usize,
    styled: bool,
    /// How much of the current line is written.
    column: usize,
    /// The groups that are written and not ended: how they are broken, `None` for one that fits.
    groups: Vec<Option<Breaking>>,
    /// How many of those are broken.
    broken: usize,
    waiting: VecDeque<Waiting>,
    /// The number of the first that waits, counted from the beginning.
    first: usize,
    /// The numbers of those whose width is not known, and of the ends between them.
    unknown: VecDeque<usize>,
    /// The columns of all tokens, if all were on one line; and of those that are written.
    added: usize,
    written: usize,
}

impl<'w> Layout<'w> {
    /// Writes lines of this width where that is possible, and the styles of texts if `styled`.
    #[must_use]
    pub fn new(out: &'w mut dyn Write, width: usize, styled: bool) -> Layout<'w> {
        Layout {
            out,
            width,
            styled,
            column: 0,
            groups: Vec::new(),
            broken: 0,
            waiting: VecDeque::new(),
            first: 0,
            unknown: VecDeque::new(),
            added: 0,
            written: 0,
        }
    }

    /// Adds text without line ends.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn text(&mut self, text: impl Into<Cow<'static, str>>, style: Style) -> io::Result<()> {
        let text = text.into();
        let columns = text.chars().count();
        self.push(Token::Text(text, style), Some(columns), columns);
        self.write_known()?;
        // What is longer than the line need not be known to its end.
        while self.added - self.written > self.space() {
            let Some(front) = self.waiting.front_mut() else { break };
            front.width = Some(usize::MAX);
            if self.unknown.front() == Some(&self.first) {
                self.unknown.pop_front();
            }
            self.write_known()?;
        }
        Ok(())
    }

    /// Begins a group: what fits on the rest of the line is not broken.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(&mut self, breaking: Breaking) -> io::Result<()> {
        if self.unknown.back().is_some_and(|&number| self.is_end(number)) {
            self.resolve();
            self.write_known()?;
        }
        self.push_unknown(Token::Begin(breaking), 0)
    }

    /// Ends the group.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(&mut self) -> io::Result<()> {
        self.push_unknown(Token::End, 0)
    }

    /// Lets the line end here if the group is broken.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn line_break(&mut self, kind: Break) -> io::Result<()> {
        self.resolve();
        self.write_known()?;
        self.push_unknown(Token::Break(kind), usize::from(kind == Break::Between))
    }

    /// Ends the last line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<()> {
        self.resolve();
        self.write_known()?;
        writeln!(self.out)
    }

    fn push(&mut self, token: Token, width: Option<usize>, columns: usize) {
        self.waiting.push_back(Waiting { token, width, at: self.added });
        self.added += columns;
    }

    fn push_unknown(&mut self, token: Token, columns: usize) -> io::Result<()> {
        let is_end = matches!(token, Token::End);
        if is_end && self.unknown.is_empty() {
            self.push(token, Some(0), columns);
            return self.write_known();
        }
        self.unknown.push_back(self.first + self.waiting.len());
        self.push(token, None, columns);
        Ok(())
    }

    fn is_end(&self, number: usize) -> bool {
        let entry = self.waiting.get(number - self.first);
        entry.is_some_and(|entry| matches!(entry.token, Token::End))
    }

    /// Says how wide the last break is and the groups that ended since: up to here.
    fn resolve(&mut self) {
        let mut depth = 0usize;
        while let Some(&number) = self.unknown.back() {
            let Some(entry) = self.waiting.get_mut(number - self.first) else { break };
            match entry.token {
                Token::Begin(_) if depth == 0 => break,
                Token::Begin(_) => depth -= 1,
                Token::End => depth += 1,
                Token::Break(_) | Token::Text(..) => {}
            }
            entry.width = Some(self.added - entry.at);
            self.unknown.pop_back();
            if depth == 0 && matches!(entry.token, Token::Break(_)) {
                break;
            }
        }
    }

    /// Writes what waits, up to the first of unknown width.
    fn write_known(&mut self) -> io::Result<()> {
        while let Some(width) = self.waiting.front().and_then(|entry| entry.width) {
            let Some(entry) = self.waiting.pop_front() else { break };
            self.first += 1;
            match entry.token {
                Token::Text(text, style) => self.write_text(&text, style)?,
                Token::Break(kind) => self.write_break(kind, width)?,
                Token::Begin(breaking) => {
                    let is_broken = width > self.space();
                    self.broken += usize::from(is_broken);
                    self.groups.push(is_broken.then_some(breaking));
                }
                Token::End => {
                    let group = self.groups.pop().flatten();
                    self.broken -= usize::from(group.is_some());
                }
            }
        }
        Ok(())
    }

    fn write_text(&mut self, text: &str, style: Style) -> io::Result<()> {
        let columns = text.chars().count();
        self.column += columns;
        self.written += columns;
        if !self.styled || style == Style::new() {
            return self.out.write_all(text.as_bytes());
        }
        write!(self.out, "{style}{text}{style:#}")
    }

    fn write_break(&mut self, kind: Break, width: usize) -> io::Result<()> {
        let blank = usize::from(kind == Break::Between);
        self.written += blank;
        let ends_line = match self.groups.last() {
            Some(Some(Breaking::Every)) => true,
            Some(Some(Breaking::Full)) => kind != Break::Between || width > self.space(),
            Some(None) | None => false,
        };
        if !ends_line {
            self.column += blank;
            return self.out.write_all(if blank == 1 { b" " } else { b"" });
        }
        let depth = self.broken - usize::from(kind == Break::Last);
        // Very deep values would be mostly indentation.
        self.column = (depth * INDENT).min(self.width / 2);
        write!(self.out, "\n{:1$}", "", self.column)
    }

    fn space(&self) -> usize {
        self.width.saturating_sub(self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists are brackets, their items single letters or lists.
    fn check(breaking: Breaking, width: usize, list: &str, expected: &str) {
        let mut out = Vec::new();
        let mut layout = Layout::new(&mut out, width, false);
        let plain = Style::new();
        for char in list.chars() {
            match char {
                '[' => {
                    layout.text("[", plain).unwrap();
                    layout.begin(breaking).unwrap();
                    layout.line_break(Break::First).unwrap();
                }
                ']' => {
                    layout.line_break(Break::Last).unwrap();
                    layout.end().unwrap();
                    layout.text("]", plain).unwrap();
                }
                ',' => {
                    layout.text(",", plain).unwrap();
                    layout.line_break(Break::Between).unwrap();
                }
                _ => layout.text(char.to_string(), plain).unwrap(),
            }
        }
        layout.finish().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{expected}\n"));
    }

    #[test]
    fn a_group_is_broken_only_if_it_does_not_fit() {
        let list = "[a,[b,c],[d,[e,f]]]";
        check(Breaking::Every, 24, list, "[a, [b, c], [d, [e, f]]]");
        check(Breaking::Every, 23, list, "[\n  a,\n  [b, c],\n  [d, [e, f]]\n]");
        let lines = "[\n  a,\n  [b, c],\n  [\n    d,\n    [e, f]\n  ]\n]";
        check(Breaking::Every, 10, list, lines);
    }

    #[test]
    fn a_comma_behind_a_group_has_to_fit_too() {
        check(Breaking::Every, 8, "[[a,b],c]", "[\n  [\n    a,\n    b\n  ],\n  c\n]");
        check(Breaking::Every, 9, "[[a,b],c]", "[\n  [a, b],\n  c\n]");
    }

    #[test]
    fn full_lines() {
        check(Breaking::Full, 8, "[a,b,c,d,e]", "[\n  a, b,\n  c, d,\n  e\n]");
    }

    #[test]
    fn depth_costs_no_more_than_half_a_line() {
        let mut out = Vec::new();
        let mut layout = Layout::new(&mut out, 20, false);
        for _ in 0..100_000 {
            layout.text("[", Style::new()).unwrap();
            layout.begin(Breaking::Every).unwrap();
            layout.line_break(Break::First).unwrap();
        }
        for _ in 0..100_000 {
            layout.line_break(Break::Last).unwrap();
            layout.end().unwrap();
            layout.text("]", Style::new()).unwrap();
        }
        layout.finish().unwrap();
        assert!(out.len() < 2_600_000, "{}", out.len());
    }
}
