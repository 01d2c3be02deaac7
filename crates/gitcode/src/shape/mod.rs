//! What GitCode's objects look like.

mod form;

pub(crate) use form::Form;
