#!/usr/bin/env python3
"""Makes a transformer of 2,000 layers whose 13 GB of weights are a sparse file, and holds the analysis to its limits;
then truncates the network while it is read.

Needs onnx. Usage: large_external_data.py ASSAY [--seconds 0.15] [--megabytes 100] [--keep DIR]
"""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time

import onnx
from onnx import TensorProto, helper

LAYERS, WIDTH, INNER, HEADS = 2000, 368, 992, 8


class Weights:
    """Tensors that lie one after another in one external file."""

    def __init__(self, location):
        self.location, self.offset, self.tensors = location, 0, []

    def add(self, name, *dims):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dims)
        tensor.data_location = TensorProto.EXTERNAL
        length = 4
        for dim in dims:
            length *= dim
        for key, value in [("location", self.location), ("offset", self.offset), ("length", length)]:
            tensor.external_data.add(key=key, value=str(value))
        self.offset += length
        self.tensors.append(tensor)
        return name


def layer(index, source, weights, nodes):
    """One decoder layer as exporters write it from operator set 23 on: causal attention, and a gated feed-forward."""
    path = f"/layers.{index}"

    def node(kind, inputs, name, **attributes):
        output = f"{path}/{name}_output"
        nodes.append(helper.make_node(kind, inputs, [output], name=f"{path}/{name}/{kind}", **attributes))
        return output

    def linear(value, name, rows, columns):
        return node("MatMul", [value, weights.add(f"l{index}.{name}.weight", rows, columns)], name)

    def normalized(value, name):
        return node("RMSNormalization", [value, weights.add(f"l{index}.{name}.weight", WIDTH)], name, axis=-1)

    hidden = normalized(source, "input_norm")
    parts = [linear(hidden, f"{name}_proj", WIDTH, WIDTH) for name in "qkv"]
    mixed = node("Attention", parts, "attention", q_num_heads=HEADS, kv_num_heads=HEADS, is_causal=1)
    source = node("Add", [source, linear(mixed, "o_proj", WIDTH, WIDTH)], "attention_skip")
    hidden = normalized(source, "forward_norm")
    gate = linear(hidden, "gate_proj", WIDTH, INNER)
    gate = node("Mul", [gate, node("Sigmoid", [gate], "sigmoid")], "silu")
    gated = node("Mul", [gate, linear(hidden, "up_proj", WIDTH, INNER)], "gated")
    return node("Add", [source, linear(gated, "down_proj", INNER, WIDTH)], "forward_skip")


def make(folder):
    weights, nodes = Weights("weights.bin"), []
    value = "x"
    for index in range(LAYERS):
        value = layer(index, value, weights, nodes)
    nodes.append(helper.make_node("Identity", [value], ["y"]))
    graph = helper.make_graph(
        nodes, "large",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "S", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", "S", WIDTH])],
        initializer=weights.tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=11)
    path = os.path.join(folder, "large.onnx")
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    with open(os.path.join(folder, weights.location), "wb") as file:
        file.truncate(weights.offset)
    return path, weights.offset, len(nodes)


def shrink(assay, path, original):
    """A file that loses its end while it is read is told as unreadable, in one line, wherever the reading is."""
    for delay in range(0, 200, 20):
        shutil.copyfile(original, path)
        process = subprocess.Popen([assay, "analyze", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(delay / 1e3)
        os.truncate(path, 4096)
        error = process.communicate()[1].decode()
        if process.returncode not in (0, 3) or error.count("\n") > 1:
            sys.exit(f"truncated after {delay} ms: status {process.returncode}, {error}")
    print("a file that shrinks is refused in order")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assay")
    parser.add_argument("--seconds", type=float, default=0.15)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--keep", help="make the network here and leave it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or temporary
        # In a process of its own: what a child is measured at begins with its parent's size.
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            path, weight_bytes, nodes = pool.submit(make, folder).result()
        print(f"{nodes} nodes, {os.path.getsize(path) / 1e6:.1f} MB, {weight_bytes / 1e9:.2f} GB of weights")
        best, kilobytes = float("inf"), 0
        for _ in range(5):
            start = time.monotonic()
            with open(os.devnull, "wb") as sink:
                process = subprocess.Popen([arguments.assay, "analyze", path, "--dim", "S=128"], stdout=sink)
                _, status, usage = os.wait4(process.pid, 0)
            best = min(best, time.monotonic() - start)
            kilobytes = max(kilobytes, usage.ru_maxrss)
            if status:
                sys.exit("assay failed")
        shrink(arguments.assay, os.path.join(temporary, "shrinking.onnx"), path)
    megabytes = kilobytes / 1e3
    print(f"best of 5: {best * 1e3:.0f} ms (limit {arguments.seconds * 1e3:.0f}), {megabytes:.0f} MB (limit {arguments.megabytes:.0f})")
    sys.exit(best > arguments.seconds or megabytes > arguments.megabytes)


if __name__ == "__main__":
    main()
