#![no_main]

const RELATIONS: &[u8] = br#"<r><Relationship Type="/officeDocument" Target="word/document.xml"/></r>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = lantu_fuzz::container(
        &[("_rels/.rels", RELATIONS)],
        &["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml"],
        data,
    );
    lantu_fuzz::read("plan.docx", &file);
});
