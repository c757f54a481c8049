#![no_main]

const ROOT: &[u8] = b"<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>";
const DOCUMENT: &[u8] =
    br#"<Document><TemplatePage ID="1" BaseLoc="T.xml"/><Page BaseLoc="P0.xml"/><Page BaseLoc="P1.xml"/></Document>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = lantu_fuzz::container(&[("OFD.xml", ROOT), ("D.xml", DOCUMENT)], &["P0.xml", "P1.xml", "T.xml"], data);
    lantu_fuzz::read("plan.ofd", &file);
});
