//! Rust text with comments, strings and characters blanked out, so that a gate reads what the compiler reads and prose may name anything.

/// The same lines, with every comment and literal replaced by spaces.
pub fn only(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        let ident_before = kept
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let blank = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'r' if !ident_before => raw_string(rest),
            _ => 0,
        };
        let taken = if blank > 0 { blank } else { first.len_utf8() };
        let (head, tail) = rest.split_at(taken);
        match blank {
            0 => kept.push_str(head),
            _ => kept.extend(head.chars().map(|c| if c == '\n' { '\n' } else { ' ' })),
        }
        rest = tail;
    }
    kept
}

/// The length of the comment `rest` begins with; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of the string `rest` begins with.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of the character literal `rest` begins with, or 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), Some(_)) => inside.find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// The length of the raw string `rest` begins with, or 0 for a name that begins with `r`.
fn raw_string(rest: &str) -> usize {
    let hashes = rest.chars().skip(1).take_while(|c| *c == '#').count();
    if rest.chars().nth(1 + hashes) != Some('"') {
        return 0;
    }
    let start = hashes + 2;
    let end = format!("\"{}", "#".repeat(hashes));
    rest.get(start..)
        .and_then(|body| body.find(&end))
        .map_or(rest.len(), |at| start + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank_and_lines_stay() {
        let text = "a // serde\n/* diesel /* nested */ \n serde */ b\nlet s = \"serde\\\" x\"; c";
        let kept = only(text);
        assert_eq!(kept.lines().count(), 4);
        assert_eq!(
            kept.split_whitespace().collect::<Vec<_>>(),
            ["a", "b", "let", "s", "=", ";", "c"]
        );
    }

    #[test]
    fn raw_strings_and_characters_are_blank_and_lifetimes_stay() {
        let kept = only("r#\"serde \" x\"# 'a' '\\'' fn f<'a>(x: &'a str) r for");
        assert_eq!(kept.trim(), "fn f<'a>(x: &'a str) r for");
    }
}
