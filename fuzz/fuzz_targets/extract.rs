#![no_main]

use plan_extraction::{Options, extract};
use plan_model::Anchor;

/// What sentences of plans are made of: each byte of the input stands for one.
const WORDS: [&str; 131] = [
    "到2025年",
    "2035年",
    "“十四五”期间",
    "“十四五”末",
    "五年后",
    "每年",
    "年均",
    "2020年",
    "“十三五”时期",
    "累计",
    "全区",
    "全省",
    "全市",
    "其中",
    "以及",
    "和",
    "、",
    "，",
    "；",
    "。",
    "：",
    "\n",
    "\n\n",
    "\t",
    " ",
    "　",
    "“",
    "”",
    "（",
    "）",
    "〔",
    "〕",
    "——",
    "-",
    "—",
    "~",
    "≥",
    "%",
    "％",
    "个百分点",
    "亿元",
    "万元",
    "元",
    "家",
    "个",
    "公里",
    "万人",
    "万吨",
    "平方米",
    "倍",
    "位",
    "座",
    "微克/立方米",
    "万元/人",
    "一",
    "二",
    "三",
    "十",
    "百",
    "两",
    "半",
    "翻一番",
    "翻番",
    "倍增",
    "三分之二",
    "六成",
    "0",
    "1",
    "2",
    "3",
    "5",
    "12",
    "100",
    "3.5",
    "1,200",
    "99.99",
    "０",
    "７",
    "达到",
    "提高到",
    "增长",
    "下降",
    "降低",
    "控制在",
    "以上",
    "以下",
    "以内",
    "不低于",
    "不超过",
    "左右",
    "突破",
    "超过",
    "力争",
    "确保",
    "分别",
    "均",
    "全覆盖",
    "全部",
    "所有",
    "应保尽保",
    "清零",
    "消除",
    "前列",
    "前10位",
    "第5位",
    "新增",
    "新建",
    "建成",
    "培育",
    "引进",
    "打造",
    "创建",
    "完成",
    "推进",
    "地区生产总值",
    "居民人均可支配收入",
    "森林覆盖率",
    "高新技术企业",
    "渔港",
    "3岁以下婴幼儿托位",
    "Ⅲ类水体",
    "PM2.5",
    "5G",
    "第一章 ",
    "一、",
    "（一）",
    "1. ",
    "专栏1 ",
    "表1 指标",
    "指标\t单位\t2025年\t属性\n",
    "约束性",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text: String = data.iter().filter_map(|byte| WORDS.get(usize::from(*byte) % WORDS.len())).copied().collect();
    let Ok(source) = document_reader::read("plan.txt", text.as_bytes()) else { return };
    let found = extract(&source, &Options::default());
    let line = |anchor: &Anchor| source.line(anchor.line).map(|l| l.text.as_str()).expect("a line of the text");
    let check = |anchor: &Anchor| {
        let count = line(anchor).chars().count() as u32;
        assert!(anchor.start <= anchor.end && anchor.end <= count, "{anchor:?} of {count}");
    };
    for commitment in &found.commitments {
        check(&commitment.anchor);
        assert!(line(&commitment.anchor).contains(commitment.quote.as_str()), "{commitment:?}");
    }
    found.facts.iter().for_each(|fact| check(&fact.anchor));
    for quantity in &found.quantities {
        check(&quantity.anchor);
        let (from, to) = (quantity.anchor.start as usize, quantity.anchor.end as usize);
        // Wide digits and signs are given as their narrow twins, stray blanks left out.
        let narrow = |c: char| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            c => c,
        };
        let there: String = line(&quantity.anchor).chars().skip(from).take(to - from).map(narrow).collect();
        let there: String = there.split_whitespace().collect();
        // Of a cell all digits are given, the place is that of its first number.
        let in_table = source.line(quantity.anchor.line).is_some_and(|l| l.role == document_reader::Role::TableRow);
        assert!(there == quantity.text || in_table && quantity.text.starts_with(&there), "{there} {quantity:?}");
    }
    for (commitment, fact) in &found.bases {
        assert!(*commitment < found.commitments.len() && *fact < found.facts.len());
    }
});
