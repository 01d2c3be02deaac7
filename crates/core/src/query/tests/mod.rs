//! The whole plan against a plain reading of the same words, on random small stores. The limits above which
//! sets, orders and new bases are used are lower in tests, so that few issues reach all of them.

mod lists;
mod plain;
mod threads;
mod world;
