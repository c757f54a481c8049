//! The zip container of docx, xlsx, odt and ofd, opened with limits: a small
//! file must not be able to fill the memory.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use crate::ReadError;

/// No office program writes more parts than this.
const MAX_PARTS: usize = 20_000;
/// The most bytes that are unpacked from one file.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Text is packed to a tenth or a fiftieth; what shrinks further than this is
/// made to burst.
const MAX_RATIO: u64 = 300;
/// Below this size the ratio says nothing: a file of blanks is small anyway.
const RATIO_FROM: u64 = 8 * 1024 * 1024;

/// An opened container.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes have been unpacked so far.
    unpacked: u64,
}

impl<'a> Package<'a> {
    /// Opens a container.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| ReadError::Damaged {
            detail: format!("压缩容器不完整，文件可能在传输中被截断（{e}）"),
        })?;
        if zip.len() > MAX_PARTS {
            return Err(ReadError::Bomb {
                detail: format!("容器里有 {} 个部件，上限是 {MAX_PARTS} 个", zip.len())
            });
        }
        Ok(Self { zip, unpacked: 0 })
    }

    /// The names of all parts.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names_raw().map(|n| String::from_utf8_lossy(n).into_owned()).collect()
    }

    /// Whether there is a part of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// A part unpacked, or `None` where there is none of this name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let mut bytes = Vec::new();
        Ok(self.unpack(name, |chunk| bytes.extend_from_slice(chunk))?.then_some(bytes))
    }

    /// A part as text. XML parts are UTF-8 or UTF-16.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        Ok(self.part(name)?.map(|bytes| xml_text(&bytes)))
    }

    /// A part that the format cannot do without.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, ReadError> {
        self.text(name)?.ok_or_else(|| ReadError::Damaged { detail: format!("缺少部件 {name}") })
    }

    /// Unpacks every part into nothing, for a library that then opens the same
    /// bytes without limits of its own.
    pub(crate) fn check_all(&mut self) -> Result<(), ReadError> {
        for name in self.names() {
            self.unpack(&name, |_| ())?;
        }
        Ok(())
    }

    /// Feeds a part to `take` chunk by chunk and counts what comes out, whatever
    /// the container claims about its size. False where there is no such part.
    fn unpack(&mut self, name: &str, mut take: impl FnMut(&[u8])) -> Result<bool, ReadError> {
        let damaged =
            |e: &dyn std::fmt::Display| ReadError::Damaged { detail: format!("部件 {name} 无法解压（{e}）") };
        let mut part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(false),
            Err(ZipError::UnsupportedArchive(text)) if text == ZipError::PASSWORD_REQUIRED => {
                return Err(ReadError::Encrypted);
            }
            Err(e) => return Err(damaged(&e)),
        };
        let packed = part.compressed_size().max(1);
        let mut buffer = [0_u8; 16 * 1024];
        let mut size = 0_u64;
        loop {
            let count = part.read(&mut buffer).map_err(|e| damaged(&e))?;
            if count == 0 {
                break;
            }
            size += count as u64;
            self.unpacked += count as u64;
            if self.unpacked > MAX_UNPACKED {
                let limit = MAX_UNPACKED / 1024 / 1024;
                return Err(ReadError::Bomb { detail: format!("解压后超过 {limit} MB") });
            }
            if size > RATIO_FROM && size / packed > MAX_RATIO {
                return Err(ReadError::Bomb { detail: format!("部件 {name} 解压后膨胀超过 {MAX_RATIO} 倍") });
            }
            take(buffer.get(..count).unwrap_or_default());
        }
        Ok(true)
    }
}

/// The text of an XML part. Damaged characters are replaced.
pub(crate) fn xml_text(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned()
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
