"""ONNX Runtime's side: for each line of standard input reads all sentences once and answers one line.

    onnx.py MODEL TOKENS THREADS BATCH

Sentences are sorted by length and padded within each batch of BATCH; every optimisation is on.
"""

import json
import sys

import numpy as np
import onnxruntime


def batches(tokens, size):
    """Feeds of the model, and nothing that would have to be made while the clock runs."""
    with open(tokens) as lines:
        sentences = sorted((json.loads(line)["ids"] for line in lines), key=len)
    for start in range(0, len(sentences), size):
        part = sentences[start : start + size]
        ids = np.zeros((len(part), max(map(len, part))), np.int64)
        mask = np.zeros_like(ids)
        for row, sentence in enumerate(part):
            ids[row, : len(sentence)] = sentence
            mask[row, : len(sentence)] = 1
        yield {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def main(model, tokens, threads, size):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = int(threads)
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    feeds = list(batches(tokens, int(size)))
    for _ in sys.stdin:
        for feed in feeds:
            session.run(None, feed)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
