//! How fast a plain text is read and its commitments extracted:
//! `cargo bench -p plan_extraction`. The floor beside it only walks over the
//! characters. The real texts are measured too where `LANTU_CORPUS` is present.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench made of files that are known to be good")]

use divan::{Bencher, counter::CharsCount};
use plan_extraction::{Options, extract};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The sample plan and, where they are present, the real ones.
fn texts() -> Vec<Vec<u8>> {
    let mut texts =
        vec![std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/district-plan.txt")).unwrap()];
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus").to_owned();
    let corpus = std::env::var("LANTU_CORPUS").unwrap_or(default);
    let mut real: Vec<_> = std::fs::read_dir(format!("{corpus}/plans")).into_iter().flatten().flatten().collect();
    real.sort_by_key(std::fs::DirEntry::path);
    texts.extend(real.iter().map(|entry| std::fs::read(entry.path()).unwrap()));
    texts
}

fn characters(texts: &[Vec<u8>]) -> usize {
    texts.iter().map(|bytes| String::from_utf8_lossy(bytes).chars().count()).sum()
}

#[divan::bench]
fn read_and_extract(bencher: Bencher) {
    let texts = texts();
    bencher.counter(CharsCount::new(characters(&texts))).bench(|| {
        for bytes in &texts {
            let source = document_reader::read("plan.txt", divan::black_box(bytes)).unwrap();
            divan::black_box(extract(&source, &Options::default()));
        }
    });
}

#[divan::bench]
fn read_alone(bencher: Bencher) {
    let texts = texts();
    bencher.counter(CharsCount::new(characters(&texts))).bench(|| {
        for bytes in &texts {
            divan::black_box(document_reader::read("plan.txt", divan::black_box(bytes)).unwrap());
        }
    });
}

/// The floor: every character looked at once.
#[divan::bench]
fn walk_over_characters(bencher: Bencher) {
    let texts: Vec<String> = texts().iter().map(|b| String::from_utf8_lossy(b).into_owned()).collect();
    let count: usize = texts.iter().map(|t| t.chars().count()).sum();
    bencher.counter(CharsCount::new(count)).bench(|| {
        texts.iter().map(|t| divan::black_box(t).chars().filter(char::is_ascii_digit).count()).sum::<usize>()
    });
}
