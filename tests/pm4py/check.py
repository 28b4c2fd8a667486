"""Lets pm4py read a log that Kezek wrote as CSV, XES and Parquet, and holds the three against each other and against the rows.

Usage: check.py PATH_TO_KEZEK. Exits with 0 where everything agrees, and says what does not otherwise.
"""

import collections
import csv
import datetime
import os
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("TQDM_DISABLE", "1")  # no bars of progress

import pandas  # noqa: E402
import pm4py  # noqa: E402

STUDY, RUN = "front-office", ["--replications", "2", "--horizon", "2w", "--warm-up", "1w", "--seed", "7"]
CASE, ACTIVITY, TIME, TRANSITION = "case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition"

faults = []


def agree(what, found, expected):
    """Notes a fault where two things that must be the same are not."""
    if found != expected:
        faults.append(f"{what}: found {str(found)[:300]}, expected {str(expected)[:300]}")
    else:
        print(f"  {what}: agrees")


def write_logs(kezek, folder):
    """Writes the same run in all three formats; the same seed gives the same rows."""
    paths = {}
    for kind in ("csv", "xes", "parquet"):
        paths[kind] = os.path.join(folder, f"log.{kind}")
        subprocess.run([kezek, "run", STUDY, *RUN, "--log", paths[kind]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return paths


def rows_of(path):
    """Reads our rows with nothing but Python's own library: what everything else is held against."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in ("enable_time", "start_time", "end_time"):
            row[column] = datetime.datetime.fromisoformat(row[column])
    return rows


def table(frame, activity="activity", case="case_id", start="start_time", end="end_time"):
    """Lets pm4py take a table of whole activities, as its own documentation says: columns named, nothing else."""
    frame = frame.copy()
    for column in (start, end):
        frame[column] = pandas.to_datetime(frame[column], utc=True, format="ISO8601" if frame[column].dtype == object or str(frame[column].dtype).startswith("str") else None)
    return pm4py.format_dataframe(frame, case_id=case, activity_key=activity, timestamp_key=end, start_timestamp_key=start)


def intervals(frame):
    """The activities of a table of pm4py: case, name, start and end in milliseconds."""
    ms = lambda column: [int(t.timestamp() * 1000 + 0.5) for t in column]
    return collections.Counter(zip(frame[CASE], frame[ACTIVITY], ms(frame["start_timestamp"]), ms(frame[TIME])))


def main():
    kezek = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        paths = write_logs(kezek, folder)
        rows = rows_of(paths["csv"])
        ms = lambda instant: int(instant.timestamp() * 1000 + 0.5)
        done = [row for row in rows if row["lifecycle"] == "complete"]
        cases = {row["case_id"] for row in rows}
        names = collections.Counter(row["activity"] for row in rows)
        print(f"{STUDY}: {len(cases)} cases, {len(rows)} activities, {len(rows) - len(done)} of them not finished")
        if len(cases) < 100 or len(rows) < 1000 or len(names) < 4:
            faults.append("the run is too small to say anything")

        # Tables.
        from_csv = table(pandas.read_csv(paths["csv"]))
        from_parquet = table(pandas.read_parquet(paths["parquet"]))
        expected = collections.Counter((r["case_id"], r["activity"], ms(r["start_time"]), ms(r["end_time"])) for r in rows)
        for kind, frame in (("CSV", from_csv), ("Parquet", from_parquet)):
            agree(f"{kind}: cases", frame[CASE].nunique(), len(cases))
            agree(f"{kind}: activities by name", dict(frame[ACTIVITY].value_counts()), dict(names))
            agree(f"{kind}: starts and ends", intervals(frame), expected)
        agree("CSV and Parquet: the same columns", list(pandas.read_csv(paths["csv"]).columns), list(pandas.read_parquet(paths["parquet"]).columns))

        # XES.
        events = pm4py.read_xes(paths["xes"])
        agree("XES: cases", events[CASE].nunique(), len(cases))
        starts = events[events[TRANSITION] == "start"]
        ends = events[events[TRANSITION] != "start"]
        agree("XES: one end for each activity", len(ends), len(rows))
        agree("XES: one start for each activity that was begun", len(starts), sum(r["lifecycle"] != "withdraw" for r in rows))
        by = lambda frame: collections.Counter(zip(frame[CASE], frame[ACTIVITY], [ms(t) for t in frame[TIME]]))
        agree("XES: starts", by(starts), collections.Counter((r["case_id"], r["activity"], ms(r["start_time"])) for r in rows if r["lifecycle"] != "withdraw"))
        agree("XES: ends", by(ends), collections.Counter((r["case_id"], r["activity"], ms(r["end_time"])) for r in rows))
        agree("XES: how activities ended", dict(ends[TRANSITION].value_counts()), dict(collections.Counter(r["lifecycle"] for r in rows)))
        in_order = all((group[TIME].diff().dropna() >= pandas.Timedelta(0)).all() for _, group in events.groupby(CASE))
        agree("XES: events of each case in order of time", in_order, True)
        resources = set(filter(None, (r["resource"] for r in rows)))
        agree("XES: resources", set(events["org:resource"].dropna()), resources)

        # Starts and ends are paired by pm4py itself, by the instance that each event names.
        whole = events[events[TRANSITION].isin(["start", "complete"])]
        paired = pm4py.objects.log.util.interval_lifecycle.to_interval(pm4py.convert_to_event_log(whole))
        paired = pm4py.convert_to_dataframe(paired)
        agree(
            "XES: pairs that pm4py makes of starts and completions",
            intervals(paired[paired["@@duration"] >= 0]),
            collections.Counter((r["case_id"], r["activity"], ms(r["start_time"]), ms(r["end_time"])) for r in done),
        )

        # What follows what: the same graph from all three, by completions.
        graphs = {}
        completions = {
            "CSV": from_csv[from_csv["lifecycle"] == "complete"],
            "Parquet": from_parquet[from_parquet["lifecycle"] == "complete"],
            "XES": ends[ends[TRANSITION] == "complete"],
        }
        for kind, frame in completions.items():
            frame = frame.sort_values([CASE, TIME, ACTIVITY], kind="stable")
            graphs[kind] = pm4py.discover_dfg(frame)
        agree("CSV and Parquet: what follows what", graphs["Parquet"], graphs["CSV"])
        agree("CSV and XES: what follows what", graphs["XES"], graphs["CSV"])

    if faults:
        print("pm4py reads our logs otherwise than they were written:", *faults, sep="\n  ", file=sys.stderr)
        sys.exit(1)
    print("pm4py reads all three as they were written.")


main()
