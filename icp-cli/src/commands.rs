//! One file a group of commands.

pub(crate) mod act;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod estimate;
pub(crate) mod evidence;
pub(crate) mod llm;
pub(crate) mod matching;
pub(crate) mod pacing;
pub(crate) mod register;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod ssic;
