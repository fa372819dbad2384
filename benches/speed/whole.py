"""The whole program beside its own engine on the same sentences, in turn: how much of its time is reading?

    whole.py CRITIQUE ENGINE REVIEWS TOKENS NUMBER ROUNDS JOBS

TOKENS has the sentences of the first NUMBER reviews. The engine's tokens per second are set against those of `critique
analyze`, from reading files to the last report. Both by the clock and by CPU time; of the latter, what a run on one
review takes (loading the model, reading the aspects' seeds) is taken off, as the clock of `run.json` does.
"""

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from series import Program, count, spread


def analyze(critique, reviews, number, jobs):
    """Seconds on the clock, of the processors, and tokens, of one run."""
    out = Path(tempfile.mkdtemp()) / "out"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [critique, "analyze", reviews, "--limit", str(number), "--jobs", jobs, "--quiet", "--output", out]
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = json.loads((out / "run.json").read_text())
    shutil.rmtree(out.parent)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return run["timings"]["seconds"], cpu, run["counts"]["tokens"]


def main(critique, engine, reviews, tokens, number, rounds, jobs):
    own = Program("engine", [engine, "encode", tokens, jobs])
    own.start()
    total = count(tokens)
    rows = []
    for _ in range(int(rounds)):
        engine_wall, engine_cpu = own.run()
        _, start, _ = analyze(critique, reviews, 1, jobs)
        wall, cpu, read = analyze(critique, reviews, number, jobs)
        if read != total:
            sys.exit(f"{read} tokens were analysed, but {total} are in the file")
        rows.append((engine_wall, engine_cpu, wall, cpu - start))
    own.stop()
    engine_wall, engine_cpu, wall, cpu = zip(*rows)
    print(f"jobs {jobs}, {number} reviews, {total:,} tokens, {rounds} rounds")
    for name, seconds in (("engine, clock", engine_wall), ("whole, clock", wall), ("engine, CPU", engine_cpu), ("whole, CPU", cpu)):
        print(f"  {name}: {spread([total / s for s in seconds], ',.0f')} tokens/s")
    print(f"  whole ÷ engine, clock: {statistics.median(e / w for e, w in zip(engine_wall, wall)):.2f}")
    print(f"  whole ÷ engine, CPU:   {statistics.median(e / w for e, w in zip(engine_cpu, cpu)):.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
