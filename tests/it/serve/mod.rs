//! `backlot serve` as its clients meet it: over a socket, in another process.

mod access;
mod connections;
mod crash;
mod refusals;
mod served;
mod stopping;
