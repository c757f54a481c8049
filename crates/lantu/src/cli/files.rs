//! Files named on the command line: read with their limits, problems reported
//! as `FILE:LINE: message; what to do`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use document_reader::{MAX_BYTES, ReadError, Source};
use plan_assessment::quality::QualityRules;
use plan_model::Problem;
use plan_workflow::{assignments::rules::Rules, register::dictionary::Dictionary};

use super::Failure;

/// The bytes of a file, refused before reading when it is larger than `limit`.
pub(crate) fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let cannot = |why: String| Failure::new(format!("{}:0: {why}", path.display()));
    let facts = fs::metadata(path).map_err(|e| cannot(format!("打不开文件（{e}）；请检查路径和权限")))?;
    if facts.is_dir() {
        return Err(cannot("这是文件夹；请写出其中的文件".to_owned()));
    }
    let size = usize::try_from(facts.len()).unwrap_or(usize::MAX);
    if size > limit {
        return Err(cannot(ReadError::TooLarge { bytes: size, limit }.to_string()));
    }
    fs::read(path).map_err(|e| cannot(format!("读不了文件（{e}）；请检查权限后重试")))
}

/// A plan document as read.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    let bytes = bytes(path, MAX_BYTES)?;
    document_reader::read(&path.to_string_lossy(), &bytes)
        .map_err(|e| Failure::new(format!("{}:0: {e}", path.display())))
}

/// A file of rules is no larger.
const LARGEST_RULES: usize = 4 * 1024 * 1024;

/// Files of rules: their names and texts.
fn rules(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.display().to_string();
        let text = String::from_utf8(bytes(path, LARGEST_RULES)?)
            .map_err(|_| Failure::new(format!("{name}:0: 不是 UTF-8 文本；请另存为 UTF-8")))?;
        texts.push((name, text.trim_start_matches('\u{feff}').to_owned()));
    }
    Ok(texts)
}

/// Rules that suggest whom to ask for what, a set for each file.
pub(crate) fn assignment_rules(paths: &[PathBuf]) -> Result<Vec<Rules>, Failure> {
    let read = |(name, text): (String, String)| {
        Rules::parse(&text).map_err(|error| Failure::new(format!("{name}:0: {error}")))
    };
    rules(paths)?.into_iter().map(read).collect()
}

/// The rules of quality that come with Lantu, with these files.
pub(crate) fn quality(paths: &[PathBuf]) -> Result<Arc<QualityRules>, Failure> {
    rules(paths)?.into_iter().try_fold(Arc::clone(QualityRules::standard()), |all, (name, text)| {
        all.with_local(&text).map(Arc::new).map_err(|error| Failure::new(format!("{name}:0: {error}")))
    })
}

/// The dictionary of indicators that comes with Lantu, with these files.
pub(crate) fn dictionary(paths: &[PathBuf]) -> Result<Dictionary, Failure> {
    let texts = rules(paths)?;
    // One after the other: a later file may replace what an earlier one says.
    texts.into_iter().try_fold(Dictionary::standard().clone(), |all, file| {
        all.with_local(&[file]).map_err(|error| Failure::new(error.to_string()))
    })
}

/// Problems as lines for standard error.
pub(crate) fn problem_lines<'a>(path: &Path, problems: impl IntoIterator<Item = &'a Problem>) -> String {
    problems.into_iter().map(|problem| format!("{}:{problem}\n", path.display())).collect()
}
