#!/usr/bin/env python3
"""Quantise networks with ONNX Runtime's own quantiser, run them here and there, and print how far the outputs differ.

    python compare_quantized.py --tool .build/release/Benchmarks --fixtures Fixtures [--networks resnet50 mobilenet_v2]
                                [--batch 1 8] [--threads 1] [--time] [--rounds 5] [--dir KEPT] [--isa avx512vnni ...]

Each network is quantised per channel with random calibration data: as QDQ and as QOperator, with unsigned activations, and
as QDQ with signed ones. Printed: the largest difference of an output in quantisation steps (those of its last
DequantizeLinear), the share of outputs that differ at all, and with --time the best latency of both, rounds in turn, and
the median of their ratios. The exit status is 1 if an output is off by more than one step. Needs numpy, onnx, onnxruntime.
"""
import argparse, os, re, statistics, subprocess, sys, tempfile, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, onnx, onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

FORMS = {
    "qdq": (QuantFormat.QDQ, QuantType.QUInt8),
    "qoperator": (QuantFormat.QOperator, QuantType.QUInt8),
    "qdq_signed": (QuantFormat.QDQ, QuantType.QInt8),
}


class Calibration(CalibrationDataReader):
    def __init__(self, name, shape, count=4):
        rng = np.random.default_rng(0)
        self.data = iter([{name: rng.standard_normal(shape).astype(np.float32)} for _ in range(count)])

    def get_next(self):
        return next(self.data, None)


def quantised(network, form, fixtures, folder):
    path = os.path.join(folder, f"{network}.{form}.onnx")
    if os.path.exists(path):
        return path
    sys.path.insert(0, fixtures)
    from materialize import materialize
    whole = os.path.join(folder, f"{network}.whole.onnx")
    prepared = os.path.join(folder, f"{network}.prepared.onnx")
    if not os.path.exists(prepared):
        onnx.save(onnx.load(materialize(os.path.join(fixtures, network + ".onnx"), folder)), whole)
        quant_pre_process(whole, prepared, skip_symbolic_shape=True)
    tensor = onnx.load(prepared, load_external_data=False).graph.input[0]
    shape = [d.dim_value or 1 for d in tensor.type.tensor_type.shape.dim]
    style, activation = FORMS[form]
    quantize_static(prepared, path, Calibration(tensor.name, shape), quant_format=style, per_channel=True,
                    activation_type=activation, weight_type=QuantType.QInt8)
    return path


def last_step(path):
    model = onnx.load(path)
    stored = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    last = [n for n in model.graph.node if n.output[0] == model.graph.output[0].name][0]
    return float(stored[last.input[1]])


def ours(path, data, args, repeats, isa, output):
    data.tofile(output + ".in")
    command = [args.tool, "network", path, "--batch", str(data.shape[0]), "--threads", str(args.threads), "--input",
               output + ".in", "--output", output, "--repeats", str(repeats)]
    if isa:
        command += ["--isa", isa]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError((result.stderr.strip().splitlines() or ["no message"])[-1])
    return result.stdout


def best_of(call, seconds=1.0):
    call()
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(times) < 3:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def compare(network, form, batch, isa, args, folder):
    path = quantised(network, form, args.fixtures, folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    options.log_severity_level = 4
    # Without this ONNX Runtime runs signed activations as floats on x86, three steps from its own integers.
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [batch] + [d for d in given.shape[1:]]
    data = np.random.default_rng(batch).standard_normal(shape).astype(np.float32)
    theirs = session.run(None, {given.name: data})[0]
    file = os.path.join(folder, "output.bin")
    ours(path, data, args, 0, isa, file)
    steps = np.abs(np.fromfile(file, np.float32).reshape(theirs.shape) - theirs) / last_step(path)
    text = f"{network}.{form} batch {batch} {isa or 'native'}: {steps.max():.2f} steps, {np.mean(steps > 0.5):.4f} differ"
    if args.time:
        ratios, mine, other = [], [], []
        for _ in range(args.rounds):
            other.append(best_of(lambda: session.run(None, {given.name: data})))
            mine.append(float(re.search(r"([\d.]+) ms", ours(path, data, args, args.repeats, isa, file)).group(1)))
            ratios.append(other[-1] / mine[-1])
        text += (f" | ONNX Runtime {min(other):.2f} ms, here {min(mine):.2f} ms, ratio {statistics.median(ratios):.2f}x"
                 f" ({min(ratios):.2f}-{max(ratios):.2f})")
    print(text, flush=True)
    return steps.max() <= 1.01


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--fixtures", required=True, help="folder of the networks and of materialize.py")
    parser.add_argument("--networks", nargs="+", default=["resnet50", "mobilenet_v2"])
    parser.add_argument("--forms", nargs="+", default=list(FORMS))
    parser.add_argument("--batch", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--isa", nargs="+", default=[None])
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--dir", help="where the quantised networks are kept")
    args = parser.parse_args()
    folder = args.dir or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    fits = [compare(network, form, batch, isa, args, folder)
            for network in args.networks for form in args.forms for batch in args.batch for isa in args.isa]
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
