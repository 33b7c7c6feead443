#!/usr/bin/env python3
"""Run ONNX's own node cases through `assay verify` and count.

    conformance.py ASSAY [--at-least N] [--list]

The cases come from the onnx package. A case passes (status 0), differs (1), is refused by name (6) or unreadable (3);
anything else - a crash, a hang of 20 s - fails the run, and so do fewer passes than N. Needs onnx and numpy.
"""
import argparse, collections, concurrent.futures, os, subprocess, sys, tempfile, warnings
warnings.filterwarnings("ignore")
import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.case import node as node_cases


def encoded(value, declared):
    kind = declared.type.WhichOneof("value")
    if kind == "sequence_type": return numpy_helper.from_list(value, declared.name)
    if kind == "optional_type": return numpy_helper.from_optional(value, declared.name)
    if kind == "map_type": return numpy_helper.from_dict(value, declared.name)
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value), declared.name)


def write(case, folder):
    os.makedirs(folder)
    with open(os.path.join(folder, "model.onnx"), "wb") as file: file.write(case.model.SerializeToString())
    inputs, outputs = case.data_sets[0]
    graph = case.model.graph
    for kind, values, declared in (("input", inputs, graph.input), ("output", outputs, graph.output)):
        for index, value in enumerate(values):
            with open(os.path.join(folder, f"{kind}_{index}.pb"), "wb") as file:
                file.write(encoded(value, declared[index]).SerializeToString())


def verify(assay, folder):
    try:
        done = subprocess.run([assay, "verify", os.path.join(folder, "model.onnx"), folder],
                              capture_output=True, text=True, timeout=20)
        return done.returncode, (done.stderr or done.stdout).strip()
    except subprocess.TimeoutExpired:
        return "hangs", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assay")
    parser.add_argument("--at-least", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print each case that does not pass")
    arguments = parser.parse_args()
    np.random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for case in node_cases.collect_testcases():
            names.append(case.name)
            write(case, os.path.join(folder, case.name))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda name: verify(arguments.assay, os.path.join(folder, name)), names))
    counts = collections.Counter(status for status, _ in results)
    words = {0: "pass", 1: "differ", 3: "unreadable", 6: "refused by name"}
    print(f"{len(names)} cases: " + ", ".join(f"{n} {words.get(s, f'end with {s}')}" for s, n in sorted(counts.items(), key=str)))
    if arguments.list:
        for name, (status, message) in zip(names, results):
            if status: print(f"  {name}: {status} {message[:160]}")
    broken = [name for name, (status, _) in zip(names, results) if status not in words]
    if broken: print("neither passed nor refused:", *broken)
    return 1 if broken or counts[0] < arguments.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
