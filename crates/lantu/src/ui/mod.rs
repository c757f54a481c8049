//! The parts pages are made of. They show what they are given and decide nothing.

pub(crate) mod figure;
pub(crate) mod form;
pub(crate) mod layout;
pub(crate) mod light;
pub(crate) mod table;
pub(crate) mod timebar;
