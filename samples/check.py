#!/usr/bin/env python3
"""Check the sample's hand labels, figures and lists against the texts.

usage: check.py            (from anywhere; reads the folder it lies in)

Labels: every numeral of a text is labelled exactly once and in order; every
quote occurs in its line and is at most 60 characters long; every numeric value
written in digits has a numeral labelled `target` in its line, and every such
numeral belongs to a row. A number broken by a stray space ("1 5亿元") counts as
the number it was. Figures: the names are names of labelled commitments, the
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
            if r["standing"] not in {"reported", "statistical", "verified"} or not r["source"]:
                wrong(place, "standing or source missing or unknown")
            key = (r["indicator"], r["period"], r["standing"], r["note"])
            if key in seen:
                wrong(place, "the same row twice")
            seen.add(key)


def check_lists():
    units = rows(HERE / "units.tsv", "\t")
    for u in units:
        total = sum(CODE.index(c) * pow(3, i, 31) for i, c in enumerate(u["credit_code"][:17]))
        if len(u["credit_code"]) != 18 or CODE[(31 - total % 31) % 31] != u["credit_code"][17]:
            wrong("units.tsv " + u["name"], "the check character of the credit code is wrong")
    names = {u["name"] for u in units}
    for p in rows(HERE / "people.tsv", "\t"):
        if p["unit"] not in names:
            wrong("people.tsv " + p["name"], "unknown unit")


def main():
    count = {}
    names = set()
    for path in sorted((HERE / "gold").glob("*.targets.tsv")):
        stem = path.name.split(".")[0]
        targets = check_labels(stem)
        count[stem] = len(targets)
        if stem == "district-plan":
            names = {t["name"] for t in targets}
    check_figures(names)
    check_lists()
    for p in problems:
        print(p, file=sys.stderr)
    print(", ".join(f"{stem}: {n} rows" for stem, n in count.items()), "-", len(problems), "problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
