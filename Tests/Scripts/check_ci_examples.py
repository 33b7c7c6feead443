#!/usr/bin/env python3
"""Runs the documented CI examples in a sandboxed copy: the commands are those of the YAML files themselves.

The GitHub example goes through action.yml, whose steps run as a runner would run them: inputs resolved, one shell per step, a
GITHUB_OUTPUT and a GITHUB_STEP_SUMMARY. Building is replaced by the executable that is there, and 'gh' by a stand-in that
keeps comments in a file. Needs PyYAML, and prometheus_client to read the metrics.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]

GH = r'''#!/usr/bin/env python3
import json, os, re, sys
store = os.environ["GH_STORE"]
comments = json.load(open(store)) if os.path.exists(store) else []
arguments = sys.argv[1:]
path = next(word for word in arguments if word.startswith("repos/"))
if "--method" in arguments:
    method = arguments[arguments.index("--method") + 1]
    body = open(arguments[arguments.index("-F") + 1].removeprefix("body=@")).read()
    if method == "POST":
        comments.append({"id": len(comments) + 1, "body": body})
    else:
        comments[int(path.rsplit("/", 1)[1]) - 1]["body"] = body
    json.dump(comments, open(store, "w"))
else:
    for comment in comments:
        if comment["body"].startswith(os.environ["MARKER"]):
            print(comment["id"])
'''


def expect(condition, message):
    if not condition:
        sys.exit(f"check_ci_examples: {message}")


def network(channels):
    """A 1 x 1 convolution from 3 to `channels` on 4 x 4."""
    return (
        '<ir_version: 8, opset_import: ["" : 18]>\n'
        f"g (float[1,3,4,4] x) => (float[1,{channels},4,4] y)\n"
        f"<float[{channels},3,1,1] w = {{}}>\n"
        "{\n  [conv] y = Conv(x, w)\n}\n"
    )


class Place:
    """A repository that uses the example: its networks, its budget and its baseline."""

    def __init__(self, folder, tool):
        self.folder = Path(folder)
        self.tool = tool
        (self.folder / "networks").mkdir()
        self.put(8)
        (self.folder / "assay-budget.json").write_text(
            '{"schema": "assay-budget/1", "limits": [{"figure": "totals.macs", "max": 600}]}\n')
        subprocess.run(
            [tool, "check", "networks/mobilenet_v2.onnx", "--baseline", "assay-baseline.json", "--update-baseline",
             "--quiet"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def put(self, channels):
        (self.folder / "networks/mobilenet_v2.onnx").write_text(network(channels))


def resolved(text, values):
    def value(match):
        key = match.group(1).strip()
        expect(key in values, f"no value for '{key}'")
        return values[key]

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))


def holds(condition, values, failed):
    """The conditions that the action uses: clauses of always(), == and != joined by &&."""
    if condition is None:
        return not failed
    clauses = [clause.strip() for clause in condition.split("&&")]
    if failed and "always()" not in clauses:
        return False
    for clause in clauses:
        if clause == "always()":
            continue
        left, operator, right = re.fullmatch(r"(\S+) (==|!=) '(.*)'", clause).groups()
        if (values.get(left, "") == right) != (operator == "=="):
            return False
    return True


def run_action(place, given, event="pull_request"):
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    values = {
        "github.action_path": str(ROOT), "github.token": "token", "github.event_name": event,
        "github.event.pull_request.number": "7",
    }
    for name, description in action["inputs"].items():
        expect(name in given or not description.get("required"), f"input '{name}' is not given")
        values[f"inputs.{name}"] = resolved(str(given.get(name, description.get("default", ""))), values)
    expect(set(given) <= set(action["inputs"]), "the example gives an input that the action does not have")
    # In YAML, true is a boolean; a runner hands it on as a word.
    values["inputs.comment"] = values["inputs.comment"].lower()
    values["inputs.executable"] = place.tool
    binaries = place.folder / "bin"
    binaries.mkdir(exist_ok=True)
    (binaries / "gh").write_text(GH)
    (binaries / "gh").chmod(0o755)
    output = place.folder / "output"
    log = ""
    status = 0
    for step in action["runs"]["steps"]:
        if not holds(step.get("if"), values, status != 0):
            continue
        script = place.folder / "step.sh"
        script.write_text(step["run"])
        output.write_text("")
        environment = {
            "PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(place.folder), "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(place.folder / "summary.md"),
            "GITHUB_REPOSITORY": "owner/name", "GH_STORE": str(place.folder / "comments.json"),
        }
        environment |= {key: resolved(text, values) for key, text in step.get("env", {}).items()}
        shell = [word.replace("{0}", str(script)) for word in step["shell"].split()]
        run = subprocess.run(shell, cwd=place.folder, env=environment, capture_output=True, text=True)
        log += run.stdout + run.stderr
        status = status or run.returncode
        for line in output.read_text().splitlines():
            key, value = line.split("=", 1)
            values[f"steps.{step.get('id')}.outputs.{key}"] = value
    return status, log


def check_github(tool):
    example = yaml.safe_load((ROOT / ".ci/examples/github-actions.yml").read_text())
    steps = example["jobs"]["check"]["steps"]
    given = next(step["with"] for step in steps if "assay" in step["uses"])
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, tool)
        status, log = run_action(place, given)
        expect(status == 0, f"the unchanged network ends with {status}: {log}")
        place.put(16)
        status, log = run_action(place, given)
        expect(status == 1, f"a regression ends with {status}: {log}")
        expect("::error file=networks/mobilenet_v2.onnx" in log, "no annotation points at the network")
        comments = json.loads((place.folder / "comments.json").read_text())
        expect(len(comments) == 1, f"{len(comments)} comments instead of one that is edited")
        expect("over the limit" in comments[0]["body"] and "`conv`" in comments[0]["body"],
               "the comment does not name the layer")
        expect((place.folder / "summary.md").read_text().count("<!-- assay-check:default -->") == 2,
               "the summary does not hold both runs")
        (place.folder / "assay-budget.json").write_text('{"schema": "assay-budget/1", "limit": []}')
        status, log = run_action(place, given)
        expect(status == 2 and "did you mean 'limits'" in log, f"a wrong budget ends with {status}: {log}")


def check_gitlab(tool):
    job = yaml.safe_load((ROOT / ".ci/examples/gitlab-ci.yml").read_text())["networks"]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, tool)
        release = place.folder / "assay/.build/release"
        release.mkdir(parents=True)
        (release / "assay").symlink_to(tool)
        # Fetching and building are what the sandbox stands for.
        commands = [line for line in job["script"] if not line.startswith(("git ", "swift "))]
        expect(len(commands) == len(job["script"]) - 2, "the example no longer fetches and builds first")

        def run():
            return subprocess.run(
                ["bash", "-eo", "pipefail", "-c", "\n".join(commands)], cwd=folder, capture_output=True, text=True,
                env={"PATH": os.environ["PATH"], "HOME": folder})

        expect(run().returncode == 0, "the unchanged network does not pass")
        place.put(16)
        expect(run().returncode == 1, "a regression does not fail")
        for artifact in job["artifacts"]["paths"] + list(job["artifacts"]["reports"].values()):
            expect((place.folder / artifact).stat().st_size > 0, f"{artifact} is not written")
        families = {family.name: family for family in text_string_to_metric_families(
            (place.folder / "metrics.txt").read_text())}
        # 3 x 16 channels at 4 x 4.
        expect(families["assay_totals_macs"].samples[0].value == 768, "the metrics hold other MACs")
        expect(families["assay_totals_model_size_weight_bytes"].unit == "bytes", "bytes have no unit")
        (place.folder / "assay-baseline.json").write_text('{"schema": "assay-baseline/9"}')
        expect(run().returncode == job["allow_failure"]["exit_codes"], "another schema does not end with 5")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", help="the assay executable")
    tool = str(Path(parser.parse_args().tool).resolve())
    check_github(tool)
    check_gitlab(tool)
    print("the CI examples do what they say")


if __name__ == "__main__":
    main()
