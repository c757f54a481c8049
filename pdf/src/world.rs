//! What the typesetter sees: three files in memory and the typefaces. It has no
//! other file, no network and no clock.

use typst::{
    Library, LibraryExt as _,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::faces::Faces;

const LAYOUT: &str = include_str!("layout.typ");

pub(crate) struct World {
    library: LazyHash<Library>,
    faces: Faces,
    layout: Source,
    /// The other files with their names.
    files: Vec<(FileId, Bytes)>,
}

/// The id of a file; the names are ours and sound.
fn id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

impl World {
    pub(crate) fn new(report: Vec<u8>, faces: Faces) -> Self {
        let chosen = faces.json();
        let files = [("report.json", report), ("faces.json", chosen)];
        let files = files.into_iter().filter_map(|(name, bytes)| Some((id(name)?, Bytes::new(bytes))));
        let layout = match id("layout.typ") {
            Some(id) => Source::new(id, LAYOUT.to_owned()),
            None => Source::detached(LAYOUT),
        };
        Self { library: LazyHash::new(Library::default()), faces, layout, files: files.collect() }
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.faces.store.book()
    }

    fn main(&self) -> FileId {
        self.layout.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.layout.id() { Ok(self.layout.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let file = self.files.iter().find(|(own, _)| *own == id);
        file.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.store.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
