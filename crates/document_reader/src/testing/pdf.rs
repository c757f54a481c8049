//! Makes PDFs for tests: pages with text and rules at given places.

use lopdf::{
    Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};

/// How the text of a page is encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codes {
    /// UTF-16, font not embedded.
    UniGb,
    /// GBK, font not embedded.
    Gbk,
    /// Numbers of the font's own with a table to text.
    ToUnicode,
    /// Numbers of the font's own, and nothing else.
    Nothing,
}

/// What stands on a page, in points from the upper left corner.
#[derive(Clone)]
pub(crate) enum Ink {
    /// Text with its size.
    Text(f32, f32, f32, String),
    /// A rule from one point to another.
    Rule(f32, f32, f32, f32),
}

/// Text of 10 points.
pub(crate) fn text(x: f32, y: f32, words: &str) -> Ink {
    Ink::Text(x, y, 10.0, words.to_owned())
}

/// A PDF of pages of 400 by 600 points.
pub(crate) fn pdf(codes: Codes, pages: &[Vec<Ink>]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let all: Vec<char> = pages.iter().flatten().filter_map(words).flat_map(str::chars).collect();
    let font = font(&mut document, codes, &all);
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let tree = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for page in pages {
        let operations: Vec<Operation> = page.iter().flat_map(|ink| operations(ink, codes, &all)).collect();
        let content = Content { operations }.encode().unwrap();
        let content = document.add_object(Stream::new(dictionary! {}, content));
        kids.push(
            document.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content }).into(),
        );
    }
    let count = kids.len() as i64;
    let pages = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 400.into(), 600.into()],
    };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn words(ink: &Ink) -> Option<&str> {
    match ink {
        Ink::Text(.., words) => Some(words),
        Ink::Rule(..) => None,
    }
}

fn font(document: &mut Document, codes: Codes, all: &[char]) -> lopdf::ObjectId {
    let encoding = match codes {
        Codes::UniGb => "UniGB-UCS2-H",
        Codes::Gbk => "GBK-EUC-H",
        Codes::ToUnicode | Codes::Nothing => "Identity-H",
    };
    let inner = document
        .add_object(dictionary! { "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Song", "DW" => 1000 });
    let mut font = dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Song", "Encoding" => encoding,
        "DescendantFonts" => vec![inner.into()],
    };
    if codes == Codes::ToUnicode {
        let line = |(code, c): (usize, &char)| {
            let units: String = c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("{u:04X}")).collect();
            format!("<{:04X}> <{units}>\n", code + 1)
        };
        let lines: String = all.iter().enumerate().map(line).collect();
        let table = format!("begincmap {} beginbfchar\n{lines}endbfchar endcmap", all.len());
        font.set("ToUnicode", document.add_object(Stream::new(dictionary! {}, table.into_bytes())));
    }
    document.add_object(font)
}

fn operations(ink: &Ink, codes: Codes, all: &[char]) -> Vec<Operation> {
    let real = |v: &f32| Object::Real(*v);
    match ink {
        Ink::Rule(x0, y0, x1, y1) => {
            let point = |op: &str, x: f32, y: f32| Operation::new(op, vec![x.into(), (600.0 - y).into()]);
            vec![point("m", *x0, *y0), point("l", *x1, *y1), Operation::new("S", vec![])]
        }
        Ink::Text(x, y, size, words) => {
            let number = |c: char| all.iter().position(|a| *a == c).unwrap() as u16 + 1;
            let bytes: Vec<u8> = match codes {
                Codes::UniGb => words.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                Codes::Gbk => encoding_rs::GBK.encode(words).0.into_owned(),
                Codes::ToUnicode | Codes::Nothing => words.chars().flat_map(|c| number(c).to_be_bytes()).collect(),
            };
            vec![
                Operation::new("BT", vec![]),
                Operation::new("Tf", vec!["F1".into(), real(size)]),
                Operation::new("Td", vec![real(x), Object::Real(600.0 - y)]),
                Operation::new("Tj", vec![Object::string_literal(bytes)]),
                Operation::new("ET", vec![]),
            ]
        }
    }
}
