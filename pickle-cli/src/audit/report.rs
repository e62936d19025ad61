//! What an audit found, as text and as JSON.

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use pickle_core::tools::audit::{Action, Audit, Finding, Verdict};
use serde_json::{Value, json};

use crate::audit::{Part, Report};

/// Writes reports for humans. Equal findings are one line; harmless ones are only counted, unless
/// all are asked for.
///
/// # Errors
/// Those of the writer.
pub fn text(reports: &[Report], all: bool, styled: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        let verdict = painted(report.verdict(), styled);
        let broken = if report.is_broken() { ", broken" } else { "" };
        writeln!(out, "{}: {verdict}{broken}", report.file.escape_debug())?;
        for part in &report.parts {
            part_text(part, all, styled, out)?;
        }
    }
    Ok(())
}

fn part_text(part: &Part, all: bool, styled: bool, out: &mut dyn Write) -> io::Result<()> {
    let indent = if part.path.is_empty() { "  " } else { "    " };
    if !part.path.is_empty() {
        writeln!(out, "  in {}:", part.path)?;
    }
    let audit = match &part.outcome {
        Ok(audit) => audit,
        Err(error) => return writeln!(out, "{indent}cannot be read: {error}"),
    };
    let mut harmless = 0;
    for (finding, count) in grouped(audit) {
        if finding.verdict == Verdict::Harmless && !all {
            harmless += count;
            continue;
        }
        write!(out, "{indent}{} {}", painted(finding.verdict, styled), finding.action.as_str())?;
        write!(out, " {}{}", finding.name.escape_debug(), finding.args)?;
        if count > 1 {
            write!(out, ", {count} times")?;
        }
        writeln!(out, " ({}): {}", place(finding), finding.reason)?;
    }
    if harmless > 0 {
        writeln!(out, "{indent}{harmless} harmless; `--all` lists them")?;
    }
    if audit.pickles > 1 {
        writeln!(out, "{indent}{} pickles in a row", audit.pickles)?;
    }
    if let Some(range) = &audit.trailing {
        writeln!(out, "{indent}{} bytes at offset {} are no pickle", range.len(), range.start)?;
    }
    if audit.left_out > 0 {
        writeln!(out, "{indent}{} more were counted only", audit.left_out)?;
    }
    if let Some(error) = &audit.error {
        writeln!(out, "{indent}broken: {error}")?;
    }
    Ok(())
}

fn place(finding: &Finding) -> String {
    let within: String =
        finding.within.iter().map(|offset| format!("in the string at {offset}, ")).collect();
    format!("{within}offset {}", finding.offset)
}

/// Each different finding once, in the order of the first of each, and how many there are.
fn grouped(audit: &Audit) -> Vec<(&Finding, usize)> {
    type Key<'a> = (Action, &'a str, Verdict, &'a str, bool);
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    let mut groups: Vec<(&Finding, usize)> = Vec::new();
    for finding in &audit.findings {
        let Finding { action, name, verdict, reason, within, .. } = finding;
        let key = (*action, &**name, *verdict, &**reason, within.is_empty());
        let place = *places.entry(key).or_insert_with(|| {
            groups.push((finding, 0));
            groups.len() - 1
        });
        if let Some((_, count)) = groups.get_mut(place) {
            *count += 1;
        }
    }
    groups
}

fn painted(verdict: Verdict, styled: bool) -> String {
    if !styled {
        return verdict.to_string();
    }
    let color = match verdict {
        Verdict::Dangerous => AnsiColor::Red,
        Verdict::Unknown => AnsiColor::Yellow,
        _ => AnsiColor::Green,
    };
    let style = Style::new().fg_color(Some(color.into())).bold();
    format!("{style}{verdict}{style:#}")
}

/// Writes reports as one JSON document.
///
/// # Errors
/// Those of the writer.
pub fn json(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let worst = reports.iter().map(Report::verdict).max().unwrap_or_default();
    let files: Vec<Value> = reports.iter().map(report_json).collect();
    let document = json!({ "verdict": worst.to_string(), "files": files });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn report_json(report: &Report) -> Value {
    let parts: Vec<Value> = report.parts.iter().map(part_json).collect();
    json!({
        "file": report.file,
        "verdict": report.verdict().to_string(),
        "broken": report.is_broken(),
        "parts": parts,
    })
}

fn part_json(part: &Part) -> Value {
    let audit = match &part.outcome {
        Ok(audit) => audit,
        Err(error) => return json!({ "path": part.path, "error": error }),
    };
    let findings: Vec<Value> = audit.findings.iter().map(finding_json).collect();
    json!({
        "path": part.path,
        "verdict": audit.verdict().to_string(),
        "pickles": audit.pickles,
        "error": audit.error.as_ref().map(ToString::to_string),
        "trailing": audit.trailing.as_ref().map(|range| [range.start, range.end]),
        "left_out": audit.left_out,
        "findings": findings,
    })
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "offset": finding.offset,
        "within": finding.within,
        "action": finding.action.as_str(),
        "name": finding.name,
        "args": finding.args,
        "verdict": finding.verdict.to_string(),
        "reason": finding.reason,
    })
}
