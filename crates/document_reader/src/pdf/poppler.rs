//! poppler's `pdftotext`, where it is installed: words with their places.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    layout::{Page, Run},
    xml::{self, Node},
};

/// It gets no more time than this.
const PATIENCE: Duration = Duration::from_secs(60);
/// It may write no more than this.
const MAX_OUTPUT: u64 = 256 * 1024 * 1024;

/// The words of a PDF as `pdftotext` finds them, or why it could not be asked.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<Page>, String> {
    parse(&run(bytes)?)
}

fn run(bytes: &[u8]) -> Result<String, String> {
    let mut child = Command::new("pdftotext")
        .args(["-q", "-bbox", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| "没有安装 pdftotext".to_owned())?;
    let mut input = child.stdin.take().ok_or("pdftotext 没有输入")?;
    let output = child.stdout.take().ok_or("pdftotext 没有输出")?;
    let text = std::thread::scope(|scope| {
        let written = scope.spawn(move || input.write_all(bytes));
        let read = scope.spawn(move || {
            let mut text = Vec::new();
            output.take(MAX_OUTPUT).read_to_end(&mut text).map(|_| text)
        });
        let began = Instant::now();
        while !read.is_finished() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        if !read.is_finished() {
            // The pipes close with it, and both threads end.
            let _ = child.kill();
        }
        let _ = written.join();
        read.join()
    });
    let status = child.wait().map_err(|e| e.to_string())?;
    let text = text.map_err(|_| "pdftotext 的输出中断".to_owned())?.map_err(|e| e.to_string())?;
    if status.success() {
        Ok(String::from_utf8_lossy(&text).into_owned())
    } else {
        Err(format!("pdftotext 失败（{status}）"))
    }
}

/// `<page width height><word xMin yMin xMax yMax>text</word>`.
fn parse(text: &str) -> Result<Vec<Page>, String> {
    let body = text.split_once("<doc>").and_then(|(_, rest)| rest.split_once("</doc>")).map_or("", |(body, _)| body);
    let mut pages: Vec<Page> = Vec::new();
    let mut word: Option<Run> = None;
    xml::walk(&format!("<doc>{body}</doc>"), "pdftotext", |node| {
        match node {
            Node::Open("page", start) => {
                let side = |name: &str| xml::number(start, name).unwrap_or(0.0);
                pages.push(Page { width: side("width"), height: side("height"), ..Page::default() });
            }
            Node::Open("word", start) => {
                let side = |name: &str| xml::number::<f64>(start, name).unwrap_or(0.0);
                let height = side("yMax") - side("yMin");
                // The box reaches from the ascent to the descent of the font.
                let (size, y) = (height / 1.25, side("yMax") - height * 0.2);
                word = Some(Run { x0: side("xMin"), x1: side("xMax"), y, size, text: String::new() });
            }
            Node::Text(text) => {
                if let Some(word) = &mut word {
                    word.text.push_str(text);
                }
            }
            Node::Close("word") => {
                if let Some(page) = pages.last_mut() {
                    page.runs.extend(word.take());
                }
            }
            _ => {}
        }
        Ok(())
    })
    .map_err(|e| e.to_string())?;
    Ok(pages)
}
