"""Whole reviews through critique and through what people use today, in turn: reviews per second.

    reviews.py DATA WORK CRITIQUE RUST_BERT LIBTORCH NUMBER ROUNDS

Loading is left out on all sides: critique's clock is that of `run.json`, the others stay loaded and are told by a line
how many of the first reviews to read. Each has two threads, or two processes of one. The programs take turns, and the
order is turned round each time; a ratio is of the same round.
"""

import json
import os
import random
import sys
from pathlib import Path

from series import Program, spread
from sets import SETS, rows
from whole import analyze

# Words of a long review, at least.
LONG = 450
# Reviews that are read once before the clock runs.
WARM = 2
# Threads that wait give up the core; else CPU time would count their waiting wherever the cores are shared.
THREADS = {"OMP_NUM_THREADS": "2", "RAYON_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}


def choose(data, number, path):
    """Writes critics' long reviews, drawn once and for all, one JSON object a line."""
    critics = [row for labelled in SETS if labelled.file.startswith("critics/") for row in rows(data, labelled)]
    long = [row for row in critics if len(row["text"].split()) >= LONG]
    if len(long) < number:
        sys.exit(f"there are {len(long)} reviews of {LONG} words or more, not {number}")
    chosen = random.Random(0).sample(long, number)
    with open(path, "w") as out:
        for row in chosen:
            out.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
    words = sum(len(row["text"].split()) for row in chosen)
    print(f"{number:,} reviews of {LONG} words or more, {words / number:.0f} on average\n", flush=True)


class Critique(Program):
    """The whole program, from reading the file to the last report, started anew each time."""

    def start(self, line):
        _, self.loading, _ = analyze(*self.command, 1, "2")

    def run(self, line):
        wall, cpu, _ = analyze(*self.command, int(line), "2")
        return wall, cpu - self.loading

    def stop(self):
        pass


def table(sides):
    """Markdown: one row for each program, ratios against the first program's run of the same round."""
    first = sides[0][0]
    print("| program | reviews timed | reviews/s | reviews per CPU second | critique is faster by: clock | CPU |")
    print("|---|---|---|---|---|---|")
    for program, number in sides:
        rates = [spread([1 / s for s in seconds], ".3g") for seconds in (program.wall, program.cpu)]
        ratios = [
            "" if program is first else spread([its / own for own, its in zip(mine, theirs)], ".3g")
            for mine, theirs in ((first.wall, program.wall), (first.cpu, program.cpu))
        ]
        print(f"| {program.name} | {number} | {' | '.join(rates + ratios)} |", flush=True)


def together(name, programs):
    """Programs of which each answers a part, one after the other on each review."""
    wall, cpu = ([sum(times) for times in zip(*series)] for series in zip(*((p.wall, p.cpu) for p in programs)))
    return Program(name, [], wall=wall, cpu=cpu)


def main(data, work, critique, rust_bert, libtorch, number, rounds):
    here, number = os.path.dirname(os.path.abspath(__file__)), int(number)
    reviews = str(Path(work) / "reviews.jsonl")
    choose(data, number, reviews)

    def pipeline(name, batch):
        command = [rust_bert, name, reviews, f"{work}/{name}", batch]
        return Program(f"rust-bert, {name}", command, THREADS | {"LD_LIBRARY_PATH": f"{libtorch}/lib"})

    def library(name, environment, *arguments):
        return Program(name, [sys.executable, f"{here}/libraries.py", *arguments], environment)

    def first(most):
        return min(most, number)

    pipelines = [
        (pipeline("sentiment", "1"), first(50)),
        (pipeline("entities", "1"), first(5)),
        (pipeline("keywords", "1"), first(50)),
    ]
    libraries = [
        (library("spaCy small, VADER and YAKE", {"OMP_NUM_THREADS": "1"}, "small", reviews), number),
        (library("KeyBERT, single words", THREADS, "keybert", reviews, "1"), number),
        (library("KeyBERT, up to three words", THREADS, "keybert", reviews, "3"), first(20)),
    ]
    own = (Critique("critique", [critique, reviews]), number)
    sides = [own, *pipelines, *libraries]
    for program, most in sides:
        print(f"loading {program.name}", file=sys.stderr, flush=True)
        program.start(min(WARM, most))
    for turn in range(int(rounds)):
        for program, most in sides if turn % 2 == 0 else reversed(sides):
            wall, cpu = program.run(most)
            print(f"  round {turn + 1}, {program.name}: {wall:.1f} s, CPU {cpu:.1f} s", file=sys.stderr, flush=True)
            program.wall.append(wall / most)
            program.cpu.append(cpu / most)
    for program, _ in sides:
        program.stop()
    every = together("rust-bert, all three", [program for program, _ in pipelines])
    table([own, *pipelines, (every, "as above"), *libraries])


if __name__ == "__main__":
    main(*sys.argv[1:])
