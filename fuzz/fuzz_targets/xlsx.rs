#![no_main]

const ROOT: &[u8] = br#"<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = lantu_fuzz::container(
        &[("_rels/.rels", ROOT), ("xl/_rels/workbook.xml.rels", RELATIONS), ("xl/workbook.xml", WORKBOOK)],
        &["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"],
        data,
    );
    lantu_fuzz::read("plan.xlsx", &file);
});
