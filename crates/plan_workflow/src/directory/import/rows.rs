//! A row becomes wishes.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_model::{Place as At, Problem, UnitId, UnitKind};

use super::{Found, ImportRow, Outcome, Preview, TableKind, cells, differences, fulfil};
use crate::{
    WorkflowError,
    directory::{Directory, Duty, PersonFields, Place, UnitFields, Wish, sheet::people_named, words::Words},
    permissions::{Actor, Permissions},
    register::name_key,
    rows::Field,
};

/// The state of reading a file.
pub(super) struct Reading<'a> {
    /// The directory with what the rows so far bring.
    directory: Directory,
    actor: &'a Actor,
    today: Date,
    /// Where each thing was met in the file.
    met: HashMap<(TableKind, String), At>,
    pub(super) preview: Preview,
}

/// A row being read, with what is wrong about it.
struct Reader<'f> {
    found: &'f Found,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// The cell of a column; `None` where the table does not have it.
    fn field(&self, code: &str) -> Option<Field> {
        let (_, at) = self.found.head.columns.iter().find(|(known, _)| *known == code)?;
        Some(self.found.row.field(Some(*at)))
    }

    /// What stands in a column; empty where nothing does.
    fn text(&self, code: &str) -> String {
        self.field(code).map(|field| field.text).unwrap_or_default()
    }

    /// What stands in a column, or what was there before.
    fn or(&self, code: &str, before: Option<&str>) -> String {
        let text = self.text(code);
        if text.is_empty() { before.unwrap_or_default().to_owned() } else { text }
    }

    fn place(&self, code: &str) -> At {
        self.field(code).map_or_else(|| self.found.row.place.of(0), |field| field.place)
    }

    fn wrong(&mut self, code: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new("bad-cell", self.place(code), message, hint));
    }

    /// A date, where there is one.
    fn date(&mut self, code: &str) -> Option<Date> {
        let text = self.text(code);
        if text.is_empty() {
            return None;
        }
        let found = date(&text);
        if found.is_none() {
            self.wrong(code, format!("“{text}”不是日期"), "请写成 2024-01-31");
        }
        found
    }
}

/// A date as people write it: 2024-01-31, 2024/1/31, 2024年1月31日.
fn date(text: &str) -> Option<Date> {
    let text = name_key(text);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    Date::new(year.parse().ok().filter(|year| (1990..=2100).contains(year))?, month.parse().ok()?, day.parse().ok()?)
        .ok()
}

/// The column that a field of a wish comes from.
fn column(field: &str) -> &'static str {
    match field {
        "单位名称" | "姓名" | "区划名称" => "name",
        "简称" => "aliases",
        "行政区划" => "region",
        "信用代码" => "credit_code",
        "单位" => "unit",
        "账号" => "account",
        "邮箱" => "email",
        "电话" => "phone",
        "离岗日期" => "leaves",
        "人员" | "接手人" => "person",
        "岗位" => "role",
        "AB岗" => "place",
        "起始日期" => "from",
        "截止日期" => "until",
        _ => "",
    }
}

/// Takes a field out of a wish, so that what else is wrong with it is found as
/// well; false where the wish cannot do without.
fn clear(wish: &mut Wish, field: &str) -> bool {
    let text = match (wish, field) {
        (Wish::SetUnit { fields, .. }, "简称") => return !std::mem::take(&mut fields.aliases).is_empty(),
        (Wish::SetUnit { fields, .. }, "行政区划") => &mut fields.region,
        (Wish::SetUnit { fields, .. }, "信用代码") => &mut fields.credit_code,
        (Wish::SetPerson { fields, .. }, "账号") => &mut fields.account,
        (Wish::SetPerson { fields, .. }, "邮箱") => &mut fields.email,
        (Wish::SetPerson { fields, .. }, "电话") => &mut fields.phone,
        _ => return false,
    };
    !std::mem::take(text).is_empty()
}

impl<'a> Reading<'a> {
    pub(super) fn new(directory: Directory, actor: &'a Actor, today: Date) -> Self {
        Self { directory, actor, today, met: HashMap::new(), preview: Preview::default() }
    }

    /// Takes a row in.
    pub(super) fn take(&mut self, found: &Found) {
        let mut reader = Reader { found, problems: Vec::new() };
        let (head, row) = (&found.head, &found.row);
        if let Some((at, cell)) =
            row.cells.iter().enumerate().skip(head.width).find(|(_, cell)| !cell.trim().is_empty())
        {
            let message = format!("“{}”在表头之外：这一行的列数多于表头", cell.trim());
            reader.problems.push(Problem::new(
                "too-many-cells",
                row.place.of(at),
                message,
                "请检查是否多了逗号或缺了表头",
            ));
        }
        let kind = head.kind;
        let (id, wishes) = match kind {
            TableKind::Regions => self.region(&mut reader),
            TableKind::Units => self.unit(&mut reader),
            TableKind::People => self.person(&mut reader),
            TableKind::Duties => self.duty(&mut reader),
        };
        let name = match kind {
            TableKind::Duties => format!("{} {} {}", reader.text("unit"), reader.text("role"), reader.text("person")),
            _ => reader.text("name"),
        };
        let key = (kind, id.clone());
        if let Some(before) = self.met.get(&key).filter(|_| !wishes.is_empty()) {
            let place = problem_place(before);
            reader.wrong("name", format!("与 {place} 处是同一个：{name}"), "请只保留一处");
        }
        let was = cells(&self.directory, kind, &id, self.today);
        let mut changed = false;
        for wish in wishes {
            changed |= self.fulfil(&mut reader, wish);
        }
        let is = cells(&self.directory, kind, &id, self.today);
        // What could not be taken in has left its id to the next one.
        if is.is_some() {
            self.met.entry(key).or_insert_with(|| row.place.of(0));
        }
        let outcome = match (&was, reader.problems.is_empty()) {
            (_, false) => Outcome::Wrong,
            (_, true) if !changed => Outcome::Unchanged,
            (None, true) => Outcome::New,
            (Some(_), true) => Outcome::Changed,
        };
        let differences = match (outcome, was, is) {
            (Outcome::Changed, Some(was), Some(is)) => differences(kind, &was, &is),
            _ => Vec::new(),
        };
        self.preview.errors.append(&mut reader.problems);
        self.preview.rows.push(ImportRow { table: kind, place: row.place.of(0), name, outcome, differences });
    }

    /// Fulfils a wish of a row, or names everything that is wrong with it. Answers
    /// whether something happened.
    fn fulfil(&mut self, reader: &mut Reader<'_>, mut wish: Wish) -> bool {
        loop {
            match fulfil(&mut self.directory, (self.actor, self.today), &wish) {
                Ok(events) => {
                    let changed = !events.is_empty();
                    self.preview.events.extend(events);
                    return changed;
                }
                Err(WorkflowError::BadInput { field, message }) => {
                    let (what, hint) = message.split_once('；').unwrap_or((&message, "请改正"));
                    reader.wrong(column(field), format!("{field}：{what}"), hint);
                    if !clear(&mut wish, field) {
                        return false;
                    }
                }
                Err(error) => {
                    let message = error.to_string();
                    let (what, hint) = message.split_once('；').unwrap_or((&message, "请改正"));
                    reader.wrong("id", what, hint);
                    return false;
                }
            }
        }
    }

    fn region(&self, reader: &mut Reader<'_>) -> (String, Vec<Wish>) {
        let (region, name) = (name_key(&reader.text("region")), reader.text("name"));
        (region.clone(), vec![Wish::NameRegion { region, name }])
    }

    fn unit(&mut self, reader: &mut Reader<'_>) -> (String, Vec<Wish>) {
        let words = Words::standard();
        let (given, name) = (reader.text("id"), reader.text("name"));
        let known = match given.as_str() {
            "" => self.directory.unit_named(&name).filter(|_| !name.is_empty()),
            id => self.directory.unit(&id.into()),
        };
        let aliases = match (reader.text("aliases"), known) {
            (text, Some(unit)) if text.is_empty() => unit.aliases.clone(),
            (text, _) => {
                let cut = words.separators.iter().fold(text, |text, mark| text.replace(mark.as_str(), "\t"));
                cut.split('\t').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned).collect()
            }
        };
        let kind_word = reader.text("kind");
        let kind = match words.kind(&kind_word) {
            Some(kind) => kind,
            None if kind_word.is_empty() => known.map_or(UnitKind::Department, |unit| unit.unit_kind),
            None => {
                let kinds: Vec<&str> = UnitKind::ALL.iter().map(|kind| words.kind_word(*kind)).collect();
                reader.wrong("kind", format!("没有类别“{kind_word}”"), format!("请填 {}", kinds.join("、")));
                UnitKind::Other
            }
        };
        let region = known.and_then(|unit| unit.region).map(|code| code.to_string());
        let code = known.and_then(|unit| unit.credit_code.as_ref()).map(|code| code.as_str());
        // A name that is one of the unit's other names finds it and does not rename it.
        let full = match known {
            Some(unit) if given.is_empty() => unit.name.clone(),
            _ => name,
        };
        let fields = UnitFields {
            name: full,
            aliases,
            kind,
            region: reader.or("region", region.as_deref()),
            credit_code: reader.or("credit_code", code),
        };
        let id = known.map_or_else(
            || if given.is_empty() { self.directory.next_id("U") } else { given },
            |unit| unit.id.to_string(),
        );
        (id.clone(), vec![Wish::SetUnit { unit: Some(UnitId(id)), fields }])
    }

    /// The unit that a cell names.
    fn unit_of(&self, reader: &mut Reader<'_>) -> Option<UnitId> {
        let name = reader.text("unit");
        let found = self.directory.unit(&name.as_str().into()).or_else(|| self.directory.unit_named(&name));
        if found.is_none() && name.is_empty() {
            reader.wrong("unit", "没有填写单位", "请填写单位的全称或简称");
        } else if found.is_none() {
            let hint = "请核对名称；新单位请先列入“单位”表";
            reader.wrong("unit", format!("没有单位“{name}”"), hint);
        }
        Some(self.directory.unit_on(&found?.id, self.today).clone())
    }

    fn person(&mut self, reader: &mut Reader<'_>) -> (String, Vec<Wish>) {
        let (given, name, account) = (reader.text("id"), reader.text("name"), reader.text("account"));
        let by_account = || self.directory.person_of(&account).filter(|_| !account.is_empty());
        let mut known = if given.is_empty() { by_account() } else { self.directory.person(&given) };
        let unit = match known {
            Some(person) if reader.text("unit").is_empty() => Some(person.unit.clone()),
            _ => self.unit_of(reader),
        };
        if let (None, true, Some(unit)) = (known, given.is_empty(), unit.as_ref()) {
            known = self.directory.people().find(|p| {
                let there = *self.directory.unit_on(&p.unit, self.today) == *unit;
                there && !self.directory.left(&p.id, self.today) && name_key(&p.name) == name_key(&name)
            });
        }
        let id = known.map_or_else(
            || if given.is_empty() { self.directory.next_id("P") } else { given.clone() },
            |person| person.id.clone(),
        );
        let leaves = reader.date("leaves").filter(|on| self.directory.leaves(&id) != Some(*on));
        let Some(unit) = unit else { return (id, Vec::new()) };
        // Who is still entered for a unit that became part of this one stays so.
        let unit = match known {
            Some(person) if *self.directory.unit_on(&person.unit, self.today) == unit => person.unit.clone(),
            _ => unit,
        };
        let before = |of: fn(&super::super::Person) -> Option<&str>| known.and_then(of);
        let fields = PersonFields {
            name: reader.or("name", before(|person| Some(&person.name))),
            unit,
            account: reader.or("account", before(|person| person.account.as_deref())),
            email: reader.or("email", before(|person| person.email.as_deref())),
            phone: reader.or("phone", before(|person| person.phone.as_deref())),
        };
        let mut wishes = vec![Wish::SetPerson { person: Some(id.clone()), fields }];
        wishes.extend(leaves.map(|on| Wish::Leave { person: id.clone(), on, successor: None }));
        (id, wishes)
    }

    fn duty(&mut self, reader: &mut Reader<'_>) -> (String, Vec<Wish>) {
        let words = Words::standard();
        let given = reader.text("id");
        let nothing = (format!("{given} {}", problem_place(&reader.place("id"))), Vec::new());
        let (from, until) = (reader.date("from"), reader.date("until"));
        let role_word = reader.text("role");
        let mut roles = Permissions::standard().roles().iter().filter(|role| role.in_unit);
        let role = roles.find(|role| role.code == role_word || name_key(&role.name) == name_key(&role_word));
        if role.is_none() {
            reader.wrong("role", format!("没有岗位“{role_word}”"), "请填 填报人 或 审核人");
        }
        let place_word = reader.text("place");
        let place = if place_word.is_empty() { Some(Place::First) } else { words.place(&place_word) };
        if place.is_none() {
            reader.wrong("place", format!("“{place_word}”不是 AB岗"), "请填 A岗 或 B岗");
        }
        let unit = self.unit_of(reader);
        let person_word = reader.text("person");
        let person = match &unit {
            Some(unit) if !person_word.is_empty() => self.one_named(reader, unit, &person_word),
            _ => None,
        };
        let (Some(unit), Some(role), Some(place)) = (unit, role, place) else { return nothing };
        let known = match given.as_str() {
            "" => self.running(&unit, &role.code, place, person.as_deref()),
            id => self.directory.duty(id),
        };
        if !given.is_empty() && known.is_none() {
            reader.wrong("id", format!("没有编号为“{given}”的岗位"), "新的岗位请将编号留空");
            return nothing;
        }
        let mut wishes = Vec::new();
        match (known, person) {
            (Some(duty), person) => {
                let asked = duty.offer.as_ref().filter(|o| o.declined.is_none()).map(|o| o.person.as_str());
                let other = person.filter(|id| duty.current() != Some(id) && asked != Some(id));
                let id = duty.id.clone();
                if let Some(person) = other {
                    wishes.push(Wish::HandOver { duty: id.clone(), person, from: from.unwrap_or(self.today) });
                }
                wishes.extend(until.filter(|on| duty.until != Some(*on)).map(|on| Wish::End { duty: id.clone(), on }));
                (id, wishes)
            }
            (None, Some(person)) => {
                let (role, from) = (role.code.clone(), from.unwrap_or(self.today));
                wishes.push(Wish::Give { unit, role, place, person, from, until });
                (self.directory.next_id("D"), wishes)
            }
            (None, None) => {
                if person_word.is_empty() {
                    reader.wrong("person", "没有填写姓名", "请填写安排给谁；暂无人选的请删去这一行");
                }
                nothing
            }
        }
    }

    /// The duty that a row without an id means: the unit's first place in the role,
    /// or the second place that is this person's.
    fn running(&self, unit: &UnitId, role: &str, place: Place, person: Option<&str>) -> Option<&Duty> {
        let mut duties = self.directory.duties_of(unit, self.today).into_iter();
        duties.find(|duty| {
            let same = duty.role == role && duty.place == place;
            same && (place == Place::First || (person.is_some() && duty.current() == person))
        })
    }

    fn one_named(&self, reader: &mut Reader<'_>, unit: &UnitId, word: &str) -> Option<String> {
        match &*people_named(&self.directory, unit, word, self.today) {
            [one] => return Some(one.id.clone()),
            [] => {
                let hint = "请核对姓名；新的人员请先列入“人员”表";
                reader.wrong("person", format!("没有“{word}”"), hint);
            }
            several => {
                let list: Vec<String> =
                    several.iter().map(|p| format!("{}（{}）", p.id, self.directory.unit_name(&p.unit))).collect();
                reader.wrong("person", format!("叫“{word}”的有 {}", list.join("、")), "请改填人员编号");
            }
        }
        None
    }
}

/// A place within the file, for a sentence.
fn problem_place(place: &At) -> String {
    match place {
        At::Line(line) => format!("第 {line} 行"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let cases = [
            ("2024-01-31", Some("2024-01-31")),
            ("2024/1/5", Some("2024-01-05")),
            ("２０２４年2月29日", Some("2024-02-29")),
            ("2024.06.30", Some("2024-06-30")),
            ("2024-02-30", None),
            ("2024年", None),
            ("45322", None),
            ("长期", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
        }
    }
}
