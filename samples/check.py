#!/usr/bin/env python3
"""Check the sample's hand labels, figures and lists against the texts.

usage: check.py            (from anywhere; reads the folder it lies in)

Labels: every numeral of a text is labelled exactly once and in order; every
quote occurs in its line and is at most 60 characters long; every numeric value
written in digits has a numeral labelled `target` in its line, and every such
numeral belongs to a row. A number broken by a stray space ("1 5亿元") counts as
the number it was. Work items (gold/WORK-ITEMS.md): columns and words are the
allowed ones, every quote occurs in its line, no row lies outside the lines given
as labelled or twice on a line, and no near phrase is a row. Figures: the names are names of labelled commitments, the
periods well formed, no row twice. Units: the check character of the credit code
(GB 32100); every person's unit exists. Exit status 1 if anything is wrong.
"""
import csv
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
LABELS = {"target", "baseline", "threshold", "name", "date", "ordinal", "boilerplate", "other"}
CLASSES = {"numeric", "coverage", "zero", "multiple", "rank"}
KINDS = {"task", "project", "milestone", "direction", "platform", "list"}
STAGES = {"", "plan", "prepare", "build", "continue", "complete", "rebuild", "extend"}
WORK_COLUMNS = ["line", "kind", "verb", "name", "lead", "place", "stage", "amount", "amount_unit", "due", "quote"]
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
problems = []


def wrong(place, text):
    problems.append(f"{place}: {text}")


def rows(path, delimiter):
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=delimiter,
                                   quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL))


def decimal(text):
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def whole_numbers(line, runs):
    """The values of the runs, alone and joined with the next over a stray space."""
    values = [(Decimal(r.group()), (i,)) for i, r in enumerate(runs)]
    for i, (a, b) in enumerate(zip(runs, runs[1:])):
        if line[a.end():b.start()] == " ":
            values.append((Decimal(a.group() + b.group()), (i, i + 1)))
    return values


def check_labels(stem):
    lines = (HERE / f"{stem}.txt").read_text(encoding="utf-8").split("\n")
    targets = rows(HERE / "gold" / f"{stem}.targets.tsv", "\t")
    numerals_path = HERE / "gold" / f"{stem}.numerals.tsv"
    labelled = rows(numerals_path, "\t") if numerals_path.exists() else None
    for t in targets:
        place = f"{stem}.targets.tsv line {t['line']} {t['name']}"
        if None in t.values() or not t["line"].isdigit() or int(t["line"]) > len(lines):
            wrong(place, "a column is missing, or no such line")
            continue
        if t["quote"] not in lines[int(t["line"]) - 1]:
            wrong(place, "the quote is not in that line")
        if len(t["quote"]) > 60 or not t["name"] or re.search(r"\s", t["name"]):
            wrong(place, "quote longer than 60, or name empty or with spaces")
        if t["class"] not in CLASSES or t["op"] not in {">=", ">", "<=", "<", "~", "="} or t["soft"] not in {"yes", "no"}:
            wrong(place, "class, op or soft is none of the allowed")
        if not (t["class"] == "rank" and not t["value"]) and decimal(t["value"]) is None:
            wrong(place, "value is no number")
    if labelled is None or problems:
        return targets
    found = [(str(n), str(m.start()), m.group()) for n, line in enumerate(lines, 1) for m in RUN.finditer(line)]
    if found != [(r["line"], r["col"], r["text"]) for r in labelled]:
        wrong(f"{stem}.numerals.tsv", "the numerals are not those of the text, each once and in order")
        return targets
    for r in labelled:
        if r["label"] not in LABELS or (r["label"] == "other" and not r["note"]):
            wrong(f"{stem}.numerals.tsv line {r['line']} col {r['col']}", "unknown label, or `other` without a note")
    for n, line in enumerate(lines, 1):
        runs = list(RUN.finditer(line))
        marks = [r["label"] for r in labelled if r["line"] == str(n)]
        wanted = [v for t in targets if t["line"] == str(n) for v in (t["value"], t["value_high"]) if v]
        used = set()
        for value, which in whole_numbers(line, runs):
            if value in map(Decimal, wanted):
                used.update(which)
        for i, mark in enumerate(marks):
            if mark == "target" and i not in used:
                wrong(f"{stem} line {n}", f"{runs[i].group()} is labelled target and belongs to no row")
        shown = {v for v, which in whole_numbers(line, runs) if all(marks[i] == "target" for i in which)}
        written = {v for v, _ in whole_numbers(line, runs)}
        for t in targets:
            if t["line"] != str(n) or t["class"] != "numeric":
                continue
            place = f"{stem} line {n} {t['name']}"
            if Decimal(t["value"]) in written:
                if Decimal(t["value"]) not in shown:
                    wrong(place, "its value is not labelled target")
            elif not re.search("[一二三四五六七八九十百两]", t["quote"]):
                wrong(place, "its value is neither in digits nor in Chinese numerals in the line")
    return targets


def squeeze(text):
    return "".join(text.split())


def check_work_columns(r, line):
    """What is wrong with one work item, whose physical line is `line`."""
    if r["quote"] not in line or not 0 < len(r["quote"]) <= 60:
        yield "the quote is not in that line, or empty, or longer than 60"
    if not r["name"] or re.search(r"\s", r["name"]):
        yield "the name is empty or has spaces"
    if r["kind"] not in KINDS or r["stage"] not in STAGES:
        yield "kind or stage is none of the allowed"
    if r["kind"] == "direction" and r["verb"]:
        yield "a direction has no verb"
    if r["kind"] != "project" and (not r["verb"] and r["kind"] != "direction"
                                   or any(r[c] for c in ("place", "stage", "amount", "amount_unit"))):
        yield "the verb is missing, or a column of projects is filled"
    if bool(r["amount"]) != bool(r["amount_unit"]) or r["amount"] and decimal(r["amount"]) is None:
        yield "amount and unit must be given together, the amount as a plain decimal"
    if not re.fullmatch(r"|20\d\d|annual", r["due"]):
        yield "due is neither empty nor a year nor annual"
    # A subject put back stands elsewhere in the text; a name with no character of its line is a slip.
    if not set(squeeze(r["name"])) & set(line):
        yield "the name has nothing in common with its line"


def check_work(stem):
    gold = HERE / "gold"
    lines = (HERE / f"{stem}.txt").read_text(encoding="utf-8").split("\n")
    items = rows(gold / f"{stem}.work.tsv", "\t")
    spans = [(int(r["from"]), int(r["to"])) for r in rows(gold / "work-lines.tsv", "\t") if r["doc"] == stem]
    near = [r for r in rows(gold / "work-near.tsv", "\t") if r["doc"] == stem]
    if not spans or any(not 1 <= a <= b <= len(lines) for a, b in spans):
        wrong("work-lines.tsv " + stem, "no labelled lines, or lines that the text does not have")
    if list(items[0]) != WORK_COLUMNS:
        wrong(f"{stem}.work.tsv", "the columns are not those of WORK-ITEMS.md")
        return items
    seen, last = set(), 0
    for r in items:
        place = f"{stem}.work.tsv line {r['line']} {r['name']}"
        if None in r.values() or not r["line"].isdigit() or not any(a <= int(r["line"]) <= b for a, b in spans):
            wrong(place, "a column is missing, or the line is not one of the labelled")
            continue
        for what in check_work_columns(r, lines[int(r["line"]) - 1]):
            wrong(place, what)
        if (r["line"], r["name"]) in seen or int(r["line"]) < last:
            wrong(place, "twice on this line, or not in the order of the lines")
        seen.add((r["line"], r["name"]))
        last = int(r["line"])
        if any(n["line"] == r["line"] and n["words"] in squeeze(r["name"]) for n in near):
            wrong(place, "is listed as a near phrase too")
    for n in near:
        if n["words"] not in squeeze(lines[int(n["line"]) - 1]):
            wrong(f"work-near.tsv {stem} line {n['line']}", f"{n['words']} is not in that line")
    return items


def check_figures(names):
    period = re.compile(r"20\d\d(-(0[1-9]|1[0-2])|Q[1-4])?$")
    for path in sorted((HERE / "figures").glob("*.csv")):
        seen = set()
        for n, r in enumerate(rows(path, ","), 2):
            place = f"{path.name}:{n}"
            # 名称（单位） tells two indicators of one name apart.
            if re.sub(r"（[^（）]*）$", "", r["indicator"]) not in names and r["indicator"] not in names:
                wrong(place, f"{r['indicator']} is no commitment of the district plan")
            if not period.match(r["period"]) or decimal(r["value"]) is None:
                wrong(place, "period or value badly written")
            if "region" in r:
                if not r["region"] or r["region"] == "青渚区" or "虚构" not in r["source"]:
                    wrong(place, "region missing or the own one, or the source does not say that it is invented")
                key = (r["indicator"], r["region"], r["period"])
            else:
                if r["standing"] not in {"reported", "statistical", "verified"} or not r["source"]:
                    wrong(place, "standing or source missing or unknown")
                key = (r["indicator"], r["period"], r["standing"], r["note"])
            if key in seen:
                wrong(place, "the same row twice")
            seen.add(key)


def tables(path):
    """The tables of a file that holds several, by the first word of each head."""
    found, head = {}, None
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        cells = line.split(",")
        if not line:
            head = None
        elif head is None:
            head = cells
            found[head[0]] = []
        else:
            found[list(found)[-1]].append(dict(zip(head, cells)))
    return found


def check_lists():
    found = tables(HERE / "directory.csv")
    for u in found["单位名称"]:
        code = u["统一社会信用代码"]
        total = sum(CODE.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
        if len(code) != 18 or CODE[(31 - total % 31) % 31] != code[17] or not code.startswith("1199"):
            wrong("directory.csv " + u["单位名称"], "the credit code is not an invented one with its check character")
    units = {u["单位名称"] for u in found["单位名称"]}
    people = {(p["单位"], p["姓名"]) for p in found["姓名"]}
    for p in found["姓名"]:
        if p["单位"] not in units or not p["姓名"].startswith("样"):
            wrong("directory.csv " + p["姓名"], "unknown unit, or a name that is not fictional")
    for d in found["单位"]:
        if (d["单位"], d["姓名"]) not in people:
            wrong("directory.csv " + d["姓名"], "not one of the unit")


def main():
    count = {}
    names = set()
    for path in sorted((HERE / "gold").glob("*.targets.tsv")):
        stem = path.name.split(".")[0]
        targets = check_labels(stem)
        count[stem] = len(targets)
        if stem == "district-plan":
            names = {t["name"] for t in targets}
    work = {p.name.split(".")[0]: len(check_work(p.name.split(".")[0]))
            for p in sorted((HERE / "gold").glob("*.work.tsv"))}
    check_figures(names)
    check_lists()
    for p in problems:
        print(p, file=sys.stderr)
    print(", ".join([f"{stem}: {n} rows" for stem, n in count.items()]
                    + [f"{stem}: {n} work items" for stem, n in work.items()]), "-", len(problems), "problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
