//! Why a report could not be written.

/// Why a report could not be written. Nothing is written by halves: there is a
/// file, or one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A row of a table has more cells than the table has columns.
    #[error("表“{caption}”第 {row} 行有 {cells} 格，而表头只有 {columns} 列；请增加表头或减少这一行的格数")]
    TooManyCells {
        /// The caption of the table.
        caption: String,
        /// The row, counted from 1.
        row: usize,
        /// How many cells it has.
        cells: usize,
        /// How many columns the table has.
        columns: usize,
    },
    /// A table without columns.
    #[error("表“{caption}”没有列；请至少给出一列")]
    NoColumns {
        /// The caption of the table.
        caption: String,
    },
    /// A template for reporting without any row.
    #[error("没有需要填报的内容，不能生成填报模板；请先确认这一轮分给该单位的指标和任务")]
    EmptyTemplate,
    /// A template for reporting with two rows of the same key.
    #[error("填报模板中“{key}”有两行；同一指标同一期间、同一任务只能有一行，请核对本轮的填报清单")]
    RepeatedRow {
        /// The key.
        key: String,
    },
    /// A part of the Word file could not be packed.
    #[error("Word 文件不能打包（{0}）；请报告此问题")]
    Pack(#[from] zip::result::ZipError),
    /// The same, from the system.
    #[error("Word 文件不能写出（{0}）；请报告此问题")]
    Write(#[from] std::io::Error),
    /// A workbook could not be written.
    #[error("Excel 文件不能写出（{0}）；请报告此问题")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The numbers of a report could not be written down.
    #[error("报告的数字清单不能写出（{0}）；请报告此问题")]
    Numbers(#[from] serde_json::Error),
}
