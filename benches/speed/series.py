"""Runs programs in turn on the same sentences, many times over, and prints what they read per second.

Each is started once and then told to read all sentences by a line on its standard input; it answers with a line. The
programs take turns (the order is turned round each time), so that whatever else the machine does falls on all of them
alike, and each run is set against the runs of the others in the same round: the ratios are medians over rounds.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process with all its threads, and of the processes it started (Linux)."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    children = [child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]
    return (int(fields[11]) + int(fields[12])) / TICK + sum(map(cpu_seconds, children))


@dataclass
class Program:
    """One side of the comparison: how it is started, and what its runs took."""

    name: str
    command: list
    environment: dict = field(default_factory=dict)
    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)

    def start(self, line="go"):
        environment = os.environ | self.environment
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment
        )
        self.run(line)

    def run(self, line="go"):
        """Seconds on the clock and of the processors for one reading of all sentences, or of what the line asks for."""
        cpu, wall = cpu_seconds(self.process.pid), time.perf_counter()
        self.process.stdin.write(f"{line}\n")
        if self.process.stdout.readline() != "done\n":
            sys.exit(f"{self.name}: ended early")
        return time.perf_counter() - wall, cpu_seconds(self.process.pid) - cpu

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def series(programs, rounds):
    """Starts the programs, lets each run once unmeasured, then measures them in turn."""
    for program in programs:
        program.start()
    for number in range(rounds):
        for program in programs if number % 2 == 0 else reversed(programs):
            wall, cpu = program.run()
            program.wall.append(wall)
            program.cpu.append(cpu)
    for program in programs:
        program.stop()


def spread(values, form):
    """Median, with the least and the greatest."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def table(programs, tokens):
    """Markdown: one row for each program, ratios against the first program's run of the same round."""
    first = programs[0]
    print("| engine | tokens/s | tokens per CPU second | time of the first ÷ its own: clock | CPU |")
    print("|---|---|---|---|---|")
    for program in programs:
        rate = spread([tokens / seconds for seconds in program.wall], ",.0f")
        work = spread([tokens / seconds for seconds in program.cpu], ",.0f")
        ratios = [
            "1" if program is first else spread([b / a for a, b in zip(mine, its)], ".2f")
            for mine, its in ((first.wall, program.wall), (first.cpu, program.cpu))
        ]
        print(f"| {program.name} | {rate} | {work} | {ratios[0]} | {ratios[1]} |", flush=True)


def count(tokens):
    with open(tokens) as lines:
        return sum(len(json.loads(line)["ids"]) for line in lines)


def main(engine, rten, model, tokens, rounds, batch):
    here = os.path.dirname(os.path.abspath(__file__))
    total = count(tokens)
    for threads in ("1", "2"):
        programs = [
            Program("critique", [engine, "encode", tokens, threads]),
            Program("ONNX Runtime int8", [sys.executable, f"{here}/onnx.py", model, tokens, threads, batch]),
            Program("rten int8", [rten, model, tokens, batch], {"RTEN_NUM_THREADS": threads}),
        ]
        series(programs, int(rounds))
        print(f"\nThreads: {threads}\n")
        table(programs, total)


if __name__ == "__main__":
    main(*sys.argv[1:])
