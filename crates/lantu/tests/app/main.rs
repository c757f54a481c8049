//! The whole application in process: a real database for each test, and people
//! with names who make requests.
#![expect(unreachable_pub, reason = "a test is its own crate; its helper is public to its modules")]

mod people;

mod access;
mod pages;
