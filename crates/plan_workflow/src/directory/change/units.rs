//! Units and regions.

use jiff::civil::Date;
use plan_model::{CreditCode, Place, Problem, RegionCode, Unit, UnitId};

use super::{Asking, UnitFields, line, missing, new_id, words, wrong};
use crate::{WorkflowError, directory::DirectoryEvent, permissions::Action, register::name_key};

/// The longest name of a unit.
const NAME: usize = 60;
/// So many other names a unit may have.
const ALIASES: usize = 20;

/// What to look at where the check character of a unit's credit code does not fit.
pub fn credit_code_warning(unit: &Unit) -> Option<Problem> {
    let code = unit.credit_code.as_ref()?;
    let expected = code.check()?;
    let message = format!("“{}”的信用代码 {code} 校验不符：末位应为 {expected}", unit.name);
    Some(Problem::new("credit-code", Place::Whole, message, "请对照登记证书核对；证书确如此的可以保留"))
}

impl Asking<'_> {
    /// Adds a unit, or changes one.
    pub(super) fn set_unit(
        self,
        unit: Option<&UnitId>,
        fields: &UnitFields,
    ) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        let id = match unit {
            None => UnitId(self.directory.next_id("U")),
            Some(id) if self.directory.unit(id).is_some() || new_id("U", id.as_str()) => id.clone(),
            Some(id) => return Err(missing("单位", id.as_str())),
        };
        let name = words("单位名称", &fields.name, NAME)?;
        self.free_name("单位名称", &id, &name)?;
        let mut aliases: Vec<String> = Vec::new();
        for alias in &fields.aliases {
            let alias = line("简称", alias, NAME)?;
            if alias.is_empty() || name_key(&alias) == name_key(&name) || aliases.contains(&alias) {
                continue;
            }
            self.free_name("简称", &id, &alias)?;
            aliases.push(alias);
        }
        if aliases.len() > ALIASES {
            return Err(wrong("简称", format!("有 {} 个，超过 {ALIASES} 个；请精简", aliases.len())));
        }
        let region = match fields.region.trim() {
            "" => None,
            code => Some(region_code(code)?),
        };
        let credit_code = match fields.credit_code.trim() {
            "" => None,
            code => Some(CreditCode::parse(code).map_err(|error| wrong("信用代码", error.to_string()))?),
        };
        let unit = Unit { id, name, aliases, unit_kind: fields.kind, region, credit_code };
        if self.directory.unit(&unit.id) == Some(&unit) {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::SetUnit(unit)])
    }

    /// Texts and tables name units; a name must lead to one unit only.
    fn free_name(self, field: &'static str, own: &UnitId, name: &str) -> Result<(), WorkflowError> {
        match self.directory.unit_named(name).filter(|unit| unit.id != *own) {
            Some(unit) if self.sight().is_some_and(|sight| !sight.unit(&unit.id)) => {
                Err(wrong(field, format!("“{name}”已是其他辖区一个单位的名称；请改用其他名称，如冠以地名")))
            }
            Some(unit) => {
                let message =
                    format!("“{name}”已是单位 {}（{}）的名称；请改用其他名称，或修改那个单位", unit.id, unit.name);
                Err(wrong(field, message))
            }
            None => Ok(()),
        }
    }

    /// Makes a unit part of another.
    pub(super) fn merge(self, unit: &UnitId, into: &UnitId, from: Date) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        let known = |id: &UnitId| self.directory.unit(id).ok_or_else(|| missing("单位", id.as_str()));
        let (ends, goes_on) = (known(unit)?, known(into)?);
        if unit == into {
            return Err(wrong("并入单位", "不能并入自己；请选择另一个单位"));
        }
        if let Some((into, from)) = self.directory.merged(unit) {
            let message = format!("“{}”已自 {from} 起并入“{}”；请核对", ends.name, self.directory.unit_name(into));
            return Err(wrong("并入单位", message));
        }
        let ends_by = |id: &UnitId| self.directory.merged(id).cloned();
        // Whatever the days: a unit that goes on must not end in the one that ends.
        let chain = std::iter::successors(ends_by(into), |(next, _)| ends_by(next));
        if let Some((_, day)) = chain.clone().find(|(next, _)| next == unit) {
            let message = format!("“{}”自 {day} 起并入“{}”，不能互相并入；请核对", goes_on.name, ends.name);
            return Err(wrong("并入单位", message));
        }
        if let Some((next, day)) = chain.take_while(|(_, day)| *day <= from).last() {
            let message = format!("“{}”自 {day} 起已不存在；请选择“{}”", goes_on.name, self.directory.unit_name(&next));
            return Err(wrong("并入单位", message));
        }
        Ok(vec![DirectoryEvent::Merge { unit: unit.clone(), into: into.clone(), from }])
    }

    /// Gives a region its name.
    pub(super) fn name_region(self, region: &str, name: &str) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        let region = region_code(region)?;
        let name = words("区划名称", name, NAME)?;
        if self.directory.region_name(region) == Some(name.as_str()) {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::NameRegion { region, name }])
    }
}

/// The code of a region; full-width digits are put right.
pub(super) fn region_code(text: &str) -> Result<RegionCode, WorkflowError> {
    name_key(text).parse().map_err(|_| {
        let message = format!("“{text}”不是行政区划代码；请填六位数字：前两位省，中间两位市，后两位县，如 990102");
        wrong("行政区划", message)
    })
}
