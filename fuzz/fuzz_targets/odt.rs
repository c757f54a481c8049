#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = lantu_fuzz::container(
        &[("mimetype", b"application/vnd.oasis.opendocument.text")],
        &["content.xml", "styles.xml"],
        data,
    );
    lantu_fuzz::read("plan.odt", &file);
});
