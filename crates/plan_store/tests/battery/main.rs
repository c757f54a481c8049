//! One battery of tests for both engines: each story runs on a fresh SQLite
//! file and on a fresh database of a throw-away PostgreSQL cluster.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; the helpers of this battery are outside of test functions"
)]

mod database;
mod records;

use database::Database;

/// Makes a test of each story for each engine.
macro_rules! battery {
    ($($module:ident :: { $($story:ident),+ $(,)? })+) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$module::$story(crate::Database::sqlite()).await;
            })+)+
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$module::$story(crate::Database::postgres()).await;
            })+)+
        }
    };
}

mod plans;

battery! {
    plans::{ a_plan_comes_back_as_it_was_stored }
}
