#!/usr/bin/env python3
"""Run networks here and in ONNX Runtime on the same weights and inputs, and print how far the outputs differ.

    python compare_onnxruntime.py --tool .build/release/Benchmarks --fixtures Fixtures [--networks resnet50 ...]
                                  [--batch 1 3] [--threads 1] [--time] [--bound 1e-5] [--dir WEIGHTS]

Weights come from `materialize.py` beside the networks. Printed per network and batch: the largest relative L2 error
over the outputs, |ours - theirs| / |theirs|, and with --time the best latency of both. The exit status is 1 if an
error is above the bound. Needs numpy, onnx, onnxruntime.
"""
import argparse, glob, os, subprocess, sys, tempfile, time
import numpy as np, onnx, onnxruntime


def inputs_of(path, batch, sequence, rng):
    model = onnx.load(path, load_external_data=False)
    stored = {t.name for t in model.graph.initializer}
    found = []
    for value in model.graph.input:
        if value.name in stored:
            continue
        tensor = value.type.tensor_type
        dims = [d.dim_value or None for d in tensor.shape.dim]
        dims[0] = dims[0] or batch
        dims = [d or sequence for d in dims]
        if tensor.elem_type == onnx.TensorProto.INT64:
            found.append((value.name, rng.integers(0, 1000, dims)))
        else:
            found.append((value.name, rng.standard_normal(dims).astype(np.float32)))
    return found, [o.name for o in model.graph.output]


def compare(path, batch, args, work):
    inputs, outputs = inputs_of(path, batch, args.sequence, np.random.default_rng(batch))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = dict(inputs)
    theirs = session.run(outputs, feed)
    command = [args.tool, "network", path, "--batch", str(batch), "--threads", str(args.threads)]
    command += ["--dim", f"S={args.sequence}"] if inputs[0][1].dtype == np.int64 else []
    command += args.option
    for index, (_, value) in enumerate(inputs):
        file = os.path.join(work, f"input{index}.bin")
        value.tofile(file)
        command += ["--input", file]
    files = [os.path.join(work, f"output{i}.bin") for i in range(len(outputs))]
    for file in files:
        if os.path.exists(file):
            os.remove(file)
        command += ["--output", file]
    command += ["--repeats", str(args.repeats if args.time else 0)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return None, (result.stderr.strip().splitlines() or ["no message"])[-1]
    error = 0.0
    for file, expected in zip(files, theirs):
        ours = np.fromfile(file, expected.dtype).astype(np.float64)
        expected = expected.astype(np.float64).ravel()
        if ours.shape != expected.shape:
            return None, f"{ours.size} values for {expected.size}"
        error = max(error, np.linalg.norm(ours - expected) / np.linalg.norm(expected))
    note = ""
    if args.time:
        best = min(timed(lambda: session.run(outputs, feed)) for _ in range(args.repeats))
        note = f"ONNX Runtime {best * 1e3:.2f} ms | {result.stdout.strip().splitlines()[0]}"
    return error, note


def timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--fixtures", required=True, help="folder of the networks and of materialize.py")
    parser.add_argument("--networks", nargs="+")
    parser.add_argument("--batch", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sequence", type=int, default=64)
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--bound", type=float, default=1e-5)
    parser.add_argument("--dir", help="where the weights are kept")
    parser.add_argument("--option", nargs="*", default=[], help="passed on, without the leading dashes")
    args = parser.parse_args()
    args.option = ["--" + o for o in args.option]
    sys.path.insert(0, args.fixtures)
    from materialize import materialize
    names = args.networks or sorted(os.path.basename(p)[:-5] for p in glob.glob(os.path.join(args.fixtures, "*.onnx")))
    work = tempfile.mkdtemp()
    weights = args.dir or work
    failed = False
    for name in names:
        path = os.path.join(weights, name + ".onnx")
        if not os.path.exists(path):
            materialize(os.path.join(args.fixtures, name + ".onnx"), weights)
        for batch in args.batch:
            error, note = compare(path, batch, args, work)
            failed = failed or error is None or not error <= args.bound
            verdict = "FAILED" if error is None else f"{error:.2e}" + ("" if error <= args.bound else " ABOVE")
            print(f"{name} batch {batch}: {verdict} {note}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
