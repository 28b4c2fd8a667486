"""How much of Prosimos' cycle time comes of giving tasks to people who are at home.

Usage: allocation.py RUNS MODEL...      (MODEL.bpmn and MODEL.json lie beside each other)
       allocation.py --log LOG MODEL    (LOG as Prosimos writes it)

The first runs 1,000 cases of Prosimos' own parameters by a small simulator that knows both rules and differs in nothing else: Prosimos'
(whoever is done first has the task, and begins when next on shift) and that of Kezek (whoever is on shift and idle takes the oldest task
that he may do). The second tells of a log for how much of the waiting somebody who may do the task was on shift and idle.

Needs nothing but Python's own library. Knows tasks, events, exclusive and parallel gateways: what the models of optimos_v2 have.
"""

import collections
import csv
import datetime
import heapq
import json
import math
import random
import statistics
import sys
import xml.etree.ElementTree as ElementTree

DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
DAY, WEEK = 24 * 60, 7 * 24 * 60
MONDAY = datetime.datetime(2026, 1, 5)


def minute(text):
    """Returns the minute of the day; the last second of a day belongs to the next."""
    hours, minutes, seconds = text.split(":")
    return int(hours) * 60 + int(minutes) + (1 if float(seconds) > 59 else 0)


def shifts(periods):
    """Returns for each minute of the week whether a calendar is open."""
    week = bytearray(WEEK)
    for period in periods:
        for day in range(DAYS.index(period["from"]), DAYS.index(period["to"]) + 1):
            for at in range(minute(period["beginTime"]), minute(period["endTime"])):
                week[day * DAY + at] = 1
    return week


def law(name, parameters, draw):
    """Returns a sampler of a law as Prosimos writes it, in minutes; draws beyond its limits are drawn again."""
    values = [parameter["value"] for parameter in parameters]
    mean = values[0]
    if name == "fix":
        return lambda: mean / 60
    if name == "uniform":
        return lambda: draw.uniform(values[0], values[1]) / 60
    low, high = values[-2], values[-1]
    if name == "expon":
        sample = lambda: draw.expovariate(1 / mean)
    elif name == "gamma":
        sample = lambda: draw.gammavariate(mean * mean / values[1], values[1] / mean)
    elif name == "lognorm":
        spread = math.log(values[1] / mean**2 + 1)
        sample = lambda: draw.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread))
    elif name == "norm":
        sample = lambda: draw.gauss(mean, values[1])
    else:
        raise SystemExit(f"the law {name} is not known here")

    def within():
        while True:
            value = sample()
            if low <= value <= high:
                return value / 60

    return within


class Model:
    """A drawing with its parameters."""

    def __init__(self, path, draw):
        with open(path + ".json", encoding="utf-8") as file:
            self.parameters = json.load(file)
        calendars = {c["id"]: shifts(c["time_periods"]) for c in self.parameters["resource_calendars"]}
        people = [person for profile in self.parameters["resource_profiles"] for person in profile["resource_list"]]
        self.shifts = {person["id"]: calendars[person["calendar"]] for person in people}
        self.may, self.duration = {}, {}
        for task in self.parameters["task_resource_distribution"]:
            self.may[task["task_id"]] = [person["resource_id"] for person in task["resources"]]
            for person in task["resources"]:
                by_person = law(person["distribution_name"], person["distribution_params"], draw)
                self.duration[task["task_id"], person["resource_id"]] = by_person
        self.kind, self.name, self.out, self.ways_in = {}, {}, collections.defaultdict(list), collections.Counter()
        for process in ElementTree.parse(path + ".bpmn").getroot().iter():
            if not process.tag.endswith("}process"):
                continue
            for element in process:
                kind = element.tag.split("}")[-1]
                if kind == "sequenceFlow":
                    self.out[element.get("sourceRef")].append((element.get("id"), element.get("targetRef")))
                    self.ways_in[element.get("targetRef")] += 1
                elif element.get("id"):
                    self.kind[element.get("id")] = kind
                    self.name[" ".join((element.get("name") or "").split())] = element.get("id")


def next_open(week, at):
    """Returns the next instant at which a calendar is open."""
    if week[int(at) % WEEK]:
        return at
    at = int(at) + 1
    while not week[at % WEEK]:
        at += 1
    return float(at)


def worked(week, at, length):
    """Returns when so many minutes of work are done that begin at an instant."""
    at = next_open(week, at)
    while length > 1e-9:
        step = min(length, int(at) + 1 - at)
        at, length = at + step, length - step
        if length > 1e-9:
            at = next_open(week, at)
    return at


class Run:
    """One run of a model by one of the two rules."""

    def __init__(self, path, on_shift, seed, n_cases=1000):
        self.draw, self.on_shift, self.n_cases = random.Random(seed), on_shift, n_cases
        self.model = Model(path, self.draw)
        given = self.model.parameters
        self.shares = {g["gateway_id"]: {p["path_id"]: float(p["value"]) for p in g["probabilities"]} for g in given["gateway_branching_probabilities"]}
        self.events = {e["event_id"]: law(e["distribution_name"], e["distribution_params"], self.draw) for e in given.get("event_distribution", [])}
        self.agenda, self.count, self.waits = [], 0, 0.0
        self.first, self.last, self.joined = {}, {}, collections.Counter()
        self.free, self.busy, self.queue = dict.fromkeys(self.model.shifts, 0.0), set(), []

    def plan(self, at, *what):
        self.count += 1
        heapq.heappush(self.agenda, (at, self.count, what))

    def arrive(self):
        given = self.model.parameters
        week, between = shifts(given["arrival_time_calendar"]), given["arrival_time_distribution"]
        between = law(between["distribution_name"], between["distribution_params"], self.draw)
        start = next(node for node, kind in self.model.kind.items() if kind == "startEvent")
        at = next_open(week, 0.0)
        for case in range(self.n_cases):
            self.plan(at, "come", case, start)
            at = next_open(week, at + between())

    def leave(self, at, case, node):
        self.last[case], ways = at, self.model.out[node]
        if self.model.kind[node] == "exclusiveGateway" and len(ways) > 1:
            ways = self.draw.choices(ways, [self.shares[node][flow] for flow, _ in ways])
        for _, to in ways:
            self.plan(at, "come", case, to)

    def begin(self, at, case, task, person, due):
        start = next_open(self.model.shifts[person], at)
        end = worked(self.model.shifts[person], start, self.model.duration[task, person]())
        self.waits += start - due
        self.free[person] = end
        self.busy.add(person)
        self.plan(end, "done", case, task, person)

    def offer(self, at):
        """Who is on shift and idle takes the oldest task that he may do, who has been idle longest first."""
        left, next_shift = [], []
        for case, task, due in self.queue:
            idle = [person for person in self.model.may[task] if person not in self.busy]
            here = [person for person in idle if self.model.shifts[person][int(at) % WEEK]]
            if here:
                self.begin(at, case, task, min(here, key=self.free.get), due)
            else:
                left.append((case, task, due))
                next_shift += [next_open(self.model.shifts[person], at) for person in idle]
        self.queue = left
        if next_shift:
            self.plan(min(next_shift), "shift")

    def come(self, at, case, node):
        self.first.setdefault(case, at)
        if self.model.kind[node] == "parallelGateway" and self.model.ways_in[node] > 1:
            self.joined[case, node] += 1
            if self.joined[case, node] == self.model.ways_in[node]:
                self.joined[case, node] = 0
                self.leave(at, case, node)
        elif node in self.model.may and self.on_shift:
            self.queue.append((case, node, at))
            self.offer(at)
        elif node in self.model.may:
            person = min(self.model.may[node], key=self.free.get)
            self.begin(max(at, self.free[person]), case, node, person, at)
        elif node in self.events:
            self.plan(at + self.events[node](), "go", case, node)
        else:
            self.leave(at, case, node)

    def hours(self):
        """Returns the mean cycle time and the mean wait of a case."""
        self.arrive()
        while self.agenda:
            at, _, (what, *of) = heapq.heappop(self.agenda)
            if what == "come":
                self.come(at, *of)
            elif what == "go":
                self.leave(at, *of)
            else:
                if what == "done":
                    self.busy.discard(of[2])
                    self.leave(at, of[0], of[1])
                if self.queue:
                    self.offer(at)
        cycle = sum(self.last[case] - self.first[case] for case in range(self.n_cases))
        return cycle / self.n_cases / 60, self.waits / self.n_cases / 60


def compare(n_runs, path):
    for on_shift, rule in ((False, "done first (Prosimos)"), (True, "on shift and idle (Kezek)")):
        cycles, waits = zip(*(Run(path, on_shift, seed).hours() for seed in range(1, n_runs + 1)))
        half = 2.6 * statistics.stdev(cycles) / n_runs**0.5
        print(f"{path}: {rule}: cycle {statistics.mean(cycles):.2f} ± {half:.2f} h, of it waiting {statistics.mean(waits):.2f} h", flush=True)


def idle_in(log, path):
    model = Model(path, random.Random(1))
    since_monday = lambda text: (datetime.datetime.fromisoformat(text).replace(tzinfo=None) - MONDAY).total_seconds() / 60
    with open(log, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if " ".join(row["activity"].split()) in model.name and row["end_time"]]
    busy = collections.defaultdict(set)
    for row in rows:
        busy[row["resource"]].update(range(int(since_monday(row["start_time"])), int(since_monday(row["end_time"])) + 1))
    waited = idle = 0
    for row in rows:
        people = model.may.get(model.name[" ".join(row["activity"].split())], [])
        for at in range(int(since_monday(row["enable_time"])) + 1, int(since_monday(row["start_time"]))):
            waited += 1
            idle += any(model.shifts[person][at % WEEK] and at not in busy[person] for person in people)
    print(f"{log}: somebody who may do the task is on shift and idle for {100 * idle / max(waited, 1):.0f} % of the waiting")


if __name__ == "__main__":
    if sys.argv[1] == "--log":
        idle_in(sys.argv[2], sys.argv[3])
    else:
        for model in sys.argv[2:]:
            compare(int(sys.argv[1]), model)
