//! The pages in Debian's chromium, driven through chromedriver, at a desk's width
//! and at a telephone's: one file for each story. Where the browser is missing
//! these tests fail and say what to install.
#![expect(unreachable_pub, reason = "a test is its own crate; its helper is public to its modules")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod people;

mod acceptance;
mod assigning;
mod breakdown;
mod collecting;
mod comparing;
mod confirming;
mod evaluating;
mod first_minutes;
mod handing_over;

use std::path::Path;

use crate::people::NEEDS;

#[test]
fn the_driver_is_here() {
    let here = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| Path::new(&folder).join(name).is_file())
    };
    assert!(here("chromedriver") && (here("chromium") || here("chromium-browser") || here("google-chrome")), "{NEEDS}");
}
