#!/usr/bin/env python3
"""Run TensorFlow Lite files here and in LiteRT on the same inputs, and print how far the outputs differ.

    python compare_tflite.py --tool .build/release/assay FILE.tflite ... [--input-shape NAME=1,224,224,3] [--seeds 2]

LiteRT has three sets of kernels (reference, optimized, XNNPACK) that differ among themselves; ours are compared with each,
and the nearest counts. Floats: the largest relative L2 error over the outputs, |ours - theirs| / |theirs|, which must be
below --bound, or below what LiteRT's own kernels lie apart, which is printed beside it. Quantised integers: the largest difference in steps, which
must be at most --steps, and the share of elements that differ. Printed with each file: parameters and MACs. The exit status
is 1 if a file that both can run differs by more. Needs numpy and ai-edge-litert (or tflite-runtime, or tensorflow).
"""
import argparse, json, os, re, subprocess, sys, tempfile
import numpy as np


KERNELS = ["BUILTIN_WITHOUT_DEFAULT_DELEGATES", "AUTO", "BUILTIN_REF"]


def interpreter(path, kernels):
    try:
        from ai_edge_litert import interpreter as module
    except ImportError:
        try:
            from tflite_runtime import interpreter as module
        except ImportError:
            from tensorflow import lite as module
    resolver = getattr(module.OpResolverType, kernels)
    return module.Interpreter(model_path=path, experimental_op_resolver_type=resolver)


def value_for(detail, rng):
    shape, kind = detail["shape"], detail["dtype"]
    if kind == np.float32:
        return rng.uniform(-1, 1, shape).astype(kind)
    if kind in (np.int8, np.uint8, np.int16):
        info = np.iinfo(kind)
        return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)
    if kind == np.bool_:
        return rng.integers(0, 2, shape).astype(bool)
    return rng.integers(0, 4, shape).astype(kind)


def safe(name):
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)


def distance(ours, theirs):
    """Relative L2 error, largest difference of integers, share of integers that differ."""
    if theirs.dtype.kind != "f":
        if not theirs.size:
            return 0.0, 0, 0.0
        difference = np.abs(ours.astype(np.int64) - theirs.astype(np.int64))
        return 0.0, int(difference.max()), float((difference != 0).mean())
    norm = np.linalg.norm(theirs.astype(np.float64))
    length = np.linalg.norm(ours.astype(np.float64) - theirs.astype(np.float64))
    return (length / norm if norm > 0 else length), 0, 0.0


def run_theirs(path, kernels, args, seed):
    shapes = dict(s.rsplit("=", 1) for s in args.input_shape)
    theirs = interpreter(path, kernels)
    for detail in theirs.get_input_details():
        if detail["name"] in shapes:
            theirs.resize_tensor_input(detail["index"], [int(e) for e in shapes[detail["name"]].split(",")])
    theirs.allocate_tensors()
    rng = np.random.default_rng(seed)
    inputs = []
    for detail in theirs.get_input_details():
        inputs.append((detail["name"], value_for(detail, rng)))
        theirs.set_tensor(detail["index"], inputs[-1][1])
    theirs.invoke()
    outputs = [(d["name"], theirs.get_tensor(d["index"]).copy()) for d in theirs.get_output_details()]
    return inputs, outputs


def run_ours(path, inputs, args, work):
    command = [args.tool, "run", path, "--output-dir", work, "-q"]
    for place, (name, value) in enumerate(inputs):
        file = os.path.join(work, f"input{place}.npy")
        np.save(file, value)
        command += ["--input", f"{name}={file}"]
    command += [part for bind in args.dim for part in ("--dim", bind)]
    result = subprocess.run(command, capture_output=True, text=True)
    return (result.stderr.strip().splitlines() or ["no message"])[-1] if result.returncode != 0 else ""


def compare(path, args, seed, work):
    sets = [run_theirs(path, kernels, args, seed) for kernels in KERNELS]
    problem = run_ours(path, sets[0][0], args, work)
    if problem:
        return None, problem
    worst, taken = (0.0, 0, 0.0, 0.0), {}
    for place, (name, _) in enumerate(sets[0][1]):
        file = safe(name)
        taken[file] = taken.get(file, 0) + 1
        ours = np.load(os.path.join(work, file + (f"_{taken[file]}" if taken[file] > 1 else "") + ".npy"))
        theirs = [outputs[place][1] for _, outputs in sets]
        if ours.shape != theirs[0].shape:
            return None, f"shape {ours.shape}, not {theirs[0].shape}"
        nearest = min(distance(ours, t) for t in theirs)
        spread = max(distance(t, u)[0] for t in theirs for u in theirs)
        worst = tuple(map(max, worst, nearest + (spread,)))
    return worst, ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--tool", default=".build/release/assay")
    parser.add_argument("--bound", type=float, default=1e-5)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--input-shape", action="append", default=[])
    parser.add_argument("--dim", action="append", default=[])
    args = parser.parse_args()
    failed = False
    for path in args.files:
        with tempfile.TemporaryDirectory() as work:
            analysis = subprocess.run(
                [args.tool, "analyze", path, "--format", "json"]
                + [part for bind in args.dim for part in ("--dim", bind)], capture_output=True, text=True)
            figures = json.loads(analysis.stdout)["totals"] if analysis.returncode == 0 else None
            counts = f"{figures['parameters']['learnable']:>10,} parameters {figures['macs']:>13,} MACs" if figures else ""
            worst, problem = (0.0, 0, 0.0, 0.0), ""
            try:
                for seed in range(args.seeds):
                    found, problem = compare(path, args, seed, work)
                    if problem:
                        break
                    worst = tuple(map(max, worst, found))
            except (RuntimeError, ValueError) as refusal:
                print(f"{os.path.basename(path):45} {counts}  LiteRT: {str(refusal).strip().splitlines()[-1][:160]}")
                continue
        error, most, part, spread = worst
        bad = bool(problem) or error > max(args.bound, spread) or most > args.steps
        failed = failed or bad
        verdict = problem[:160] or f"error {error:.1e} (theirs {spread:.1e})  steps {most} ({part:.3%})"
        print(f"{os.path.basename(path):45} {counts}  {verdict}{'  FAILED' if bad else ''}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
