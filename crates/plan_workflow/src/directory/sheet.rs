//! The directory as the tables of a file, in the form in which it is imported.

use jiff::civil::Date;
use plan_model::{Unit, UnitId};

use super::{
    Directory, Duty, DutyState, Person,
    words::{TableKind, Words},
};
use crate::{permissions::Permissions, register::name_key};

/// A sheet of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetText {
    /// The name of the sheet.
    pub name: String,
    /// The heads of its columns; none for a sheet of remarks.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A file to fill in, with the remarks on how.
pub fn template() -> Vec<SheetText> {
    let words = Words::standard();
    let notes = words.notes.iter().map(|note| vec![note.clone()]).collect();
    let remarks = words.ignored_sheets.first().cloned().unwrap_or_default();
    let mut sheets = vec![SheetText { name: remarks, columns: Vec::new(), rows: notes }];
    sheets.extend(TableKind::ALL.map(|kind| sheet(kind, Vec::new())));
    sheets
}

/// The directory as it stands on a day. Imported as it is, it changes nothing. Who
/// has left, what has ended or been merged and who stood in when is not in it.
pub fn sheets(directory: &Directory, day: Date) -> Vec<SheetText> {
    let regions = directory.regions().map(|(code, name)| vec![code.to_string(), name.to_owned()]);
    let units = directory.units_on(day).map(unit_cells);
    let people = directory.people().filter(|person| !directory.left(&person.id, day));
    let people = people.map(|person| person_cells(directory, person, day));
    let duties = directory.duties().filter(|duty| directory.state(duty, day) != DutyState::Ended);
    let duties = duties.map(|duty| duty_cells(directory, duty, day));
    vec![
        sheet(TableKind::Regions, regions.collect()),
        sheet(TableKind::Units, units.collect()),
        sheet(TableKind::People, people.collect()),
        sheet(TableKind::Duties, duties.collect()),
    ]
}

fn sheet(kind: TableKind, rows: Vec<Vec<String>>) -> SheetText {
    let table = Words::standard().table(kind);
    let columns = table.columns.iter().map(|column| column.head().to_owned()).collect();
    SheetText { name: table.sheet.clone(), columns, rows }
}

/// A unit as a row, in the order of `rules/directory.toml`.
pub(super) fn unit_cells(unit: &Unit) -> Vec<String> {
    let cell = |code: &str| match code {
        "id" => unit.id.to_string(),
        "name" => unit.name.clone(),
        "aliases" => unit.aliases.join("、"),
        "kind" => Words::standard().kind_word(unit.unit_kind).to_owned(),
        "region" => unit.region.map(|code| code.to_string()).unwrap_or_default(),
        "credit_code" => unit.credit_code.as_ref().map(ToString::to_string).unwrap_or_default(),
        _ => String::new(),
    };
    cells(TableKind::Units, cell)
}

/// A person as a row.
pub(super) fn person_cells(directory: &Directory, person: &Person, day: Date) -> Vec<String> {
    let cell = |code: &str| match code {
        "id" => person.id.clone(),
        "name" => person.name.clone(),
        "unit" => directory.unit_name(directory.unit_on(&person.unit, day)).to_owned(),
        "account" => person.account.clone().unwrap_or_default(),
        "email" => person.email.clone().unwrap_or_default(),
        "phone" => person.phone.clone().unwrap_or_default(),
        "leaves" => directory.leaves(&person.id).map(|on| on.to_string()).unwrap_or_default(),
        _ => String::new(),
    };
    cells(TableKind::People, cell)
}

/// A duty as a row: who holds it or was asked; nobody where they have left.
pub(super) fn duty_cells(directory: &Directory, duty: &Duty, day: Date) -> Vec<String> {
    let unit = directory.unit_on(&duty.unit, day);
    let person = duty.current().and_then(|id| directory.person(id)).filter(|p| !directory.left(&p.id, day));
    let since = duty.holders.last().map(|(_, from)| *from).or(duty.offer.as_ref().map(|offer| offer.from));
    let cell = |code: &str| match code {
        "id" => duty.id.clone(),
        "unit" => directory.unit_name(unit).to_owned(),
        "role" => Permissions::standard().role(&duty.role).map_or(duty.role.clone(), |role| role.name.clone()),
        "place" => Words::standard().place_word(duty.place).to_owned(),
        "person" => person.map(|person| name_of(directory, unit, person, day)).unwrap_or_default(),
        "from" => since.map(|day| day.to_string()).unwrap_or_default(),
        "until" => duty.until.map(|day| day.to_string()).unwrap_or_default(),
        _ => String::new(),
    };
    cells(TableKind::Duties, cell)
}

fn cells(kind: TableKind, cell: impl Fn(&str) -> String) -> Vec<String> {
    Words::standard().table(kind).columns.iter().map(|column| cell(&column.code)).collect()
}

/// The name by which a person is found again, or the id where several bear it.
fn name_of(directory: &Directory, unit: &UnitId, person: &Person, day: Date) -> String {
    match &*people_named(directory, unit, &person.name, day) {
        [one] if one.id == person.id => person.name.clone(),
        _ => person.id.clone(),
    }
}

/// Whom a word of a unit's row means: the person with this id, else those of the
/// unit with this name, else those anywhere.
pub(super) fn people_named<'a>(directory: &'a Directory, unit: &'a UnitId, word: &str, day: Date) -> Vec<&'a Person> {
    let key = name_key(word);
    if let Some(person) = directory.person(word.trim()) {
        return vec![person];
    }
    let own: Vec<&Person> = directory.people_of(unit, day).filter(|p| name_key(&p.name) == key).collect();
    if !own.is_empty() {
        return own;
    }
    directory.people().filter(|p| name_key(&p.name) == key && !directory.left(&p.id, day)).collect()
}
