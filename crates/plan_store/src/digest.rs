//! SM3 digests of rows and records.

use sm3::{Digest, Sm3};

use crate::engine::Value;

/// The hash before the first record of the chain.
pub(crate) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The digest of a text.
pub(crate) fn of_text(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

/// The digest of the content of a file.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sm3::digest(bytes))
}

/// The digest of a row: its table, then every column that is not NULL with its
/// name, its length and its value. The length keeps neighbours apart; leaving
/// out NULL lets a later column be added without changing the digests of old rows.
pub(crate) fn of_row<'a>(table: &str, columns: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let mut hash = Sm3::new();
    hash.update(table.as_bytes());
    let mut field = |name: &str, value: &[u8]| {
        hash.update(b"\n");
        hash.update(name.as_bytes());
        hash.update(b":");
        hash.update(value.len().to_string().as_bytes());
        hash.update(b"=");
        hash.update(value);
    };
    for (name, value) in columns {
        match value {
            Value::Int(Some(int)) => field(name, int.to_string().as_bytes()),
            Value::Text(Some(text)) => field(name, text.as_bytes()),
            Value::Bytes(bytes) => field(name, bytes),
            Value::Int(None) | Value::Text(None) => {}
        }
    }
    hex(&hash.finalize())
}

/// One digest for the rows of a change, in whatever order they are read.
pub(crate) fn of_digests(digests: &mut [String]) -> String {
    digests.sort_unstable();
    let mut hash = Sm3::new();
    for digest in digests {
        hash.update(digest.as_bytes());
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_is_the_standard_one_and_rows_do_not_run_together() {
        assert_eq!(of_text("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let row = |a: Value, b: Value| of_row("t", [("a", &a), ("b", &b)].into_iter());
        assert_ne!(row("1".into(), "23".into()), row("12".into(), "3".into()));
        assert_ne!(row("".into(), Value::Text(None)), row(Value::Text(None), "".into()));
        assert_eq!(row("x".into(), Value::Int(None)), of_row("t", [("a", &Value::from("x"))].into_iter()));
        let mut one = vec!["b".to_owned(), "a".to_owned()];
        let mut two = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(of_digests(&mut one), of_digests(&mut two));
    }
}
