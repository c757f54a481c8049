//! Random tokens and their comparison.

/// Random bytes that are used once.
pub(crate) fn entropy() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A token nobody can guess: 32 random bytes in hexadecimal digits.
pub(crate) fn fresh() -> Result<String, getrandom::Error> {
    Ok(entropy()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two tokens are equal, in a time that does not tell how far they agree.
pub(crate) fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_compared_whole() {
        let (a, b) = (fresh().unwrap(), fresh().unwrap());
        assert!(a.len() == 64 && a != b);
        assert!(same(&a, &a) && !same(&a, &b) && !same("", "") && !same(&a, ""));
    }
}
