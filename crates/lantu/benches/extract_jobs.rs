//! `lantu extract --jobs 1` and `--jobs 2` over 3,000 plan texts of 40,000 characters,
//! made by varying the sample: `cargo bench -p lantu --bench extract_jobs`. The goal is
//! that two cores take half the time of one, under 300 MB of memory.
//!
//! The program itself runs, so reading files and printing rows are part of it.
//! `LANTU_BENCH_TEXTS` asks for another number of texts.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![expect(clippy::print_stdout, reason = "what was measured is printed")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

const CHARACTERS: usize = 40_000;
/// Each number of jobs is measured so often; the best time counts, since whatever else
/// the machine does can only make it longer.
const ROUNDS: usize = 3;

fn main() {
    // Cargo asks benches for their list, too.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let texts = std::env::var("LANTU_BENCH_TEXTS").ok().and_then(|n| n.parse().ok()).unwrap_or(3000);
    let folder = TempDir::new().unwrap();
    let files = write_texts(&folder, texts);
    let mut of_one = Duration::ZERO;
    for jobs in [1, 2] {
        let runs: Vec<Run> = (0..ROUNDS).map(|_| extract(&files, jobs)).collect();
        let best = runs.iter().map(|run| run.time).min().unwrap();
        let memory = runs.iter().filter_map(|run| run.peak_kb).max();
        let speed = (texts * CHARACTERS) as f64 / best.as_secs_f64() / 1e6;
        let memory = memory.map_or("?".to_owned(), |kb| (kb / 1024).to_string());
        let gain = if jobs == 1 { String::new() } else { format!(", {:.2} times as fast", ratio(of_one, best)) };
        println!("jobs {jobs}: {:.2} s, {speed:.1} million characters a second, {memory} MB{gain}", best.as_secs_f64());
        of_one = if jobs == 1 { best } else { of_one };
    }
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// The sample's lines in another order from text to text, with other digits, until there
/// are enough characters.
fn write_texts(folder: &TempDir, texts: usize) -> Vec<PathBuf> {
    let sample = include_str!("../../../samples/district-plan.txt");
    let (title, body) = sample.split_once('\n').unwrap();
    let lines: Vec<&str> = body.lines().collect();
    let write = |number: usize| {
        let mut text = format!("{title}\n");
        let mut characters = 0;
        let mut at = number * 7;
        while characters < CHARACTERS {
            let line = lines.get(at % lines.len()).unwrap();
            at += 1;
            characters += line.chars().count();
            text.extend(line.chars().map(|c| varied(c, number)));
            text.push('\n');
        }
        let path = folder.path().join(format!("plan-{number:04}.txt"));
        fs::write(&path, text).unwrap();
        path
    };
    (0..texts).map(write).collect()
}

/// 1 and 2 stay, so that years remain years.
fn varied(c: char, number: usize) -> char {
    match c.to_digit(10) {
        Some(digit @ 3..=9) => char::from_digit(3 + (digit - 3 + number as u32) % 7, 10).unwrap_or(c),
        _ => c,
    }
}

struct Run {
    time: Duration,
    /// The most memory it held, where the system tells.
    peak_kb: Option<u64>,
}

fn extract(files: &[PathBuf], jobs: usize) -> Run {
    let began = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_lantu"))
        .args(["extract", "--jobs", &jobs.to_string()])
        .args(files)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak_kb = None;
    loop {
        // The mark only rises, so the last look before the end is the peak.
        peak_kb = peak_of(program.id()).max(peak_kb);
        if program.try_wait().unwrap().is_some() {
            return Run { time: began.elapsed(), peak_kb };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The most memory a process has held so far, as Linux tells it.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
