//! Which region is the plan's own: its figures are no peer's.

use plan_model::{Place, Problem, RegionCode};

use crate::{directory::Directory, figures::RawFigure, records::PlanHead, register::name_key};

/// How names of regions end.
const LEVELS: [char; 7] = ['省', '市', '区', '县', '旗', '州', '盟'];
/// The most characters of a place in a title.
const LONGEST: usize = 20;

/// The region a plan holds for, and the names it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRegion {
    /// What it is called: the name entered for it, the place the plan's title begins
    /// with, or 本地区.
    pub name: String,
    keys: Vec<String>,
    /// The words of the title before the plan's subject: 云汀市青渚区.
    title: String,
}

impl OwnRegion {
    /// The region of a plan, by the names entered for regions.
    pub fn of(head: &PlanHead, directory: &Directory) -> Self {
        let code = head.jurisdiction.parse::<RegionCode>().ok();
        Self::named(head, code.and_then(|code| directory.region_name(code)))
    }

    fn named(head: &PlanHead, entered: Option<&str>) -> Self {
        let is_code = head.jurisdiction.parse::<RegionCode>().is_ok();
        let stated = Some(head.jurisdiction.trim()).filter(|name| !name.is_empty() && !is_code);
        let subject = ["国民经济", "“", "第", "“十"].iter().filter_map(|word| head.title.find(word)).min();
        let title = subject.and_then(|at| head.title.get(..at)).unwrap_or_default().trim();
        let place = Some(title).filter(|title| title.ends_with(LEVELS) && title.chars().count() <= LONGEST);
        let names = entered.into_iter().chain(stated);
        let keys = names.clone().chain([head.jurisdiction.as_str()]).map(name_key).collect();
        let name = names.chain(place).next().unwrap_or("本地区").to_owned();
        Self { name, keys, title: name_key(title) }
    }

    /// Whether a name is that of the own region: the one entered, the code, or the
    /// last part of the place the plan's title begins with, with or without 市, 区, 县.
    pub fn is(&self, name: &str) -> bool {
        let key = name_key(name);
        let long = key.chars().nth(1).is_some();
        let bare = self.title.trim_end_matches(LEVELS);
        ["本地区", "本市", "本区", "本县", "本省"].contains(&key.as_str())
            || self.keys.contains(&key)
            || (long && (self.title.ends_with(&key) || (!bare.is_empty() && bare.ends_with(&key))))
    }
}

/// Rows of peers in a file of our own figures, which takes none of them.
pub(crate) fn among_own(raw: &[RawFigure], head: &PlanHead) -> Vec<Problem> {
    let own = OwnRegion::named(head, None);
    let hint = "请在“横向比较”页面导入同类地区的数；本地区的监测值请删去“地区”“口径差异”列后重新导入";
    let foreign = |figure: &RawFigure| -> Option<(Place, String)> {
        let region = figure.region.text.trim();
        if !region.is_empty() && !own.is(region) {
            return Some((figure.region.place.clone(), format!("这是“{region}”的数，这里只收本地区的监测值")));
        }
        let definition = figure.definition.text.trim();
        (!definition.is_empty()).then(|| (figure.definition.place.clone(), "“口径差异”只用于同类地区的数".to_owned()))
    };
    let found = raw.iter().filter_map(foreign);
    found.map(|(place, message)| Problem::new("figure-of-a-peer", place, message, hint)).collect()
}
