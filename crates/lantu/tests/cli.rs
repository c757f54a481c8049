//! The command line as scripts use it: output, problems, exit status.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::{fs, path::Path};

use assert_cmd::Command;
use tempfile::TempDir;

const PLAN: &str = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n\
    第一章 发展目标\n\
    2020年，常住人口城镇化率为60%。\n\
    到2025年，常住人口城镇化率达到70%，城镇调查失业率控制在5.5%以内。\n";

/// A folder with a database address of its own and a way to run the program in it.
struct Desk(TempDir);

/// What a run came to.
struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.0.path().join(name), content).unwrap();
        self.path(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let output = Command::cargo_bin("lantu")
            .unwrap()
            .args(args)
            .current_dir(self.0.path())
            .env("LANTU_DATABASE_URL", format!("sqlite:{}", self.path("test.db")))
            .write_stdin(input)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Ran { status: output.status.code().expect("not killed"), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Imports [`PLAN`].
    fn imported(&self) -> String {
        let file = self.write("plan.txt", PLAN);
        let ran = self.run(&["import", &file, "--title", "甲", "--jurisdiction", "990199", "--period", "2021-2025"]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.out.trim().to_owned()
    }
}

const COLUMNS: &str = "line\tname\top\tvalue\tvalue_high\tunit\tyear\tsoft\tclass\tquote";

#[test]
fn extract_prints_the_columns_of_the_labels() {
    let desk = Desk::new();
    let file = desk.write("plan.txt", PLAN);
    let ran = desk.run(&["extract", &file]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.status, lines[0]), (0, COLUMNS));
    assert_eq!(
        lines[1..],
        [
            "4\t常住人口城镇化率\t=\t70\t\t%\t2025\tno\tnumeric\t常住人口城镇化率达到70%",
            "4\t城镇调查失业率\t<=\t5.5\t\t%\t2025\tno\tnumeric\t城镇调查失业率控制在5.5%以内",
        ]
    );
    let json: serde_json::Value = serde_json::from_str(&desk.run(&["extract", &file, "--format", "json"]).out).unwrap();
    assert_eq!(json["commitments"].as_array().unwrap().len(), 2);
    assert_eq!(json["facts"][0]["value"]["value"], "60");
}

#[test]
fn extract_prints_what_has_no_measure() {
    let desk = Desk::new();
    let file =
        desk.write("plan.txt", "某区第十四个五年规划\n第一章 港口\n到2025年，完善码头巡查制度，建设苇港物流园。\n");
    let ran = desk.run(&["extract", &file, "--what", "work"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        (ran.status, lines),
        (
            0,
            vec![
                "line\tkind\tverb\tname\tlead\tplace\tstage\tamount\tamount_unit\tdue\tquote",
                "3\ttask\t完善\t码头巡查制度\t\t\t\t\t\t2025\t完善码头巡查制度",
                "3\tproject\t建设\t苇港物流园\t\t\tbuild\t\t\t2025\t建设苇港物流园",
            ]
        ),
        "{}",
        ran.err
    );
    let json: serde_json::Value = serde_json::from_str(&desk.run(&["extract", &file, "--format", "json"]).out).unwrap();
    assert_eq!((&json["work"][1]["rule"], &json["work"][1]["confidence"]), (&"P1".into(), &"certain".into()));
    assert_eq!(json["chapters"][0]["work"], serde_json::json!({"task": 1, "project": 1}));
    let two = desk.run(&["extract", &file, &file, "--what", "work"]);
    assert!(two.out.starts_with("file\tline\tkind"), "{}", two.out);
    assert_eq!(two.out.lines().filter(|l| l.starts_with(&file)).count(), 4, "{}", two.out);
}

#[test]
fn several_files_are_printed_in_order_and_one_bad_one_does_not_stop_the_others() {
    let desk = Desk::new();
    let names: Vec<String> = (0..12)
        .map(|i| desk.write(&format!("{i:02}.txt"), if i == 5 { String::new() } else { PLAN.to_owned() }))
        .collect();
    for jobs in ["1", "3", "64"] {
        let args: Vec<&str> = ["extract", "--jobs", jobs].into_iter().chain(names.iter().map(String::as_str)).collect();
        let ran = desk.run(&args);
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.err.contains("05.txt:0: 文件是空的"), "{}", ran.err);
        let mut files: Vec<&str> = ran.out.lines().skip(1).map(|row| row.split('\t').next().unwrap()).collect();
        assert_eq!(ran.out.lines().next().unwrap(), format!("file\t{COLUMNS}"));
        files.dedup();
        let expected: Vec<&str> = names.iter().enumerate().filter(|(i, _)| *i != 5).map(|(_, n)| n.as_str()).collect();
        assert_eq!(files, expected, "with {jobs} jobs");
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        let json: serde_json::Value = serde_json::from_str(&desk.run(&args).out).unwrap();
        assert_eq!(json.as_array().unwrap().len(), 11);
    }
}

#[test]
fn what_cannot_be_read_is_1_and_what_holds_nothing_is_0() {
    let desk = Desk::new();
    let nothing = desk.write("letter.txt", "今天天气很好，大家去散步。\n");
    let empty = desk.write("empty.txt", "");
    let cut = desk.write("cut.docx", b"PK\x03\x04 and then the line was lost");
    let large = desk.path("large.txt");
    fs::File::create(&large).unwrap().set_len(100_000_000).unwrap();
    let gone = desk.path("gone.txt");
    let folder = desk.0.path().display().to_string();
    for (file, status, words) in [
        (&nothing, 0, ":0: 没有找到可衡量的目标；"),
        (&empty, 1, ":0: 文件是空的；"),
        (&cut, 1, "；"),
        (&large, 1, "超过上限"),
        (&gone, 1, "请检查路径"),
        (&folder, 1, "文件夹"),
    ] {
        let ran = desk.run(&["extract", file]);
        assert_eq!(ran.status, status, "{file}: {}", ran.err);
        assert!(ran.err.starts_with(file.as_str()) && ran.err.contains(words), "{file}: {}", ran.err);
        assert_eq!(ran.out.trim(), COLUMNS, "{file}");
    }
    for wrong in [vec!["extract"], vec!["nonsense"], vec!["extract", &nothing, "--plan-period", "soon"], vec!["assess"]]
    {
        assert_eq!(desk.run(&wrong).status, 2, "{wrong:?}");
    }
}

#[test]
fn read_shows_lines_with_their_parts() {
    let desk = Desk::new();
    let file = desk.write("plan.txt", PLAN);
    let ran = desk.run(&["read", &file]);
    assert!(ran.status == 0 && ran.out.contains("2\theading\t1\t第一章 发展目标"), "{}", ran.out);
    let json: serde_json::Value = serde_json::from_str(&desk.run(&["read", &file, "--format", "json"]).out).unwrap();
    assert_eq!(json["lines"][0]["text"].as_str().unwrap(), PLAN.lines().next().unwrap());
}

#[test]
fn a_table_in_a_file_of_its_own_is_merged() {
    let desk = Desk::new();
    let plan = desk.write("plan.txt", PLAN);
    let table = desk.write(
        "table.html",
        "<table><tr><td>指标</td><td>单位</td><td>2025年</td></tr><tr><td>常住人口城镇化率</td><td>%</td><td>71</td></tr></table>",
    );
    let head = ["--title", "甲", "--jurisdiction", "990199", "--period", "2021-2025"];
    let ran = desk.run(&[["import", &plan, "--table", &table].as_slice(), &head].concat());
    assert_eq!((ran.status, ran.out.as_str()), (0, "1\n"), "{}", ran.err);
    assert!(ran.err.contains("为 71%（2025 年），第 4 行") && ran.err.contains("数值不同"), "{}", ran.err);
    let gone = desk.run(&[["import", &plan, "--table", "nowhere.xlsx"].as_slice(), &head].concat());
    assert!(gone.status == 1 && gone.err.contains("nowhere.xlsx"), "{}", gone.err);
}

#[test]
fn a_corrected_text_is_compared_and_then_taken() {
    let desk = Desk::new();
    let plan = desk.imported();
    let file = desk.write("corrected.txt", PLAN.replace("达到70%", "达到71%") + "到2025年，新建灯塔3座。\n");
    let looked = desk.run(&["import", &file, "--edition-of", &plan, "--dry-run"]);
    assert_eq!(looked.status, 0, "{}", looked.err);
    assert!(
        looked.err.contains("数值有变 1") && looked.out.contains("value_changed\tC1\t常住人口城镇化率"),
        "{}",
        looked.out
    );
    let taken = desk.run(&["import", &file, "--edition-of", &plan, "--note", "勘误"]);
    assert_eq!((taken.status, taken.out.as_str()), (0, "1\n"), "{}", taken.err);
    let again = desk.run(&["import", &file, "--edition-of", &plan]);
    assert!(again.status == 1 && again.err.contains("已导入"), "{}", again.err);
    assert_eq!(desk.run(&["verify-audit"]).status, 0);
    for wrong in [
        vec!["import", &file],
        vec!["import", &file, "--edition-of", &plan, "--title", "甲"],
        vec!["import", &file, "--dry-run"],
    ] {
        assert_eq!(desk.run(&wrong).status, 2, "{wrong:?}");
    }
    assert_eq!(desk.run(&["import", &file, "--edition-of", "9"]).status, 1);
}

#[test]
fn a_work_report_is_linked_with_its_plan() {
    let desk = Desk::new();
    let plan = desk.imported();
    let file =
        desk.write("report.txt", "虚构县2023年政府工作报告\n2023年，常住人口城镇化率达到62%，发放消费券300万元。\n");
    let ran = desk.run(&[
        "import",
        &file,
        "--title",
        "乙",
        "--jurisdiction",
        "990199",
        "--period",
        "2023",
        "--kind",
        "annual",
        "--parent",
        &plan,
    ]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "2\n"), "{}", ran.err);
    assert!(ran.err.contains("一致 1，可能 0，新增 1"), "{}", ran.err);
}

#[test]
fn import_prints_the_id_alone_and_refuses_what_holds_nothing() {
    let desk = Desk::new();
    assert_eq!(desk.imported(), "1");
    let file = desk.path("plan.txt");
    let import = |extra: &[&str]| {
        let args = ["import", &file, "--title", "甲", "--jurisdiction", "990199", "--period", "2021-2025"];
        desk.run(&[args.as_slice(), extra].concat())
    };
    let again = import(&[]);
    assert!(again.status == 1 && again.out.is_empty() && again.err.contains("已导入"), "{}", again.err);
    assert_eq!(import(&["--force"]).out, "2\n");
    assert_eq!(import(&["--force", "--parent", "99"]).status, 1);
    let letter = desk.write("letter.txt", "今天天气很好。");
    let args = ["import", &letter, "--title", "信", "--jurisdiction", "990199", "--period", "2021-2025"];
    let nothing = desk.run(&args);
    assert!(nothing.status == 1 && nothing.out.is_empty(), "{}", nothing.out);
    assert_eq!(desk.run(&[args.as_slice(), &["--force"]].concat()).out, "3\n");
}

#[test]
fn figures_go_in_and_verdicts_come_out() {
    let desk = Desk::new();
    let plan = desk.imported();
    let file = desk
        .write("figures.csv", "indicator,period,value,standing,source\n常住人口城镇化率,2023,66,statistical,公报\n");
    let dry = desk.run(&["figures", "import", &plan, &file, "--dry-run"]);
    assert!(dry.status == 0 && dry.out.contains("未保存：新增 1"), "{} {}", dry.out, dry.err);
    assert!(desk.run(&["figures", "import", &plan, &file]).out.contains("已保存：新增 1"));
    assert!(desk.run(&["figures", "import", &plan, &file]).out.contains("相同 1"));
    let bad = desk.write("bad.csv", "indicator,period,value\n常住人口城镇化率,2023,NaN\n没有,2023,1\n");
    let refused = desk.run(&["figures", "import", &plan, &bad]);
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains(&format!("{bad}:2: ")) && refused.err.contains(&format!("{bad}:3: ")),
        "{}",
        refused.err
    );

    let assess = |extra: &[&str]| {
        let ran = desk.run(&[["assess", &plan, "--as-of", "2023-12-31"].as_slice(), extra].concat());
        assert_eq!(ran.status, 0, "{extra:?}: {}", ran.err);
        ran.out
    };
    let csv = assess(&["--format", "csv"]);
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "id,name,type,kind,base,target,target_year,value,value_period,expected,ratio,status,outlook,rule_set,reason"
    );
    let row = lines.find(|row| row.contains("常住人口城镇化率")).unwrap();
    assert!(row.contains(",60,70,2025,66,2023,66,1,基本符合预期,") && row.contains(",share-of-pace,"), "{row}");
    assert!(assess(&["--rules", "points-behind", "--format", "csv"]).contains("points-behind"));
    assert!(assess(&[]).contains("常住人口城镇化率"));
    let json: serde_json::Value = serde_json::from_str(&assess(&["--format", "json"])).unwrap();
    assert!(json.as_array().unwrap().iter().any(|v| v["status"]["word"] == "基本符合预期"));
    let unknown = desk.run(&["assess", &plan, "--rules", "nonsense"]);
    assert!(unknown.status == 1 && unknown.err.contains("share-of-pace"), "{}", unknown.err);
    assert_eq!(desk.run(&["assess", "77"]).status, 1);
    assert_eq!(desk.run(&["assess", "x"]).status, 2);
}

#[test]
fn figures_are_checked_by_rules_of_quality_and_local_ones() {
    let desk = Desk::new();
    let plan = desk.imported();
    let head = "indicator,period,value,standing\n";
    let wrong = desk.write("wrong.csv", format!("{head}常住人口城镇化率,2023,130,reported\n"));
    let refused = desk.run(&["figures", "import", &plan, &wrong]);
    assert!(refused.status == 1 && refused.err.contains(&format!("{wrong}:2: ")), "{}", refused.err);
    assert!(refused.err.contains("不可能超过 100%"), "{}", refused.err);
    let odd = desk.write(
        "odd.csv",
        format!("{head}常住人口城镇化率,2022,0.63,reported\n常住人口城镇化率,2023,66,reported\n常住人口城镇化率,2023,67,statistical\n"),
    );
    for extra in [&["--dry-run"][..], &[]] {
        let told = desk.run(&[["figures", "import", &plan, &odd].as_slice(), extra].concat());
        assert!(told.status == 0 && told.err.contains(":2: 警示：") && told.err.contains("另一单位"), "{}", told.err);
    }
    let check =
        |extra: &[&str]| desk.run(&[["figures", "check", &plan, "--as-of", "2023-12-31"].as_slice(), extra].concat());
    let table = check(&[]);
    assert_eq!(table.status, 0, "{}", table.err);
    for words in ["警示\tunit-factor\t", "矛盾\tstandings\t", "错误 0，警示 1，提示 0，矛盾 1"] {
        assert!(table.out.contains(words), "{words}: {}", table.out);
    }
    let json: serde_json::Value = serde_json::from_str(&check(&["--format", "json"]).out).unwrap();
    assert_eq!(
        (json["findings"][0]["rule"].as_str(), json["contradictions"][0]["difference"].as_str()),
        (Some("unit-factor"), Some("-1"))
    );
    let local = desk.write(
        "local.toml",
        "off = [\"unit-factor\"]\n[[tolerance]]\npercent = true\npoints = \"1\"\nwhy = \"本地\"\n",
    );
    assert!(check(&["--quality", &local]).out.contains("警示 0，提示 0，矛盾 0"));
    let broken = desk.write("broken.toml", "off = [\"nonsense\"]\n");
    let refused = check(&["--quality", &broken]);
    assert!(
        refused.status == 1 && refused.err.contains("broken.toml") && refused.err.contains("nonsense"),
        "{}",
        refused.err
    );
}

#[test]
fn an_offices_table_of_duties_is_taken_over_and_listed() {
    let desk = Desk::new();
    let plan = desk.imported();
    let units =
        desk.write("units.csv", "单位名称,简称,类别\n虚构县住房和城乡建设局,住建局,部门\n虚构县统计局,统计局,部门\n");
    let ran = desk.run(&["directory", "import", &units]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let listed = |format: &str| desk.run(&["assignments", &plan, "--format", format]).out;
    assert!(listed("csv").contains("常住人口城镇化率,未分办,,,,2025"), "{}", listed("csv"));
    let rows = [
        "序号,目标任务,牵头单位,配合单位,完成时限",
        "1,常住人口城镇化率达到70%,住建局,统计局、县林场,2099年底",
        "2,修订档案管理办法,统计局,,长期",
        ",合计,,,",
    ];
    let cell = |cell: &str| format!("<td>{cell}</td>");
    let rows = rows.map(|row| format!("<tr>{}</tr>", row.split(',').map(cell).collect::<String>())).concat();
    let file = desk.write("duties.html", format!("<html><body><table>{rows}</table></body></html>"));
    let take = |more: &[&str]| {
        desk.run(&[["assignments", "import", &plan, &file, "--due", "2099-06-30"].as_slice(), more].concat())
    };
    let dry = take(&["--dry-run"]);
    assert_eq!(
        (dry.status, dry.out.as_str()),
        (0, "检查完毕，未保存：分办 2，已有 0，提出节点 0 项；3 行有内容没有落处\n"),
        "{}",
        dry.err
    );
    assert!(!listed("csv").contains("住房"), "{}", listed("csv"));
    let taken = take(&[]);
    assert_eq!(
        (taken.status, taken.out.as_str()),
        (0, "已分办：分办 2，已有 0，提出节点 0 项；3 行有内容没有落处\n"),
        "{}",
        taken.err
    );
    for words in ["“县林场”不在单位名录中", "没有选定对应的目标任务", "是合计行"] {
        assert!(taken.err.contains(words), "{words} is missing in {}", taken.err);
    }
    assert!(listed("table").contains("虚构县住房和城乡建设局（待认领）"), "{}", listed("table"));
    let json: serde_json::Value = serde_json::from_str(&listed("json")).unwrap();
    let rows = json.as_array().unwrap();
    let one = rows.iter().find(|row| row["name"] == "常住人口城镇化率").unwrap();
    assert_eq!(
        (&one["activity"], &one["lead"][0]["state"], &one["cooperating"][0]["unit"], &one["first_due"]),
        (&"waiting".into(), &"offered".into(), &"虚构县统计局".into(), &"2099-12-31".into())
    );
    // Again: all of it is asked already, so nothing is left to do.
    let again = take(&[]);
    assert!(again.status == 1 && again.err.contains("没有一行可以分办"), "{}", again.err);
    assert_eq!(desk.run(&["assignments", "99"]).status, 1);
    assert_eq!(desk.run(&["assignments"]).status, 2);
}

#[test]
fn units_and_people_are_imported_whole_or_not_at_all() {
    let desk = Desk::new();
    let good = "单位名称,简称,类别,行政区划\n虚构县教育局,县教育局,部门,990199\n\n姓名,单位,账号\n样甲,县教育局,yangjia\n\n\
        单位,岗位,AB岗,姓名,起始日期\n县教育局,审核人,A岗,样甲,2023-01-01\n";
    let file = desk.write("单位.csv", good);
    let looked = desk.run(&["directory", "import", &file, "--dry-run"]);
    assert_eq!(
        (looked.status, looked.out.as_str()),
        (0, "检查无误，未保存：新增 3，变更 0，与已有相同 0\n"),
        "{}",
        looked.err
    );
    // Looking stored nothing: there is nothing to be the same as.
    let taken = desk.run(&["directory", "import", &file]);
    assert_eq!((taken.status, taken.out.as_str()), (0, "已保存：新增 3，变更 0，与已有相同 0\n"), "{}", taken.err);
    let again = desk.run(&["directory", "import", &file]);
    assert_eq!(again.out, "已保存：新增 0，变更 0，与已有相同 3\n", "{}", again.err);
    let renamed = desk.write(
        "改名.csv",
        good.replace("县教育局,部门", "教体局,部门")
            .replace(",县教育局,yangjia", ",虚构县教育局,yangjia")
            .replace("\n县教育局,审", "\n虚构县教育局,审"),
    );
    let changed = desk.run(&["directory", "import", &renamed]);
    assert!(changed.status == 0 && changed.out.contains("变更 1"), "{} {}", changed.out, changed.err);
    // One fault and nothing of the file is stored; every fault is named with its place.
    let faulty = desk.write("错.csv", "单位名称,类别\n虚构县民政局,部门\n\n姓名,单位\n样乙,丙局\n,虚构县民政局\n");
    let refused = desk.run(&["directory", "import", &faulty]);
    assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{}", refused.err);
    for words in ["错.csv:5", "错.csv:6", "丙局", "2 处错误，全部未保存"] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    let one = desk.write("民政局.csv", "单位名称,类别\n虚构县民政局,部门\n");
    assert!(desk.run(&["directory", "import", &one]).out.contains("新增 1"), "the faulty file has left nothing behind");
    for (name, content) in [("空.csv", ""), ("无表头.csv", "甲,乙\n1,2\n"), ("图.xlsx", "no workbook")] {
        let odd = desk.run(&["directory", "import", &desk.write(name, content)]);
        assert!(odd.status == 1 && odd.err.contains(name), "{name}: {} {}", odd.status, odd.err);
    }
    let missing = desk.run(&["directory", "import", "没有.csv"]);
    assert!(missing.status != 0 && missing.err.contains("没有.csv"), "{}", missing.err);
    assert_eq!(desk.run(&["verify-audit"]).status, 0);
}

#[test]
fn a_case_is_judged_without_a_database() {
    let desk = Desk::new();
    fs::create_dir(desk.0.path().join("case")).unwrap();
    desk.write(
        "case/indicators.tsv",
        "id\tname\ttype\tunit\tbase_value\tbase_year\ttarget_value\ttarget_year\tofficial_verdict\n\
         1\t城镇化率\tlevel\t%\t60\t2020\t70\t2025\t基本符合预期\n",
    );
    desk.write("case/values.tsv", "id\tperiod\tvalue\tstatus\n1\t2023\t66\tsourced\n");
    let args = ["assess", "--case", "case", "--as-of", "2023-12-31"];
    let ran = desk.run(&args);
    assert!(
        ran.status == 0 && ran.out.contains("基本符合预期") && ran.out.contains("1 / 1"),
        "{} {}",
        ran.out,
        ran.err
    );
    let csv = desk.run(&[args.as_slice(), &["--format", "csv"]].concat()).out;
    assert!(csv.lines().nth(1).unwrap().starts_with("1,城镇化率,level,"), "{csv}");
    // The same indicators forecast by several methods, or why they are not.
    let asked = [args.as_slice(), &["--forecasts"]].concat();
    assert!(desk.run(&asked).out.contains("不作测算"), "{}", desk.run(&asked).out);
    let values: String = (2021..).zip(["62.1", "63.9", "66"]).map(|(y, v)| format!("1\t{y}\t{v}\tsourced\n")).collect();
    desk.write("case/values.tsv", format!("id\tperiod\tvalue\tstatus\n{values}"));
    let csv = desk.run(&[asked.as_slice(), &["--format", "csv"]].concat()).out;
    let methods: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(methods, ["evident_trend", "combination", "resampling", "naive", "drift"], "{csv}");
    assert!(csv.starts_with("id,name,method,role,year,value,low,high,unit,chance,trials,"), "{csv}");
    let json = desk.run(&[asked.as_slice(), &["--format", "json"]].concat()).out;
    assert!(json.contains("\"role\": \"slower\"") && json.contains("\"trials\""), "{json}");
    assert!(!Path::new(&desk.path("test.db")).exists(), "no database is made");
    assert_eq!(desk.run(&["assess", "--case", "nowhere"]).status, 1);
}

#[test]
fn people_are_added_with_a_password_from_standard_input() {
    let desk = Desk::new();
    let add = |role: &str, password: &str| desk.run_with(&["user", "add", "林规划", "--role", role], password);
    let added = add("planner", "correct-horse-9\n");
    assert!(added.status == 0 && added.err.contains("首次登录时须另设密码"), "{}", added.err);
    let own = ["user", "add", "周规划", "--role", "planner", "--own-password"];
    let own = desk.run_with(&own, "correct-horse-9\n");
    assert!(own.status == 0 && !own.err.contains("另设密码"), "{}", own.err);
    assert!(add("planner", "correct-horse-9\n").err.contains("已有"));
    for (role, password) in [("king", "correct-horse-9\n"), ("planner", "short\n"), ("planner", "")] {
        let ran = add(role, password);
        assert!(ran.status == 1 && !ran.err.contains("correct-horse"), "{role}: {}", ran.err);
    }
}

#[test]
fn verify_audit_names_what_was_tampered_with() {
    let desk = Desk::new();
    desk.imported();
    let sound = desk.run(&["verify-audit"]);
    assert!(sound.status == 0 && sound.out.contains("核验无误"), "{}", sound.err);
    let database = desk.path("test.db");
    let bytes = fs::read(&database).unwrap();
    let needle = "城镇调查失业率控制".as_bytes();
    let places: Vec<usize> =
        (0..bytes.len() - needle.len()).filter(|at| &bytes[*at..*at + needle.len()] == needle).collect();
    assert!(!places.is_empty(), "the text is in the file");
    let mut changed = bytes.clone();
    for place in places {
        changed[place + 2] ^= 1;
    }
    fs::write(&database, changed).unwrap();
    let broken = desk.run(&["verify-audit"]);
    assert_eq!(broken.status, 1, "{}", broken.out);
    assert!(!broken.out.is_empty() || !broken.err.is_empty());
}

#[test]
fn serve_says_what_is_wrong_with_its_settings() {
    let desk = Desk::new();
    let config = desk.write("lantu.toml", "listen = \"127.0.0.1:0\"\nlisten_on = 3\n");
    let ran = desk.run(&["serve", "--config", &config]);
    assert!(ran.status == 1 && ran.err.contains("lantu.toml:2:"), "{}", ran.err);
    let openid = "listen = \"127.0.0.1:0\"\n[openid]\nissuer = \"http://id.example\"\nclient_id = \"lantu\"\naddress = \"https://plan.example\"\n";
    let config = desk.write("openid.toml", openid);
    let ran = desk.run(&["serve", "--config", &config]);
    assert!(ran.status == 1 && ran.err.contains("openid.issuer") && ran.err.contains("https://"), "{}", ran.err);
    let ran = desk.run(&["serve", "--database", "mysql://nowhere"]);
    assert!(ran.status == 1 && !ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn a_dictionary_of_ones_own_is_used_or_refused_with_its_line() {
    let desk = Desk::new();
    let entry = "[[indicator]]\nname = \"林下小站\"\nunits = [\"个\"]\ndirection = \"higher\"\nmeasure = \"cumulative\"\n\
                 source = \"林业部门\"\ndefinition = \"建成的林下服务点数。\"\n";
    let plan = desk.write("plan.txt", "到2025年，林下小站30个。\n");
    let import = |file: &str| {
        let more = ["--jurisdiction", "990199", "--period", "2021-2025", "--force", "--indicators", file];
        desk.run(&[["import", &plan, "--title", "甲"].as_slice(), &more].concat())
    };
    let own = desk.write("own.toml", entry);
    assert_eq!(import(&own).status, 0);
    let wrong = desk.write("wrong.toml", entry.replace("higher", "up"));
    let ran = import(&wrong);
    assert!(ran.status == 1 && ran.err.contains("wrong.toml:4:"), "{}", ran.err);
    let config = desk.write("lantu.toml", format!("listen = \"127.0.0.1:0\"\nindicators = [{wrong:?}]\n"));
    let ran = desk.run(&["serve", "--config", &config]);
    assert!(ran.status == 1 && ran.err.contains("wrong.toml:4:"), "{}", ran.err);
}

/// Figures for every indicator of the sample plan, a valid file of so many rows.
fn many_figures(ids: &[String], rows: usize) -> String {
    let mut file = String::from("indicator,period,value,standing,source\n");
    let months = (2021..=2025).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
    let periods: Vec<String> = months.collect();
    let every = periods.iter().flat_map(|period| ids.iter().map(move |id| (period, id)));
    let standings = ["reported", "statistical", "verified"];
    let all = standings.iter().flat_map(|standing| every.clone().map(move |(period, id)| (period, id, standing)));
    for (period, id, standing) in all.take(rows) {
        file.push_str(&format!("{id},{period},50,{standing},月报\n"));
    }
    file
}

#[test]
fn a_program_killed_in_the_middle_of_an_import_leaves_all_or_nothing() {
    const ROWS: usize = 50_000;
    let desk = Desk::new();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/district-plan.txt");
    let args = ["import", plan, "--title", "甲", "--jurisdiction", "990102", "--period", "2021-2025"];
    assert_eq!(desk.run(&args).status, 0);
    let csv = desk.run(&["assess", "1", "--format", "csv"]).out;
    let ids: Vec<String> = csv.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect();
    let file = desk.write("figures.csv", many_figures(&ids, ROWS));
    let kept = fs::read(desk.path("test.db")).unwrap();
    let start = |name: &str| {
        fs::write(desk.path(name), &kept).unwrap();
        std::process::Command::new(assert_cmd::cargo::cargo_bin("lantu"))
            .args(["figures", "import", "1", &file, "--database", &format!("sqlite:{}", desk.path(name))])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let began = std::time::Instant::now();
    assert!(start("whole.db").wait().unwrap().success());
    let whole = began.elapsed();
    let mut found = Vec::new();
    for tenth in [3, 6, 8, 9] {
        let name = format!("killed{tenth}.db");
        let mut child = start(&name);
        std::thread::sleep(whole * tenth / 10);
        child.kill().unwrap();
        child.wait().unwrap();
        let database = format!("sqlite:{}", desk.path(&name));
        let sound = desk.run(&["verify-audit", "--database", &database]);
        assert_eq!(sound.status, 0, "killed after {tenth}/10: {} {}", sound.out, sound.err);
        let again = desk.run(&["figures", "import", "1", &file, "--database", &database]).out;
        let (all, nothing) = (format!("相同 {ROWS}"), format!("新增 {ROWS}"));
        assert!(again.contains(&all) || again.contains(&nothing), "killed after {tenth}/10: {again}");
        found.push(again.contains(&all));
    }
    assert!(found.contains(&false), "at least one was killed before it was done");
}

#[test]
fn a_report_is_written_and_an_edited_one_checked() {
    let desk = Desk::new();
    let plan = desk.imported();
    let report = desk.path("中期.docx");
    let args = |extra: &[&'static str]| -> Vec<String> {
        let all = ["report", &plan, "--kind", "midterm", "--as-of", "2023-12-31", "-o"];
        all.iter().copied().chain([report.as_str()]).chain(extra.iter().copied()).map(str::to_owned).collect()
    };
    let run = |args: &[String]| desk.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let ran = run(&args(&["--sample"]));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let list = desk.path("中期.numbers.json");
    assert!(ran.out.contains(&report) && ran.out.contains(&list), "{}", ran.out);
    for (kind, day, says) in [
        ("midterm", "2019-01-01", "规划从 2021 年开始"),
        ("yearly-plan", "2023-12-31", "一年的计划"),
        ("midterm", "明天", "“明天”不是日期"),
    ] {
        let ran = desk.run(&["report", &plan, "--kind", kind, "--as-of", day, "-o", &report]);
        assert!(ran.status != 0 && ran.err.contains(says), "{kind} {day}: {}", ran.err);
    }
    let source = document_reader::read(&report, &fs::read(&report).unwrap()).unwrap();
    let text: String = source.lines.iter().map(|line| line.text.as_str()).collect();
    for words in ["中期评估报告", "示例数据", "常住人口城镇化率", "困难和问题", "截至2023年12月31日"]
    {
        assert!(text.contains(words), "{words} is not in the report");
    }
    let checked = desk.run(&["number-check", &list, &report]);
    assert_eq!((checked.status, checked.err.as_str()), (0, ""), "{}", checked.out);
    assert!(checked.out.contains("未变"), "{}", checked.out);

    // Files that are none of ours, and a template with an unknown field.
    let refused = desk.run(&["number-check", &list, &desk.path("plan.txt")]);
    assert!(refused.status == 1 && refused.err.contains("另存为 docx"), "{}", refused.err);
    let refused = desk.run(&["number-check", &desk.path("plan.txt"), &report]);
    assert!(refused.status == 1 && refused.err.contains("不是报告的数字清单"), "{}", refused.err);
    let template = desk.write("模板.md", "# {{规划名称}}\n{{没有的字段}}\n");
    let refused =
        desk.run(&["report", &plan, "--kind", "annual", "--template", &template, "-o", &desk.path("乙.docx")]);
    assert!(
        refused.status == 1 && refused.err.contains("模板第 2 行：不认识的字段“{{没有的字段}}”"),
        "{}",
        refused.err
    );
    assert!(!Path::new(&desk.path("乙.docx")).exists(), "nothing is written by halves");
    let refused = desk.run(&["report", &plan, "--kind", "annual", "-o", &desk.path("乙.odt")]);
    assert!(refused.status == 1 && refused.err.contains(".docx 或 .pdf"), "{}", refused.err);
    assert_eq!(desk.run(&["report", &plan, "--kind", "weekly", "-o", "x.docx"]).status, 2);
}

/// PDF is written by a program of its own; here it is one that shows what it is given.
#[test]
fn a_report_is_given_to_the_program_that_writes_pdf() {
    let desk = Desk::new();
    let plan = desk.imported();
    let pdf = desk.path("中期.pdf");
    let written_by = |program: &str| {
        desk.run(&["report", &plan, "--kind", "midterm", "--as-of", "2023-12-31", "-o", &pdf, "--pdf-writer", program])
    };
    let missing = written_by(&desk.path("lantu-pdf"));
    assert!(missing.status == 1 && missing.err.contains("make pdf"), "{}", missing.err);
    let program = |name: &str, script: &str| {
        let path = desk.write(name, format!("#!/bin/sh\n{script}\n"));
        let mut may = fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut may, 0o755);
        fs::set_permissions(&path, may).unwrap();
        path
    };
    let refusing = written_by(&program("refusing", "cat > /dev/null; echo 没有中文字体 >&2; exit 1"));
    assert!(refusing.status == 1 && refusing.err.contains("没有中文字体"), "{}", refusing.err);
    let silent = written_by(&program("silent", "exit 0"));
    assert!(silent.status == 1 && silent.err.contains("没有写出 PDF"), "{}", silent.err);
    let not_ours = written_by(&desk.write("plain", "no program"));
    assert!(not_ours.status == 1 && not_ours.err.contains("运行不了"), "{}", not_ours.err);
    assert!(!Path::new(&pdf).exists(), "nothing is written by halves");

    let ran = written_by(&program("writer", "printf '%%PDF-1.7'; cat"));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let given = fs::read(&pdf).unwrap();
    let report: serde_json::Value = serde_json::from_slice(given.strip_prefix(b"%PDF-1.7").unwrap()).unwrap();
    assert_eq!(report["form"], "lantu-report/1");
    let blocks = report["blocks"].as_array().unwrap();
    let first = |kind: &str| blocks.iter().find(|b| b["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"));
    assert_eq!(first("heading")["words"][0]["words"], "一、");
    // A plan without binding or expected indicators has no table of main ones.
    assert_eq!(first("table")["caption"], "表1　指标逐年数据与判断");
    assert!(first("annex")["mark"] == "附件1" && first("annex")["landscape"] == true);
}

#[test]
fn reminders_are_shown_without_being_sent_and_need_a_way_to_be_sent() {
    let desk = Desk::new();
    desk.imported();
    let shown = desk.run(&["remind", "--dry-run"]);
    assert_eq!((shown.status, shown.out.as_str()), (0, "此刻没有要发的提醒\n"), "{}", shown.err);
    let nowhere = desk.run(&["remind"]);
    assert_eq!(nowhere.status, 1);
    assert!(nowhere.err.contains("[deliver]") && nowhere.err.contains("--dry-run"), "{}", nowhere.err);
    let open = "[[deliver.robots]]\nname = \"a\"\nkind = \"wecom\"\nurl = \"http://robot.example.org/?key=geheim\"\n";
    let config = desk.write("lantu.toml", format!("[deliver]\nsite = \"https://a.example.org\"\n{open}"));
    let refused = desk.run(&["remind", "--config", &config]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("https://") && !refused.err.contains("geheim"), "{}", refused.err);
}
