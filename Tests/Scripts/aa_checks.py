#!/usr/bin/env python3
"""Counts how often `assay check --measure` is right: the same network against its own baseline, and slowed ones.

    aa_checks.py --assay .build/release/assay --network Fixtures/mobilenet_v2.onnx --checks 200
    aa_checks.py ... --candidate slowed.onnx --checks 200 --busy
    aa_checks.py ... --prefix 'chrt -f 10'

Every check is a process of its own, and every 25 checks there is a new baseline, so that its error counts too. Prints how often each
verdict fell; --log keeps each check's measurement as a line of JSON.
"""

import argparse
import collections
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile
import time

BUSY = "x = 1\nwhile True: x = (x * 3 + 1) % 1000003\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", required=True)
    parser.add_argument("--network", required=True, help="what the baseline is of")
    parser.add_argument("--candidate", help="what is checked against it; the same network if left out")
    parser.add_argument("--checks", type=int, default=200)
    parser.add_argument("--checks-per-baseline", type=int, default=25)
    parser.add_argument("--time-limit", type=float, default=30)
    parser.add_argument("--busy", action="store_true", help="keep another core busy meanwhile")
    parser.add_argument("--prefix", default="", help="a command before assay, such as 'chrt -f 10'")
    parser.add_argument("--log")
    arguments = parser.parse_args()

    neighbour = subprocess.Popen(["python3", "-c", BUSY]) if arguments.busy else None
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(arguments, pathlib.Path(folder))
    finally:
        if neighbour:
            neighbour.kill()


def run(arguments, folder):
    network = folder / "network.onnx"
    network.write_bytes(pathlib.Path(arguments.network).read_bytes())
    # Networks are told apart by their names: the candidate stands in for the one of the baseline.
    candidate = folder / "candidate" / "network.onnx"
    candidate.parent.mkdir()
    candidate.write_bytes(pathlib.Path(arguments.candidate or arguments.network).read_bytes())
    log = open(arguments.log, "a") if arguments.log else None
    verdicts = collections.Counter()
    changes, seconds = [], []
    baseline = None
    for index in range(arguments.checks):
        if baseline is None or index % arguments.checks_per_baseline == 0:
            baseline = folder / f"baseline{index}.json"
            while not baseline.exists():
                assay(arguments, network, baseline, "--update-baseline", "--time-limit", "60")
        start = time.monotonic()
        report = assay(arguments, candidate, baseline, "--format", "json", "--time-limit", str(arguments.time_limit))
        seconds.append(time.monotonic() - start)
        measured = json.loads(report)["networks"][0]["measured"]
        verdicts[measured["verdict"]] += 1
        changes.append(measured["change"])
        if log:
            log.write(json.dumps({"load": os.getloadavg()[0], "baseline": baseline.name, **measured}) + "\n")
            log.flush()
    total = sum(verdicts.values())
    print(
        f"{total} checks: "
        + ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in ("regressed", "improved", "unchanged", "undecided"))
    )
    print(
        f"change: median {100 * statistics.median(changes):+.2f} %, "
        f"standard deviation {100 * statistics.pstdev(changes):.2f} %, "
        f"from {100 * min(changes):+.2f} % to {100 * max(changes):+.2f} %; "
        f"median {statistics.median(seconds):.1f} s a check, most {max(seconds):.1f} s"
    )


def assay(arguments, network, baseline, *options):
    command = shlex.split(arguments.prefix) + [
        arguments.assay, "check", str(network), "--baseline", str(baseline), "--measure", "--quiet", *options,
    ]  # fmt: skip
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


main()
