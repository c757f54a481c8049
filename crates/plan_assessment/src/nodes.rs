//! Work without a number is judged by its agreed nodes (rulebook, section 2):
//! all due nodes done with evidence, a due node open for so many days, all done
//! and verified, or no nodes. What that is called is data (`rules/assessment/nodes.toml`).

use std::sync::LazyLock;

use jiff::civil::Date;
use plan_model::{Message, Node, Status};
use serde::{Deserialize, Serialize};

use crate::{message::Say, rule_set::RuleSetError};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandEntry {
    code: String,
    word: String,
    word_en: String,
    shape: String,
    colour: String,
    why: String,
    #[serde(default = "yes")]
    judged: bool,
    up_to_days: Option<i32>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: String,
    title: String,
    title_en: String,
    explanation: String,
    origin: String,
    evidence_required: bool,
    verified_to_complete: bool,
    band: Vec<BandEntry>,
}

/// How nodes become a status.
#[derive(Debug, Clone)]
pub struct NodeRules {
    /// Its name.
    pub name: String,
    /// Raised with every change that can change a verdict.
    pub version: String,
    /// Its Chinese title.
    pub title: String,
    /// Its English title.
    pub title_en: String,
    /// What it does, in Chinese, for the people it judges.
    pub explanation: String,
    /// Where it comes from, in Chinese.
    pub origin: String,
    /// The text it was read from.
    pub text: String,
    /// Every status, best first; the last one is 无法判断.
    pub statuses: Vec<Status>,
    evidence_required: bool,
    verified_to_complete: bool,
    completed: Status,
    on_schedule: Status,
    /// By the days up to which they apply; the last has no end.
    behind: Vec<(Option<i32>, Status)>,
    unknown: Status,
}

impl NodeRules {
    /// Reads the rules and checks that they can judge everything.
    pub fn parse(text: &str) -> Result<Self, RuleSetError> {
        let file: File = toml::from_str(text).map_err(|error| RuleSetError::Form(format!("{error}；")))?;
        let name = file.name.clone();
        let refuse = |what: &str| RuleSetError::Incomplete { name: name.clone(), what: what.to_owned() };
        let texts = [&file.name, &file.version, &file.title, &file.title_en, &file.explanation, &file.origin];
        let bands = file.band.iter().flat_map(|b| [&b.code, &b.word, &b.word_en, &b.why]);
        if texts.into_iter().chain(bands).any(|text| text.trim().is_empty()) {
            return Err(refuse("名称、版本、标题、说明、来源和每一档的 code、word、word_en、why 都要填写"));
        }
        let statuses: Vec<(Option<i32>, Status)> =
            (0u8..).zip(file.band).map(|(order, entry)| (entry.up_to_days, status(order, entry))).collect();
        let one = |code: &str, judged: bool| {
            let found = statuses.iter().find(|(_, status)| status.code == code && status.judged == judged);
            found.map(|(_, status)| status.clone())
        };
        let missing = "要有 completed、on_schedule 和一档 judged = false 的 unknown";
        let completed = one("completed", true).ok_or_else(|| refuse(missing))?;
        let on_schedule = one("on_schedule", true).ok_or_else(|| refuse(missing))?;
        let unknown = one("unknown", false).ok_or_else(|| refuse(missing))?;
        let late = |status: &Status| status.judged && status.code != "completed" && status.code != "on_schedule";
        let behind: Vec<(Option<i32>, Status)> = statuses.iter().filter(|(_, s)| late(s)).cloned().collect();
        let ends: Vec<i32> = behind.iter().filter_map(|(days, _)| *days).collect();
        let open = behind.iter().position(|(days, _)| days.is_none());
        if open.is_none_or(|open| open + 1 != behind.len()) || !ends.is_sorted_by(|a, b| a < b) {
            return Err(refuse("落后的各档按天数从少到多排列，最后一档、也只有最后一档不写 up_to_days"));
        }
        Ok(Self {
            name: file.name,
            version: file.version,
            title: file.title,
            title_en: file.title_en,
            explanation: file.explanation,
            origin: file.origin,
            text: text.to_owned(),
            statuses: statuses.into_iter().map(|(_, status)| status).collect(),
            evidence_required: file.evidence_required,
            verified_to_complete: file.verified_to_complete,
            completed,
            on_schedule,
            behind,
            unknown,
        })
    }

    fn late(&self, days: i32) -> &Status {
        let fits = |(end, _): &&(Option<i32>, Status)| end.is_none_or(|end| days <= end);
        self.behind.iter().find(fits).map_or(&self.unknown, |(_, status)| status)
    }
}

fn status(order: u8, entry: BandEntry) -> Status {
    let BandEntry { code, word, word_en, shape, colour, judged, .. } = entry;
    Status { code, word, word_en, shape, colour, order, judged }
}

/// How a task, project or milestone stands by its nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeVerdict {
    /// The day as of which was judged; what was done later is not known yet.
    pub as_of: Date,
    /// The class of the rules.
    pub status: Status,
    /// Every node is done, and verified where the rules ask for it.
    pub completed: bool,
    /// For how many days the earliest open node has been due; 0 where none is.
    pub days_behind: i32,
    /// All nodes.
    pub all: usize,
    /// Those due by the day.
    pub due: usize,
    /// Those done by the day, due or not.
    pub done: usize,
    /// The day the last node was done, where all are.
    pub finished_on: Option<Date>,
    /// The next node to come, where there is one.
    pub next: Option<Node>,
    /// One sentence: why this status.
    pub reason: Message,
    /// What else a reader must know.
    pub notes: Vec<Message>,
    /// Name and version of the rules.
    pub rules: (String, String),
}

/// Nodes as they are known on a day, in order of their dates.
struct Known<'n> {
    as_of: Date,
    nodes: Vec<&'n Node>,
    /// Done by the day, with evidence where it is asked for.
    done: Vec<&'n Node>,
    /// Due before the day and not done; what is due today may still be done today.
    open: Vec<&'n Node>,
    /// Reported done, but without the evidence that is asked for.
    unproved: Vec<&'n Node>,
}

impl<'n> Known<'n> {
    fn on(nodes: &[&'n Node], as_of: Date, rules: &NodeRules) -> Self {
        let mut nodes = nodes.to_vec();
        nodes.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.deliverable.cmp(&b.deliverable)));
        let reported = |node: &Node| node.done_on.is_some_and(|day| day <= as_of);
        let proved = |node: &Node| !rules.evidence_required || !node.evidence.trim().is_empty();
        let only = |fits: &dyn Fn(&Node) -> bool| nodes.iter().copied().filter(|node| fits(node)).collect();
        Self {
            as_of,
            done: only(&|node| reported(node) && proved(node)),
            open: only(&|node| node.due < as_of && !(reported(node) && proved(node))),
            unproved: only(&|node| reported(node) && !proved(node)),
            nodes,
        }
    }

    fn unverified(&self) -> usize {
        self.done.iter().filter(|node| !node.verified).count()
    }

    fn due(&self) -> usize {
        self.nodes.iter().filter(|node| node.due <= self.as_of).count()
    }

    fn next(&self) -> Option<&'n Node> {
        let is_done = |node: &Node| self.done.iter().any(|done| std::ptr::eq(*done, node));
        self.nodes.iter().copied().find(|node| node.due >= self.as_of && !is_done(node))
    }

    fn days_behind(&self) -> i32 {
        self.open.first().map_or(0, |node| (self.as_of - node.due).get_days())
    }

    fn completed(&self, rules: &NodeRules) -> bool {
        let all_done = !self.nodes.is_empty() && self.done.len() == self.nodes.len();
        all_done && (self.unverified() == 0 || !rules.verified_to_complete)
    }

    /// The day the last node was done, where all are.
    fn finished_on(&self) -> Option<Date> {
        let last = self.done.iter().filter_map(|node| node.done_on).max();
        last.filter(|_| self.done.len() == self.nodes.len())
    }

    fn place<'r>(&self, rules: &'r NodeRules) -> (&'r Status, Message) {
        let count = |name, number: usize| (name, number.to_string());
        let as_of = ("as_of", self.as_of.to_string());
        let (all, due, done) =
            (count("all", self.nodes.len()), count("due", self.due()), count("done", self.done.len()));
        if self.nodes.is_empty() {
            return (&rules.unknown, Say::NodesNone.with([]));
        }
        if let Some(first) = self.open.first() {
            let days = self.days_behind();
            let reason = Say::NodesBehind.with([
                as_of,
                due,
                count("open", self.open.len()),
                ("deliverable", first.deliverable.clone()),
                ("day", first.due.to_string()),
                ("days", days.to_string()),
            ]);
            return (rules.late(days), reason);
        }
        if self.completed(rules) {
            let day = self.finished_on().map(|day| day.to_string()).unwrap_or_default();
            return (&rules.completed, Say::NodesCompleted.with([all, ("day", day)]));
        }
        (&rules.on_schedule, Say::NodesOnSchedule.with([as_of, all, due, done]))
    }

    fn notes(&self, rules: &NodeRules) -> Vec<Message> {
        let named = |say: Say, node: &Node| {
            say.with([("deliverable", node.deliverable.clone()), ("day", node.due.to_string())])
        };
        let mut notes: Vec<Message> = self.unproved.iter().map(|node| named(Say::NodesWithoutEvidence, node)).collect();
        if self.unverified() > 0 && rules.verified_to_complete {
            notes.push(Say::NodesUnverified.with([("count", self.unverified().to_string())]));
        }
        let late_by = |node: &&Node| node.done_on.map_or(0, |day| (day - node.due).get_days());
        let late: Vec<i32> = self.done.iter().map(late_by).filter(|days| *days > 0).collect();
        if let Some(longest) = late.iter().max() {
            notes.push(Say::NodesDoneLate.with([("count", late.len().to_string()), ("days", longest.to_string())]));
        }
        notes.extend(self.next().map(|next| named(Say::NodesNext, next)));
        notes
    }
}

/// Judges a piece of work by its nodes; the order in which they come does not matter.
pub fn judge_nodes(nodes: &[&Node], as_of: Date, rules: &NodeRules) -> NodeVerdict {
    let known = Known::on(nodes, as_of, rules);
    let (status, reason) = known.place(rules);
    NodeVerdict {
        as_of,
        status: status.clone(),
        completed: known.completed(rules),
        days_behind: known.days_behind(),
        all: known.nodes.len(),
        due: known.due(),
        done: known.done.len(),
        finished_on: known.finished_on(),
        next: known.next().cloned(),
        reason,
        notes: known.notes(rules),
        rules: (rules.name.clone(), rules.version.clone()),
    }
}

const READY: &str = include_str!("../../../rules/assessment/nodes.toml");

// A test proves that the file parses.
static RULES: LazyLock<Option<NodeRules>> = LazyLock::new(|| NodeRules::parse(READY).ok());

/// The rules that come with Lantu.
pub fn ready_node_rules() -> Option<&'static NodeRules> {
    RULES.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_rules_are_refused_with_what_to_do() {
        NodeRules::parse(READY).unwrap();
        let broken = [
            ("up_to_days = 92", "", "up_to_days"),
            ("code = \"completed\"", "code = \"done\"", "completed"),
            ("judged = false", "", "unknown"),
            ("version = \"1\"", "version = \"\"", "版本"),
            ("evidence_required = true", "", "evidence_required"),
        ];
        for (from, to, says) in broken {
            assert!(READY.contains(from), "{from}");
            let error = NodeRules::parse(&READY.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(says), "{from} → {to}: {error}");
        }
    }
}
