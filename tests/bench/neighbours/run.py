#!/usr/bin/env python3
"""Kezek beside its neighbours: the same models, one after the other in turns, on one thread of this machine.

    cargo build --release
    python3 tests/bench/neighbours/run.py [--folder DIR] [--pair MODEL.bpmn PARAMETERS.json]...

What the neighbours are comes from their registries, in the versions named below, into a folder of its own (`--folder`; kept for the next
time). Compared is processor time, not the clock on the wall, so that other work on the machine does not count; the start of each program
counts. Kezek runs the models as any study: it reads a file, keeps all measures with quantiles, and writes JSON.

`--pair` adds a model with its parameters as Prosimos has them, run by Prosimos and by Kezek with the log written. They are not part
of this repository: the scenarios of AutomatedProcessImprovement/optimos_v2 (o2_evaluation/scenarios) are such pairs.
"""

import argparse
import csv
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from make_models import EVENTS_A_CASE, MODELS, study

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PACKAGES = ["simpy==4.1.2", "ciw==3.2.7", "prosimos==2.1.0"]
ROUNDS = 5
OWN_CASES = 200_000
# Two-sided 95 % points of Student's t by degrees of freedom.
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 19: 2.093}


def measured(command, **how):
    """Runs a command; returns what it printed and its processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **how)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-2000:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, spent


def prepared(folder, with_prosimos):
    """Installs the neighbours into a folder, once."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    packages = PACKAGES if with_prosimos else PACKAGES[:2]
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
    target = folder / "peers"
    build = ["cargo", "build", "-q", "--release", "--manifest-path", HERE / "peers" / "Cargo.toml", "--target-dir", target]
    subprocess.run(build, check=True)
    return python, target / "release" / "peers"


def interval(values):
    """Mean and half-width of its 95 % interval."""
    mean, n = statistics.fmean(values), len(values)
    if n < 2:
        return mean, math.inf
    return mean, T95[n - 1] * statistics.stdev(values) / math.sqrt(n)


def spread(values, digits=0):
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def kezek_run(kezek, folder, letter, cases, replications, seed):
    """Mean sojourn in minutes with its half-width, and processor seconds."""
    file = folder / f"reference-{letter}.ron"
    file.write_text(study(MODELS[letter]))
    command = [kezek, "run", file, "--cases", cases, "--replications", replications, "--threads", 1, "--seed", seed, "--format", "json"]
    out, seconds = measured(command)
    found = json.loads(out)["variants"][0]
    if found["cases"]["completed"] != cases * replications:
        sys.exit(f"kezek completed {found['cases']} of {cases * replications} cases of {letter}")
    time = found["measures"]["elapsed_time"]
    half = (time["high"] - time["low"]) / 2 if time.get("high") is not None else math.inf
    return (time["mean"], half), seconds


def reference(kezek, folder, python, peers):
    """The reference models, by every program in turns."""
    others = {
        "desque 0.4.0": ([peers, "desque"], 200_000),
        "desru 0.1.13": ([peers, "desru"], 200_000),
        "simu-des 0.1.0": ([peers, "simu"], 200_000),
        "SimPy 4.1.2": ([python, HERE / "simpy_model.py"], 20_000),
        "Ciw 3.2.7": ([python, HERE / "ciw_model.py"], 5_000),
    }
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    rows = []
    for letter in MODELS:
        ns = {name: [] for name in ["Kezek", *others]}
        means = {name: [] for name in others}
        for seed in range(1, ROUNDS + 1):
            _, seconds = kezek_run(kezek, folder, letter, OWN_CASES, 1, seed)
            ns["Kezek"].append(seconds / OWN_CASES / EVENTS_A_CASE[letter] * 1e9)
            for name, (command, cases) in others.items():
                out, seconds = measured([*command, letter, cases, seed], env=environment)
                ns[name].append(seconds / cases / EVENTS_A_CASE[letter] * 1e9)
                means[name].append(float(out))
        own = statistics.median(ns["Kezek"])
        rows.append((letter, "Kezek, all measures", spread(ns["Kezek"]), "1", ""))
        for name, (_, cases) in others.items():
            (theirs, half) = interval(means[name])
            (ours, own_half), _ = kezek_run(kezek, folder, letter, cases, 20, 1)
            agrees = abs(theirs - ours) <= math.hypot(half, own_half)
            same = f"{theirs:,.2f} ± {half:.2f}; Kezek {ours:,.2f} ± {own_half:.2f}{'' if agrees else '  DIFFERS'}"
            ratio = statistics.median(ns[name]) / own
            rows.append((letter, name, spread(ns[name]), f"{ratio:,.1f}", same))
    print("\n| model | program | ns an event: median (least–most) | times Kezek | mean sojourn, minutes, same number of cases |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def cycle_times(log):
    """Number of rows, and hours from first to last instant by case."""
    begun, ended, rows = {}, {}, 0
    with open(log, newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            case = row["case_id"]
            first, last = (datetime.fromisoformat(row[c].replace(" ", "T")) for c in ("enable_time", "end_time"))
            begun[case] = min(begun.get(case, first), first)
            ended[case] = max(ended.get(case, last), last)
    return rows, [(ended[c] - begun[c]).total_seconds() / 3600 for c in begun]


def pairs(kezek, folder, python, list_of_pairs):
    """Models of Prosimos, by Prosimos and by Kezek, with the log written."""
    print("\n| model | program | log rows a processor second: median (least–most) | times Prosimos | cycle time, hours |")
    print("| --- | --- | --- | --- | --- |")
    prosimos = python.parent / "prosimos"
    for model, parameters in list_of_pairs:
        rates, hours = {"Prosimos 2.1.0": [], "Kezek": []}, {"Prosimos 2.1.0": [], "Kezek": []}
        for seed in range(1, ROUNDS + 1):
            log = folder / "prosimos.csv"
            command = [prosimos, "start-simulation", "--bpmn_path", model, "--json_path", parameters, "--total_cases", 1_000]
            command += ["--log_out_path", log, "--stat_out_path", folder / "statistics.csv"]
            _, seconds = measured([*command, "--starting_at", "2026-01-05T09:00:00+00:00"])
            rows, times = cycle_times(log)
            rates["Prosimos 2.1.0"].append(rows / seconds)
            hours["Prosimos 2.1.0"].append(statistics.fmean(times))
            log = folder / "kezek.csv"
            command = [kezek, "run", model, "--params", parameters, "--replications", 1, "--seed", seed, "--start", "2026-01-05T09:00"]
            command += ["--threads", 1, "--log", log, "--format", "json"]
            measured([*command, "--cases", 1_000])
            _, times = cycle_times(log)
            hours["Kezek"].append(statistics.fmean(times))
            # A second is long for Kezek: its speed is that of a hundred times as many cases.
            _, seconds = measured([*command, "--cases", 100_000])
            with open(log, "rb") as file:
                rows = sum(1 for _ in file) - 1
            rates["Kezek"].append(rows / seconds)
        for name in rates:
            mean, half = interval(hours[name])
            ratio = statistics.median(rates[name]) / statistics.median(rates["Prosimos 2.1.0"])
            print(f"| {Path(model).stem} | {name} | {spread(rates[name])} | {ratio:,.0f} | {mean:,.2f} ± {half:.2f} |")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--kezek", type=Path, default=ROOT / "target" / "release" / "kezek")
    words.add_argument("--folder", type=Path, help="where the neighbours are installed [default: a folder for this once]")
    words.add_argument("--pair", nargs=2, action="append", default=[], metavar=("MODEL", "PARAMETERS"))
    words.add_argument("--only-pairs", action="store_true", help="leave the reference models out")
    asked = words.parse_args()
    if not asked.kezek.exists():
        sys.exit(f"{asked.kezek} is not there: cargo build --release")
    with tempfile.TemporaryDirectory() as once:
        folder = (asked.folder or Path(once)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        python, peers = prepared(folder, bool(asked.pair))
        if not asked.only_pairs:
            reference(asked.kezek, folder, python, peers)
        if asked.pair:
            pairs(asked.kezek, folder, python, asked.pair)


if __name__ == "__main__":
    main()
