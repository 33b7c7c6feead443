#!/usr/bin/env python3
"""Kills `assay check --history` 100 times while it writes, and lets two write at once: no line is lost and none is torn for good.

    check_history_writing.py .build/release/assay
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

NETWORK = """<ir_version: 8, opset_import: ["" : 18]>
g (float[1,3,4,4] x) => (float[1,8,4,4] y)
<float[8,3,1,1] w = {}>
{ [conv] y = Conv(x, w) }
"""
KILLS = 100
WRITERS = 2
LINES = 100


def main():
    assay = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        network = folder / "network.onnxtxt"
        network.write_text(NETWORK)
        kill(assay, network, folder / "killed.jsonl")
        write_at_once(assay, network, folder / "shared.jsonl")


def command(assay, network, history, commit):
    return [assay, "check", str(network), "--history", str(history), "--commit", commit, "--quiet"]


def start(*words):
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def whole_lines(history):
    """The commits of the lines that end; what stands behind the last line break must be the beginning of one."""
    if not history.exists():
        return []
    *lines, rest = history.read_bytes().split(b"\n")
    assert b'{"schema": "assay-history/1"'.startswith(rest[:28]), rest
    return [json.loads(line)["commit"] for line in lines]


def kill(assay, network, history):
    begin = time.monotonic()
    subprocess.run(command(assay, network, folder_sibling(history), "x"), check=True, stdout=subprocess.DEVNULL)
    usual = time.monotonic() - begin
    known, killed = [], 0
    generator = random.Random(1)
    while killed < KILLS:
        process = start(*command(assay, network, history, f"kill{killed}"))
        time.sleep(generator.uniform(0, 1.1 * usual))
        if process.poll() is None:
            process.kill()
            killed += 1
        process.communicate()
        commits = whole_lines(history)
        # What was there is there, and at most this run's line is new.
        assert commits[: len(known)] == known and len(commits) <= len(known) + 1, (known, commits)
        known = commits
        # A torn line, as a kill between the pages of a long write leaves it.
        if history.exists() and killed % 10 == 0:
            with open(history, "ab") as file:
                file.write(b'{"schema": "assay-history/1", "commit": "to')
    subprocess.run(command(assay, network, history, "last"), check=True, stdout=subprocess.DEVNULL)
    assert whole_lines(history) == known + ["last"]
    subprocess.run([assay, "history", str(history)], check=True, stdout=subprocess.DEVNULL)
    print(f"{killed} kills: {len(known)} lines written, each whole")


def folder_sibling(path):
    return path.with_name("usual.jsonl")


def write_at_once(assay, network, history):
    running = [0] * WRITERS
    processes = [None] * WRITERS
    while any(count < LINES for count in running) or any(processes):
        for writer, process in enumerate(processes):
            if process is not None and process.poll() is None:
                continue
            if process is not None:
                assert process.wait() == 0, process.communicate()[1]
                processes[writer] = None
            if running[writer] < LINES:
                processes[writer] = start(*command(assay, network, history, f"{writer}.{running[writer]}"))
                running[writer] += 1
        time.sleep(0.001)
    commits = whole_lines(history)
    assert sorted(commits) == sorted(f"{writer}.{line}" for writer in range(WRITERS) for line in range(LINES))
    print(f"{WRITERS} writers at once: {len(commits)} lines, none lost")


main()
