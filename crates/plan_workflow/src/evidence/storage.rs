//! What the use cases ask of a store of files.

use std::future::Future;

use crate::{
    events::EventBatch,
    storage::{Stamp, Stored},
};

/// A file to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its media type, as its content says.
    pub media_type: String,
    /// What it is called by who hands it in first.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its media type, as its content said.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The part of a store that keeps files by the SM3 hash of their content.
pub trait EvidenceStore: Clone + Send + Sync + 'static {
    /// Stores a file, once however often it comes, and the events that attach it,
    /// all or none. Answers the number of the last event of each stream.
    fn store_evidence(
        &self,
        stamp: Stamp,
        file: NewFile,
        batch: EventBatch,
    ) -> impl Future<Output = Stored<Vec<u32>>> + Send;
    /// The content under a hash (64 hexadecimal digits); damaged where it is no
    /// longer what was handed in.
    fn evidence(&self, hash: &str) -> impl Future<Output = Stored<Option<Content>>> + Send;
}
