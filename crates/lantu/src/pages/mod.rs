//! The pages: one file for each, its handlers and what they draw. Addresses,
//! functions and files use the same words.

pub(crate) mod account;
pub(crate) mod assessments;
pub(crate) mod assignments;
mod audit;
pub(crate) mod breakdown;
pub(crate) mod confirm;
pub(crate) mod credentials;
pub(crate) mod dictionary;
pub(crate) mod duties;
pub(crate) mod editions;
mod export;
pub(crate) mod figures;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod inbox;
pub(crate) mod indicator;
pub(crate) mod indicators;
pub(crate) mod login;
pub(crate) mod marks;
pub(crate) mod openid;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod problems;
pub(crate) mod public;
pub(crate) mod quality;
pub(crate) mod refused;
pub(crate) mod report;
pub(crate) mod roles;
pub(crate) mod rounds;
pub(crate) mod slice;
pub(crate) mod source;
pub(crate) mod system;
pub(crate) mod units;
pub(crate) mod work;
