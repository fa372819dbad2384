"""The figures of `critique evaluate`, defined alike, over the answers of a library.

Each function gives the figures by the name that `critique evaluate` uses: (value, low, high), with the 95 % percentile
bootstrap interval over texts.
"""

import re

import numpy as np
from nltk.stem.snowball import EnglishStemmer

RESAMPLES = 1000
SEED = 1979
STEMMER = EnglishStemmer()
WORDS = re.compile(r"['’][sS](?![\w'’])|\w+(?:['’](?![sS](?![\w'’]))\w+)*|\S")
KINDS = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "MISC": "MISC"}


def interval(texts, figure):
    """A figure of an array with a row for each text, and its interval."""
    rng = np.random.default_rng(SEED)
    draws = [figure(texts[rng.integers(0, len(texts), len(texts))]) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return float(figure(texts)), float(low), float(high)


def pearson(pairs):
    return np.corrcoef(pairs[:, 0], pairs[:, 1])[0, 1]


def sides(pairs, middle):
    """Whether each label off the middle has a score on its side; a score of 0 counts as negative."""
    pairs = pairs[pairs[:, 0] != middle]
    return (pairs[:, 0] > middle) == (pairs[:, 1] > 0)


def tone(table, scores):
    pairs = np.array([(float(row["label"]), score) for row, score in zip(table, scores, strict=True)])
    return {
        "accuracy, 2 classes": interval(pairs, lambda p: sides(p, 2.0).mean()),
        "Pearson r of score and label": interval(pairs, pearson),
    }


def rating(table, scores):
    pairs = np.array([(float(row["rating"]), score) for row, score in zip(table, scores, strict=True)])
    middle = (pairs[:, 0].min() + pairs[:, 0].max()) / 2
    return {
        "accuracy of the side": interval(pairs, lambda p: sides(p, middle).mean()),
        "Pearson r of score and rating": interval(pairs, pearson),
    }


def opinion(table, shares):
    right = np.array(
        [(row["label"] == "subjective") == (share > 0.5) for row, share in zip(table, shares, strict=True)]
    )
    return {"accuracy": interval(right, np.mean)}


def labelled_spans(tags):
    """Spans of tokens from BIO tags."""
    spans, begun = [], None
    for place, tag in enumerate([*tags, "O"]):
        kind = KINDS.get(tag[2:])
        if begun and not (tag.startswith("I-") and kind == begun[1]):
            spans.append((begun[0], place, begun[1]))
            begun = None
        if kind and not begun:
            begun = (place, kind)
    return set(spans)


def entities(table, answers):
    wanted = [labelled_spans(row["tags"]) for row in table]
    kinds = {kind for spans in wanted for _, _, kind in spans}
    counts = []
    for want, answer in zip(wanted, answers, strict=True):
        found = {tuple(span) for span in answer if span[2] in kinds}
        counts.append((len(found & want), len(found), len(want)))
    return {"span F1": interval(np.array(counts), lambda c: 2 * c[:, 0].sum() / (c[:, 1].sum() + c[:, 2].sum()))}


def stems(phrase):
    """A phrase as the stems of its words; symbols do not count."""
    words = [word for word in WORDS.findall(phrase) if any(letter.isalnum() for letter in word)]
    return " ".join(STEMMER.stem(word.lower()) for word in words)


def keyphrases(table, answers):
    figures = []
    for row, answer in zip(table, answers, strict=True):
        wanted = {stems(phrase) for phrase in row["keyphrases"]}
        found = {stems(phrase) for phrase in answer[:10]}
        right = len(found & wanted)
        precision, recall = right / max(len(found), 1), right / max(len(wanted), 1)
        figures.append(2 * precision * recall / (precision + recall) if right else 0.0)
    return {"F1@10": interval(np.array(figures), np.mean)}


FIGURES = {"tone": tone, "opinion": opinion, "rating": rating, "entities": entities, "keyphrases": keyphrases}
