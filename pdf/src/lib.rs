//! A report of Lantu, as JSON, to PDF: tagged for readers of the screen, with
//! bookmarks, and with the part of each typeface that is used.
//!
//! The typesetting is in `layout.typ`; here it is given the report and the
//! typefaces of the machine.

mod faces;
mod world;

use typst::diag::SourceDiagnostic;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use faces::Faces;
use world::World;

/// The form of reports that is read.
pub const FORM: &str = "lantu-report/1";

/// Why there is no PDF.
#[derive(Debug)]
pub enum PdfError {
    /// What came is no report, or one of another form.
    Report(String),
    /// The machine has no Chinese typeface.
    NoChinese,
    /// The report could not be set.
    Setting(String),
}

impl std::fmt::Display for PdfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PdfError::Report(what) => {
                write!(f, "收到的不是可以排版的报告（{what}）；请用同一版本的 lantu 和 lantu-pdf")
            }
            PdfError::NoChinese => f.write_str(
                "这台机器没有中文字体，PDF 会全是方框；请安装（Debian：apt install fonts-noto-cjk），\
                 或把方正小标宋、仿宋、楷体、黑体等字体文件放进程序旁边的 fonts 文件夹",
            ),
            PdfError::Setting(what) => write!(f, "报告不能排成 PDF（{what}）；请报告此问题"),
        }
    }
}

/// The PDF of a report.
///
/// # Errors
/// See [`PdfError`]; nothing is written by halves.
pub fn pdf(report: Vec<u8>, faces: Faces) -> Result<Vec<u8>, PdfError> {
    check(&report)?;
    if !faces.has_chinese() {
        return Err(PdfError::NoChinese);
    }
    let world = World::new(report, faces);
    let document = typst::compile::<PagedDocument>(&world).output.map_err(|all| setting(&all))?;
    // Readers of the screen can use it (PDF/UA-1), or there is no PDF.
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| PdfError::Setting(format!("{error:?}")))?;
    let creator = typst::foundations::Smart::Custom(Some("蓝图 lantu-pdf".to_owned()));
    typst_pdf::pdf(&document, &PdfOptions { standards, creator, ..PdfOptions::default() }).map_err(|all| setting(&all))
}

fn check(report: &[u8]) -> Result<(), PdfError> {
    #[derive(serde::Deserialize)]
    struct Head {
        form: String,
    }
    let head: Head = serde_json::from_slice(report).map_err(|error| PdfError::Report(error.to_string()))?;
    if head.form == FORM {
        Ok(())
    } else {
        Err(PdfError::Report(format!("格式是“{}”，需要“{FORM}”", head.form)))
    }
}

fn setting(all: &[SourceDiagnostic]) -> PdfError {
    PdfError::Setting(all.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("；"))
}
