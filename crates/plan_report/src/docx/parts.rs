//! The parts of a Word file that do not depend on what is written.

use super::page::{
    CLOSER, FACES, FANG, FIVE, FOUR, HEI, INDENT, KAI, LATIN, LINE_PITCH, SMALL_FOUR, SONG, THREE, TITLE_FACE, TWO,
    Typeface,
};
use crate::xml::escape;

/// The namespaces of the main part and the feet.
pub(super) const NAMESPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture""#
);

/// What begins every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// `[Content_Types].xml`
pub(super) fn content_types() -> String {
    let part = |name: &str, kind: &str| format!(r#"<Override PartName="{name}" ContentType="{kind}"/>"#);
    let word = |name: &str| {
        part(
            &format!("/word/{name}.xml"),
            &format!(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml",
                match name {
                    "document" => "document.main",
                    "footer1" | "footer2" => "footer",
                    other => other,
                }
            ),
        )
    };
    let words: String = ["document", "styles", "settings", "fontTable", "footer1", "footer2"].map(word).concat();
    format!(
        r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="emf" ContentType="image/x-emf"/><Default Extension="svg" ContentType="image/svg+xml"/>{words}{}{}{}</Types>"#,
        part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        part("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
        part("/docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml"),
    )
}

/// `_rels/.rels`
pub(super) fn package_relations() -> String {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="{office}/extended-properties" Target="docProps/app.xml"/><Relationship Id="rId4" Type="{office}/custom-properties" Target="docProps/custom.xml"/></Relationships>"#
    )
}

/// `word/_rels/document.xml.rels`, with the pictures by the names of their files.
pub(super) fn document_relations(pictures: &[String]) -> String {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let own = [
        ("rIdStyles", "styles", "styles.xml"),
        ("rIdSettings", "settings", "settings.xml"),
        ("rIdFonts", "fontTable", "fontTable.xml"),
        ("rIdFootOdd", "footer", "footer1.xml"),
        ("rIdFootEven", "footer", "footer2.xml"),
    ];
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let own: String = own.iter().map(|(id, kind, target)| relation(id, kind, target)).collect();
    let pictures: String =
        pictures.iter().map(|name| relation(&picture_relation(name), "image", &format!("media/{name}"))).collect();
    format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{own}{pictures}</Relationships>"#
    )
}

/// The id of the relation to a picture: `figure1.emf` → `rIdfigure1emf`.
pub(super) fn picture_relation(name: &str) -> String {
    format!("rId{}", name.replace('.', ""))
}

/// `word/settings.xml`: two kinds of feet for duplex print, the grid kept.
pub(super) fn settings() -> String {
    format!(
        r#"{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:mirrorMargins/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val="158"/><w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:adjustLineHeightInTable/><w:useFELayout/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"#
    )
}

/// `word/fontTable.xml`: what takes the place of a typeface that is not installed.
pub(super) fn font_table() -> String {
    let font = |face: &Typeface| {
        format!(
            r#"<w:font w:name="{}"><w:altName w:val="{}"/><w:charset w:val="86"/><w:family w:val="{}"/><w:pitch w:val="variable"/></w:font>"#,
            face.name, face.instead, face.family
        )
    };
    let fonts: String = FACES.iter().map(font).collect();
    format!(
        r#"{HEAD}<w:fonts {NAMESPACES}><w:font w:name="{LATIN}"><w:altName w:val="Liberation Serif"/><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>{fonts}</w:fonts>"#
    )
}

/// A foot: the page number of 14 pt between dashes, one character from the outer edge.
pub(super) fn footer(odd: bool) -> String {
    let (side, indent) = if odd { ("right", "w:right=\"280\"") } else { ("left", "w:left=\"280\"") };
    let run = |inner: &str| {
        format!(
            r#"<w:r><w:rPr><w:rFonts w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}"/><w:sz w:val="{FOUR}"/><w:szCs w:val="{FOUR}"/></w:rPr>{inner}</w:r>"#,
            SONG.name
        )
    };
    let field = [
        run(r#"<w:fldChar w:fldCharType="begin"/>"#),
        run(r#"<w:instrText xml:space="preserve"> PAGE </w:instrText>"#),
        run(r#"<w:fldChar w:fldCharType="separate"/>"#),
        run("<w:t>1</w:t>"),
        run(r#"<w:fldChar w:fldCharType="end"/>"#),
    ]
    .concat();
    format!(
        r#"{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind {indent} w:firstLine="0"/><w:jc w:val="{side}"/></w:pPr>{}{field}{}</w:p></w:ftr>"#,
        run("<w:t xml:space=\"preserve\">— </w:t>"),
        run("<w:t xml:space=\"preserve\"> —</w:t>"),
    )
}

/// A paragraph style.
struct Style {
    id: &'static str,
    name: &'static str,
    face: Typeface,
    size: u32,
    /// The properties of its paragraphs.
    paragraph: String,
    /// Further properties of its characters.
    run: String,
}

/// `word/styles.xml`
///
/// The page carries the grid of the standard, but paragraphs do not lean on it:
/// LibreOffice gives a character of 16 pt two cells of 15.79 pt. Exact lines and
/// characters set 0.3 pt closer give the same 22 lines of 28 characters in every
/// program, the rest of the line being spread by the justification.
pub(super) fn styles() -> String {
    let exact = format!(
        r#"<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{LINE_PITCH}" w:lineRule="exact"/>"#
    );
    let indent = format!(r#"<w:ind w:firstLineChars="200" w:firstLine="{INDENT}"/>"#);
    let closer = format!(r#"<w:spacing w:val="{CLOSER}"/>"#);
    let heading = |level: u8| format!(r#"<w:keepNext/>{exact}{indent}<w:outlineLvl w:val="{level}"/>"#);
    let free = |rest: &str| format!(r#"<w:snapToGrid w:val="0"/>{rest}"#);
    let plain = r#"<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>"#;
    let title = |outline: &str| {
        format!(
            r#"<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/><w:jc w:val="center"/>{outline}"#,
            LINE_PITCH + 101
        )
    };
    let caption = |next: &str, before: u32, after: u32| {
        let space = format!(r#"<w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>"#);
        format!(r#"{next}{}<w:jc w:val="center"/>"#, free(&space))
    };
    let styles = [
        Style { id: "Title", name: "Title", face: TITLE_FACE, size: TWO, paragraph: title(""), run: String::new() },
        // Seen as a heading by the navigation of Word and the bookmarks of a PDF.
        Style {
            id: "AnnexTitle",
            name: "附件标题",
            face: TITLE_FACE,
            size: TWO,
            paragraph: title(r#"<w:outlineLvl w:val="0"/>"#),
            run: String::new(),
        },
        Style {
            id: "Subtitle",
            name: "Subtitle",
            face: KAI,
            size: THREE,
            paragraph: format!(r#"{exact}<w:jc w:val="center"/>"#),
            run: String::new(),
        },
        Style { id: "Heading1", name: "heading 1", face: HEI, size: THREE, paragraph: heading(0), run: closer.clone() },
        Style { id: "Heading2", name: "heading 2", face: KAI, size: THREE, paragraph: heading(1), run: closer.clone() },
        Style {
            id: "Heading3",
            name: "heading 3",
            face: FANG,
            size: THREE,
            paragraph: heading(2),
            run: format!("<w:b/>{closer}"),
        },
        Style {
            id: "Heading4",
            name: "heading 4",
            face: FANG,
            size: THREE,
            paragraph: heading(3),
            run: closer.clone(),
        },
        Style {
            id: "BodyText",
            name: "Body Text",
            face: FANG,
            size: THREE,
            paragraph: format!(r#"{exact}{indent}<w:jc w:val="both"/>"#),
            run: closer.clone(),
        },
        Style {
            id: "Mark",
            name: "标识",
            face: HEI,
            size: THREE,
            paragraph: format!(r#"<w:keepNext/>{exact}"#),
            run: String::new(),
        },
        Style {
            id: "AnnexMark",
            name: "附件标记",
            face: HEI,
            size: THREE,
            paragraph: format!(r#"<w:keepNext/>{exact}"#),
            run: String::new(),
        },
        // A caption stands above its table and below its drawing.
        Style {
            id: "Caption",
            name: "caption",
            face: HEI,
            size: FOUR,
            paragraph: caption("<w:keepNext/>", 120, 60),
            run: String::new(),
        },
        Style {
            id: "FigureCaption",
            name: "图题",
            face: HEI,
            size: FOUR,
            paragraph: caption("", 60, 120),
            run: String::new(),
        },
        Style {
            id: "Figure",
            name: "图",
            face: FANG,
            size: SMALL_FOUR,
            paragraph: format!(
                r#"<w:keepNext/>{}<w:jc w:val="center"/>"#,
                free(r#"<w:spacing w:before="120" w:after="0" w:line="240" w:lineRule="auto"/>"#)
            ),
            run: String::new(),
        },
        Style {
            id: "TableText",
            name: "表文",
            face: FANG,
            size: SMALL_FOUR,
            paragraph: free(plain),
            run: String::new(),
        },
        Style {
            id: "TableHead",
            name: "表头",
            face: HEI,
            size: SMALL_FOUR,
            paragraph: format!("<w:keepNext/>{}<w:jc w:val=\"center\"/>", free(plain)),
            run: String::new(),
        },
        Style {
            id: "TableTextSmall",
            name: "表文小",
            face: FANG,
            size: FIVE,
            paragraph: free(plain),
            run: String::new(),
        },
        Style {
            id: "TableHeadSmall",
            name: "表头小",
            face: HEI,
            size: FIVE,
            paragraph: format!("<w:keepNext/>{}<w:jc w:val=\"center\"/>", free(plain)),
            run: String::new(),
        },
        Style {
            id: "NoteText",
            name: "附注",
            face: FANG,
            size: FIVE,
            paragraph: free(r#"<w:spacing w:before="60" w:after="120" w:line="240" w:lineRule="auto"/>"#),
            run: String::new(),
        },
        Style { id: "Footer", name: "footer", face: SONG, size: FOUR, paragraph: free(plain), run: String::new() },
        Style { id: "TOC1", name: "toc 1", face: HEI, size: THREE, paragraph: exact.clone(), run: closer.clone() },
        Style {
            id: "TOC2",
            name: "toc 2",
            face: FANG,
            size: THREE,
            paragraph: format!(r#"{exact}<w:ind w:leftChars="200" w:left="{INDENT}"/>"#),
            run: closer.clone(),
        },
    ];
    let fonts = |face: &Typeface| {
        format!(r#"<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{}" w:cs="{LATIN}"/>"#, face.name)
    };
    let style = |s: &Style| {
        format!(
            r#"<w:style w:type="paragraph" w:styleId="{}"><w:name w:val="{}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{}</w:pPr><w:rPr>{}{}<w:sz w:val="{}"/><w:szCs w:val="{}"/></w:rPr></w:style>"#,
            s.id,
            s.name,
            s.paragraph,
            fonts(&s.face),
            s.run,
            s.size,
            s.size
        )
    };
    let all: String = styles.iter().map(style).collect();
    // The grid counts from the size of the style Normal, not from the defaults.
    let body = fonts(&FANG);
    format!(
        r#"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{body}<w:kern w:val="0"/><w:sz w:val="{THREE}"/><w:szCs w:val="{THREE}"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:rPr>{body}<w:sz w:val="{THREE}"/><w:szCs w:val="{THREE}"/></w:rPr></w:style><w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>{all}</w:styles>"#
    )
}

/// `docProps/core.xml`
pub(super) fn core_properties(title: &str) -> String {
    format!(
        r#"{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>蓝图</dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>"#,
        escape(title)
    )
}

/// `docProps/app.xml`
pub(super) fn app_properties() -> String {
    format!(
        r#"{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Lantu</Application></Properties>"#
    )
}

/// `docProps/custom.xml`: which assessment and which issue of its report this
/// is. Word, WPS and LibreOffice keep it when they save.
pub(super) fn custom_properties(assessment: &str, digest: &str) -> String {
    let property = |id: u32, name: &str, value: &str| {
        format!(
            r#"<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{id}" name="{name}"><vt:lpwstr>{}</vt:lpwstr></property>"#,
            escape(value)
        )
    };
    format!(
        r#"{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{}{}</Properties>"#,
        property(2, plan_model::ASSESSMENT_PROPERTY, assessment),
        property(3, plan_model::DIGEST_PROPERTY, digest),
    )
}
