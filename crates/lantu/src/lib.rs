//! The program: command line, settings, server, pages, API and clock.
//!
//! This crate is the outermost one. It knows protocols and people, and neither
//! SQL (that is `plan_store`) nor the rules of the field (`plan_workflow` and
//! below). What it shows, something below has decided.

mod api;
pub mod cli;
pub mod clock;
pub mod deliver;
mod messages;
pub mod openid;
mod pages;
mod pdf;
mod report;
pub mod sample;
pub mod server;
pub mod settings;
mod ui;
