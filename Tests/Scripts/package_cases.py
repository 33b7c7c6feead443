#!/usr/bin/env python3
"""Run the networks that lie inside the onnx package: every figure complete, every output right.

    package_cases.py ASSAY

`analyze --strict` must call the figures of each case complete, and `verify` must find the stored outputs. The `light`
networks come without weights and without inputs: the runner of the package makes both, and stores what follows from
them. Needs onnx and numpy.
"""
import argparse, concurrent.futures, os, shutil, subprocess, sys, tempfile, warnings
warnings.filterwarnings("ignore")
import onnx
from onnx import numpy_helper
from onnx.backend.test.runner import Runner

DATA = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")


def passes(tool, *arguments):
    result = subprocess.run([tool, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    return None if result.returncode == 0 else f"{arguments[0]} ends with {result.returncode}: {result.stderr.strip()[-200:]}"


def failure_of_folder(tool, folder):
    model = os.path.join(folder, "model.onnx")
    sets = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.startswith("test_data_set")]
    if not sets: return "no stored outputs"
    checks = [("analyze", model, "--strict")] + [("verify", model, data) for data in sets]
    return next((failure for check in checks if (failure := passes(tool, *check))), None)


def failure_of_light(tool, path):
    model = onnx.load(path)
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in stored]
    name = os.path.splitext(os.path.basename(path))[0]
    with tempfile.TemporaryDirectory() as folder:
        for index, value in enumerate(inputs):
            data = Runner.generate_dummy_data(value, seed=0, name=f"test_{name}", random=False)
            with open(os.path.join(folder, f"input_{index}.pb"), "wb") as file:
                file.write(numpy_helper.from_array(data, value.name).SerializeToString())
        shutil.copy(os.path.join(os.path.dirname(path), f"{name}_output_0.pb"), os.path.join(folder, "output_0.pb"))
        return passes(tool, "analyze", path, "--strict") or passes(tool, "verify", path, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    tool = os.path.abspath(parser.parse_args().tool)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for group in ("light", "simple", "pytorch-converted", "pytorch-operator"):
            root = os.path.join(DATA, group)
            names = sorted(name for name in os.listdir(root) if not name.startswith("."))
            if group == "light":
                names = [name for name in names if name.endswith(".onnx")]
                check = failure_of_light
            else:
                check = failure_of_folder
            results = list(pool.map(lambda name: check(tool, os.path.join(root, name)), names))
            for name, failure in zip(names, results):
                if failure: print(f"{group}/{name}: {failure}")
            print(f"{group}: {results.count(None)} of {len(names)} complete and right")
            failed |= not names or any(results)
    sys.exit(1 if failed else 0)


main()
