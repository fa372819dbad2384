"""The labelled sets, and how each is read."""

import gzip
import json
from pathlib import Path
from typing import NamedTuple


class Set(NamedTuple):
    """One file of labelled texts."""

    name: str
    file: str
    task: str


SETS = [
    Set("Stanford Sentiment Treebank", "sst/dev.jsonl.gz", "tone"),
    Set("Subjectivity", "subj/dev.jsonl.gz", "opinion"),
    Set("Large Movie Review Dataset", "imdb/dev.jsonl.gz", "rating"),
    Set("Steve Rhodes", "critics/Steve_Rhodes.jsonl.gz", "rating"),
    Set("James Berardinelli", "critics/James_Berardinelli.jsonl.gz", "rating"),
    Set("CoNLL-2003", "conll2003/dev.jsonl.gz", "entities"),
    Set("Universal NER, English web text", "uner_ewt/dev.jsonl.gz", "entities"),
    Set("Inspec", "inspec/dev.jsonl.gz", "keyphrases"),
]


def rows(data, labelled):
    """The rows of a set."""
    with gzip.open(Path(data) / labelled.file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plain(row):
    """A row's text without the line breaks of web pages, which the libraries would read as words."""
    return row["text"].replace("<br />", " ")
