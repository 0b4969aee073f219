"""Reads reports as programs that others wrote do: python3 foreign_readers.py KIND FILE...

junit     by junitparser, in Debian's python3-junitparser: prints {"tests": N, ...} as it counts the
          cases themselves, and ends with 1 where the sums that the files state are others
page      by html.parser: every element closed where it was opened, and nothing that would run
markdown  the fences of code closed, the rows of a table as long as its head, no raw markup
lines     every line one JSON document, in text that can be written down again

What is wrong is printed, a line each, and the exit code is 1.
"""

import html.parser
import json
import re
import sys

# Elements that have no end (HTML, "Void elements").
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "foreignobject"}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def junit(files):
    import junitparser

    counted = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    stated = dict(counted)
    kinds = {
        junitparser.Failure: "failures",
        junitparser.Error: "errors",
        junitparser.Skipped: "skipped",
    }
    for file in files:
        read = junitparser.JUnitXml.fromfile(file)
        for what in stated:
            stated[what] += int(getattr(read, what))
        for suite in read:
            for case in suite:
                counted["tests"] += 1
                for kind in {kinds[type(result)] for result in case.result}:
                    counted[kind] += 1
    print(json.dumps(counted))
    return [] if counted == stated else [f"stated {stated}, counted {counted}"]


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.opened = []
        self.wrong = []
        self.texts = 0

    def handle_starttag(self, tag, attributes):
        if tag in ACTIVE:
            self.wrong.append(f"{self.getpos()}: <{tag}>")
        for name, value in attributes:
            if name.startswith("on") or "javascript:" in (value or "").lower()[:40]:
                self.wrong.append(f"{self.getpos()}: {name}={value!r:.80}")
            if CONTROLS.search(value or ""):
                self.wrong.append(f"{self.getpos()}: a control character in {name}")
        if tag not in VOID:
            self.opened.append((tag, self.getpos()))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.opened.pop()

    def handle_endtag(self, tag):
        if not self.opened or self.opened.pop()[0] != tag:
            self.wrong.append(f"{self.getpos()}: </{tag}> closes what is not open")

    def handle_data(self, text):
        self.texts += 1
        if CONTROLS.search(text):
            self.wrong.append(f"{self.getpos()}: a control character")


def page(files):
    wrong = []
    for file in files:
        reader = Page()
        with open(file, encoding="utf-8", errors="strict") as text:
            reader.feed(text.read())
        reader.close()
        wrong += reader.wrong + [f"{where}: <{tag}> is not closed" for tag, where in reader.opened]
        if reader.texts == 0:
            wrong.append(f"{file}: nothing to read")
    return wrong


def cells(row):
    return len(re.findall(r"(?<!\\)\|", row)) - 1


def markdown(files):
    wrong = []
    for file in files:
        fence, columns = "", 0
        with open(file, encoding="utf-8", errors="strict", newline="\n") as text:
            lines = text.read().split("\n")
        for number, line in enumerate(lines, 1):
            if CONTROLS.search(line):
                wrong.append(f"{file}:{number}: a control character")
            mark = re.match("`{3,}", line)
            if fence:
                fence = "" if line == fence else fence
            elif mark:
                fence = mark.group()
            elif line.startswith("|"):
                columns = columns or cells(line)
                if cells(line) != columns:
                    wrong.append(f"{file}:{number}: {cells(line)} cells below {columns}")
            else:
                columns = 0
            if not fence and not mark and re.search(r"<(?!/?(details|summary|br)\b)[a-zA-Z/!]", line):
                wrong.append(f"{file}:{number}: raw markup: {line:.120}")
        if fence:
            wrong.append(f"{file}: the last block of code is not closed")
    return wrong


def lines(files):
    wrong = []
    for file in files:
        with open(file, "rb") as content:
            for number, line in enumerate(content.read().splitlines(), 1):
                try:
                    json.dumps(json.loads(line.decode("utf-8")), ensure_ascii=False).encode("utf-8")
                except ValueError as error:
                    wrong.append(f"{file}:{number}: {error!s:.200}")
    return wrong


def main():
    kinds = {"junit": junit, "page": page, "markdown": markdown, "lines": lines}
    wrong = kinds[sys.argv[1]](sys.argv[2:])
    print("\n".join(wrong[:50]), end="")
    return 1 if wrong else 0


sys.exit(main())
