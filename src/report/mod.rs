//! What is handed on: reports made of findings and figures, for people and for other programs.

pub mod certificate;
pub mod derived;
pub mod health;
pub mod html;
pub mod ledger_book;
pub mod ledgers;
pub mod repair;
pub mod seats;
pub mod summary;
pub mod table;
