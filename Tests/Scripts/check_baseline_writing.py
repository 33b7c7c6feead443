#!/usr/bin/env python3
"""A baseline survives what happens to its writers: killed at any moment, the old or the new file is there, whole; of writers
at once none loses what another wrote."""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def expect(condition, message):
    if not condition:
        sys.exit(f"check_baseline_writing: {message}")


def network(channels, layers):
    """A chain of 1 x 1 convolutions."""
    lines = [f"  [conv{i}] v{i + 1} = Conv(v{i}, w{i})" for i in range(layers)]
    weights = ", ".join(f"float[{channels},{3 if i == 0 else channels},1,1] w{i} = {{}}" for i in range(layers))
    return (
        '<ir_version: 8, opset_import: ["" : 18]>\n'
        f"g (float[1,3,4,4] v0) => (float[1,{channels},4,4] v{layers})\n<{weights}>\n{{\n" + "\n".join(lines) + "\n}\n")


def update(tool, path, baseline):
    return subprocess.Popen(
        [tool, "check", path, "--baseline", baseline, "--update-baseline", "--quiet"], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)


def check_killing(tool, folder, rounds):
    path = folder / "n.onnxtxt"
    baseline = folder / "baseline.json"
    contents = []
    for channels in (8, 16):
        path.write_text(network(channels, 400))
        start = time.monotonic()
        expect(update(tool, path, baseline).wait() == 0, "the baseline cannot be written")
        duration = time.monotonic() - start
        contents.append(baseline.read_bytes())
    expect(contents[0] != contents[1], "the two baselines are one")
    killed = changed = 0
    for number in range(rounds):
        path.write_text(network((8, 16)[number % 2], 400))
        before = baseline.read_bytes()
        writer = update(tool, path, baseline)
        # Most of the time before the writing, and as often around its end.
        time.sleep(random.uniform(0, duration * 1.2) if number % 2 else random.uniform(0.6, 1.1) * duration)
        if writer.poll() is None:
            killed += 1
            writer.send_signal(signal.SIGKILL)
        writer.wait()
        now = baseline.read_bytes()
        expect(now in contents, f"round {number}: the file is neither the old nor the new one")
        changed += now != before
    print(f"killed {killed} of {rounds} writers; the file was whole each time, new {changed} times")


def check_together(tool, folder, writers):
    baseline = folder / "together.json"
    paths = []
    for number in range(writers):
        path = folder / f"network{number}.onnxtxt"
        path.write_text(network(number + 1, 20))
        paths.append(path)
    for _ in range(5):
        baseline.unlink(missing_ok=True)
        for writer in [update(tool, path, baseline) for path in paths]:
            expect(writer.wait() == 0, "a writer failed")
        networks = json.loads(baseline.read_text())["networks"]
        expect(len(networks) == writers, f"{writers - len(networks)} of {writers} writers' networks are lost")
    print(f"{writers} writers at once, 5 times: nothing lost")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", help="the assay executable")
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args()
    tool = os.path.realpath(arguments.tool)
    with tempfile.TemporaryDirectory() as folder:
        check_killing(tool, Path(folder), arguments.rounds)
        check_together(tool, Path(folder), 8)


if __name__ == "__main__":
    main()
