//! The typefaces of the machine, and which of them stands for each one that the
//! standard asks for.

use std::path::Path;

use serde::Serialize;
use typst_kit::fonts::{self, FontStore};

/// What the standard asks for, each with what takes its place, best first. Windows,
/// macOS and Linux name the same typeface differently.
const TITLE: &[&str] = &[
    "FZXiaoBiaoSong-B05S",
    "方正小标宋简体",
    "方正小标宋_GBK",
    "STZhongsong",
    "华文中宋",
    "SimSun",
    "宋体",
    "Songti SC",
];
const HEI: &[&str] = &["SimHei", "黑体", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC"];
const KAI: &[&str] = &["KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC", "AR PL UKai CN"];
const FANG: &[&str] = &["FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong"];
const SONG: &[&str] = &["SimSun", "宋体", "NSimSun", "STSong", "Songti SC"];
const LATIN: &[&str] = &["Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes", "Nimbus Roman"];
/// For all of them where they are not there.
const SERIF: &[&str] = &["Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "宋体", "Songti SC", "AR PL UMing CN"];
const ANY: &[&str] =
    &["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei"];

/// The typefaces found.
pub struct Faces {
    pub(crate) store: FontStore,
    chosen: Chosen,
}

/// Which typefaces are used for what, best first; those that are not there are left out.
#[derive(Debug, Serialize)]
struct Chosen {
    title: Vec<&'static str>,
    hei: Vec<&'static str>,
    kai: Vec<&'static str>,
    fang: Vec<&'static str>,
    song: Vec<&'static str>,
    latin: Option<&'static str>,
}

impl Faces {
    /// Looks for typefaces: in the folder `fonts` beside the program, and where the
    /// system keeps them.
    pub fn find() -> Self {
        let mut store = FontStore::new();
        let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("fonts")));
        if let Some(folder) = beside.filter(|folder| folder.is_dir()) {
            store.extend(fonts::scan(&folder));
        }
        store.extend(fonts::system());
        Self::of(store)
    }

    /// Only the typefaces of a folder.
    pub fn of_folder(folder: &Path) -> Self {
        let mut store = FontStore::new();
        store.extend(fonts::scan(folder));
        Self::of(store)
    }

    fn of(store: FontStore) -> Self {
        let there = |name: &&&'static str| store.book().contains_family(&name.to_lowercase());
        let some = |own: &'static [&'static str], else_: &'static [&'static str]| -> Vec<&'static str> {
            let mut names: Vec<&str> = own.iter().chain(else_).chain(ANY).filter(there).copied().collect();
            let mut seen = Vec::new();
            names.retain(|name| {
                !seen.contains(name) && {
                    seen.push(*name);
                    true
                }
            });
            names
        };
        let chosen = Chosen {
            title: some(TITLE, SERIF),
            hei: some(HEI, ANY),
            kai: some(KAI, SERIF),
            fang: some(FANG, SERIF),
            song: some(SONG, SERIF),
            latin: LATIN.iter().find(there).copied(),
        };
        Self { store, chosen }
    }

    /// Whether Chinese can be written at all.
    pub(crate) fn has_chinese(&self) -> bool {
        !self.chosen.fang.is_empty()
    }

    /// The choice as the layout reads it.
    pub(crate) fn json(&self) -> Vec<u8> {
        // A struct of lists of words can always be written.
        serde_json::to_vec(&self.chosen).unwrap_or_default()
    }
}
