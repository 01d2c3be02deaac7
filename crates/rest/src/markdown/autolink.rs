//! Addresses that stand bare in a text.

use std::ops::Range;

/// An address in a text: where it stands, and what is put before it to have a whole one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) span: Range<usize>,
    pub(super) scheme: &'static str,
}

/// The addresses of pages and mailboxes in a text without markup, in their order.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let bytes = text.as_bytes();
    let mut found: Vec<Address> = Vec::new();
    let mut floor = 0;
    let mut at = 0;
    while at < bytes.len() {
        let address = match bytes[at] {
            b'h' | b'H' => page(text, at, &["http://", "https://"], ""),
            b'w' | b'W' => page(text, at, &["www."], "http://"),
            b'@' => mailbox(text, floor, at),
            _ => None,
        };
        match address {
            Some(address) => {
                floor = address.span.end;
                at = floor;
                found.push(address);
            }
            None => at += 1,
        }
    }
    found
}

/// The page whose address begins here.
fn page(text: &str, start: usize, begins: &[&str], scheme: &'static str) -> Option<Address> {
    let bytes = text.as_bytes();
    let begin = begins.iter().find(|begin| {
        let written = bytes.get(start..start + begin.len());
        written.is_some_and(|written| written.eq_ignore_ascii_case(begin.as_bytes()))
    })?;
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric()) {
        return None;
    }
    let domain_start = match scheme {
        "" => start + begin.len(),
        _ => start,
    };
    let rest = text.get(domain_start..)?;
    let in_domain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    // Longer than any host: what is none is not searched to its end.
    let domain: String = rest
        .chars()
        .take(256)
        .take_while(|c| in_domain(*c))
        .collect();
    let is_whole = scheme.is_empty() || domain.trim_end_matches('.').contains('.');
    (is_whole && is_domain(&domain)).then_some(())?;
    let length = rest
        .find(|c: char| c.is_whitespace() || c == '<')
        .unwrap_or(rest.len());
    let length = without_punctuation(&rest[..length]);
    (length > 0).then(|| Address {
        span: start..domain_start + length,
        scheme,
    })
}

/// Whether this names a host: parts between single dots, and no underscore in the last two.
fn is_domain(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    let mut last = domain.rsplit('.').take(2);
    let begins = domain.starts_with(char::is_alphanumeric);
    begins && !last.any(|part| part.contains('_') || part.is_empty())
}

/// How long an address is without the punctuation of the sentence around it.
fn without_punctuation(address: &str) -> usize {
    let count = |address: &str, c: u8| address.bytes().filter(|byte| *byte == c).count();
    let opened = count(address, b'(');
    let mut closed = count(address, b')');
    let mut rest = address;
    while let Some(last) = rest.as_bytes().last() {
        let cut = match last {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => 1,
            b')' if closed > opened => {
                closed -= 1;
                1
            }
            b';' => entity(rest),
            _ => break,
        };
        rest = &rest[..rest.len() - cut];
    }
    rest.len()
}

/// How long the entity is that ends with the semicolon at the end, or the semicolon alone.
fn entity(text: &str) -> usize {
    let bytes = text.as_bytes();
    let letters = bytes
        .iter()
        .rev()
        .skip(1)
        .take(33)
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(0);
    let begins = bytes.len().checked_sub(letters + 2).map(|at| bytes[at]);
    match begins {
        Some(b'&') if letters > 0 => letters + 2,
        _ => 1,
    }
}

/// The mailbox whose `@` is here.
fn mailbox(text: &str, floor: usize, at: usize) -> Option<Address> {
    let bytes = text.as_bytes();
    let in_user = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_+".contains(byte);
    let user = bytes[floor..at]
        .iter()
        .rev()
        .take(256)
        .take_while(in_user)
        .count();
    let in_host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let host = bytes[at + 1..].iter().take(256).take_while(in_host).count();
    let host = text.get(at + 1..at + 1 + host)?.trim_end_matches('.');
    let fits = user > 0
        && host.contains('.')
        && !host.contains("..")
        && host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.ends_with(|c: char| c.is_ascii_alphanumeric());
    fits.then(|| Address {
        span: at - user..at + 1 + host.len(),
        scheme: "mailto:",
    })
}
