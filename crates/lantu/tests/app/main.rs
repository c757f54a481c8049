//! The whole application in process: a real database for each test, and people
//! with names who make requests.
#![expect(unreachable_pub, reason = "a test is its own crate; its helper is public to its modules")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod people;

mod access;
mod accounts;
mod administrators;
mod assessing;
mod assignments;
mod breakdown;
mod briefing;
mod collecting;
mod confirming;
mod county;
mod directory;
mod editions;
mod evidence;
mod figures;
mod glewlwyd;
mod guessing;
mod openid;
mod pages;
mod peers;
mod permissions;
mod public;
mod quality;
mod reminding;
mod slices;
mod snapshots;
mod supposing;
mod work;
