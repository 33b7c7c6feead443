#!/usr/bin/env python3
"""Run ONNX's own node cases through `assay verify` and count.

    conformance.py ASSAY [--at-least N] [--inferred-at-least N] [--list]

The cases come from the onnx package. A case passes (status 0), differs (1), is refused by name (6) or unreadable (3);
anything else - a crash, a hang of 20 s - fails the run, and so do fewer passes than N.

The second count is of shape inference: `assay analyze` on a copy of the network that says nothing of its outputs, and
in which inputs of integers or truth values and vectors of at most 8 numbers are stored (shapes, axes, scales are, in
real networks). The other inputs' extents are given where the file says 0, which exporters write for "unknown".
A case counts if every output's type and extents are those of the expected output. Needs onnx and numpy.
"""
import argparse, collections, concurrent.futures, json, os, subprocess, sys, tempfile, warnings
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


def write_bare(case, folder):
    """The case's network without types of outputs and inner values, its small inputs stored in it."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph = model.graph
    del graph.value_info[:]
    for output in graph.output: output.ClearField("type")
    inputs = list(zip(graph.input, case.data_sets[0][0]))
    del graph.input[:]
    for declared, value in inputs:
        stored = encoded(value, declared)
        if isinstance(stored, TensorProto) and is_parameter(stored):
            stored.name = declared.name
            graph.initializer.append(stored)
        else:
            graph.input.append(declared)
    with open(os.path.join(folder, "bare.onnx"), "wb") as file: file.write(model.SerializeToString())


def is_parameter(tensor):
    integers = (TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL)
    is_short = len(tensor.dims) <= 1 and int(np.prod(tensor.dims)) <= 8 and tensor.data_type != TensorProto.STRING
    return tensor.data_type in integers or is_short


def type_name(value, declared):
    """Type and shape as `assay analyze --format json` writes them, of an expected output."""
    if isinstance(value, list): return "sequence of " + (type_name(value[0], declared)[0] if value else ""), None
    tensor = value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value))
    return TensorProto.DataType.Name(tensor.data_type).lower(), list(tensor.dims)


def is_inferred(found, value, declared):
    if declared.type.WhichOneof("value") == "optional_type": return found["type"].startswith("optional")
    name, shape = type_name(value, declared)
    if isinstance(value, list): return found["type"].startswith(name)
    return found["type"] == name and found["shape"] == shape


def infer(assay, folder, case):
    """None where all outputs are inferred, else what is missing."""
    command = [assay, "analyze", os.path.join(folder, "bare.onnx"), "--format", "json"]
    stored = {tensor.name for tensor in onnx.load(command[2]).graph.initializer}
    for declared in case.model.graph.input:
        extents = [axis.dim_value for axis in declared.type.tensor_type.shape.dim]
        if declared.name not in stored and 0 in extents:
            command += ["--input-shape", f"{declared.name}={','.join(map(str, extents))}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    if done.returncode: return done.stderr.strip()
    found = {output["name"]: output for output in json.loads(done.stdout)["network"]["outputs"]}
    for declared, value in zip(case.model.graph.output, case.data_sets[0][1]):
        output = found.get(declared.name)
        if output is None: return f"{declared.name}: nothing is known"
        if not is_inferred(output, value, declared):
            return f"{declared.name}: {output['type']} {output['shape']}, not {type_name(value, declared)}"
    return None


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
    parser.add_argument("--inferred-at-least", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print each case that does not pass")
    arguments = parser.parse_args()
    np.random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        cases = list(node_cases.collect_testcases())
        names = [case.name for case in cases]
        for case in cases:
            write(case, os.path.join(folder, case.name))
            write_bare(case, os.path.join(folder, case.name))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda name: verify(arguments.assay, os.path.join(folder, name)), names))
            missing = list(pool.map(lambda case: infer(arguments.assay, os.path.join(folder, case.name), case), cases))
    inferred = sum(reason is None for reason in missing)
    counts = collections.Counter(status for status, _ in results)
    words = {0: "pass", 1: "differ", 3: "unreadable", 6: "refused by name"}
    print(f"{len(names)} cases: " + ", ".join(f"{n} {words.get(s, f'end with {s}')}" for s, n in sorted(counts.items(), key=str)))
    print(f"types and shapes inferred: {inferred}")
    if arguments.list:
        for name, (status, message) in zip(names, results):
            if status: print(f"  {name}: {status} {message[:160]}")
        for name, reason in zip(names, missing):
            if reason: print(f"  {name} not inferred: {reason[:160]}")
    broken = [name for name, (status, _) in zip(names, results) if status not in words]
    if broken: print("neither passed nor refused:", *broken)
    return 1 if broken or counts[0] < arguments.at_least or inferred < arguments.inferred_at_least else 0


if __name__ == "__main__":
    sys.exit(main())
