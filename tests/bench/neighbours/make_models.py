"""The reference models (a), (b) and (c) in one place: numbers for the neighbours, and study files for Kezek.

(a) M/M/10 at a load of 0.9. (b) eight pools in a row, each at a load of 0.8, with rework and a branch. (c) the same in
working hours, Monday to Friday 9-13 and 14-18, with arrivals around the clock. Times are minutes.
"""

from dataclasses import dataclass

OPEN = [(9 * 60, 13 * 60), (14 * 60, 18 * 60)]  # minutes of Monday to Friday


@dataclass(frozen=True)
class Station:
    """A pool: how many people, which law, its mean in minutes, and the law's shape (cv, or shape of a gamma law)."""

    servers: int
    law: str
    mean: float
    shape: float = 1.0


@dataclass(frozen=True)
class Model:
    """A reference model; `after` is the station after which cases branch: shares and where they go (from 0)."""

    letter: str
    interval: float
    stations: tuple
    branch: tuple = ()
    after: int = -1
    hours: bool = False


_TANDEM = (
    Station(4, "exponential", 3.2),
    Station(10, "lognormal", 8.0, 1.0),
    Station(16, "gamma", 11.52, 2.5),
    Station(6, "exponential", 4.32),
    Station(20, "lognormal", 14.4, 1.5),
    Station(8, "gamma", 9.142857, 0.7),
    Station(12, "exponential", 13.714286),
    Station(10, "lognormal", 8.0, 0.5),
)
_BRANCH = ((0.10, 2), (0.63, 5), (0.27, 7))

MODELS = {
    "a": Model("a", 1 / 9, (Station(10, "exponential", 1.0),)),
    "b": Model("b", 1.0, _TANDEM, _BRANCH, 4),
    "c": Model("c", 10_080 / 2_400, _TANDEM, _BRANCH, 4, hours=True),
}

# Arrivals and finished pieces of work of a case, in the mean.
EVENTS_A_CASE = {"a": 2.0, "b": 1 + 7 + 11 / 15, "c": 1 + 7 + 11 / 15}


def _ms(minutes: float) -> str:
    return f'"{minutes * 60_000:.6f}ms"'


def _duration(station: Station) -> str:
    mean = station.mean
    if station.law == "exponential":
        return f"Exponential({_ms(mean)})"
    if station.law == "lognormal":
        return f"Lognormal(mean: {_ms(mean)}, sd: {_ms(mean * station.shape)})"
    return f"Gamma(mean: {_ms(mean)}, sd: {_ms(mean / station.shape ** 0.5)})"


def study(model: Model) -> str:
    """Returns the model as a study file, its number of cases to be set by `--cases`."""
    last = len(model.stations)
    calendar = ', calendar: "office"' if model.hours else ""
    pools, elements = [], ['(id: "start", kind: Start, next: "s1")']
    for i, station in enumerate(model.stations, 1):
        pools.append(f'(id: "p{i}", name: "p{i}", staff: [(count: {station.servers}{calendar})])')
        follows = "branch" if i - 1 == model.after else f"s{i + 1}" if i < last else "end"
        step = f'Step(performer: Staff(["agency/p{i}"]), duration: {_duration(station)})'
        elements.append(f'(id: "s{i}", name: "s{i}", kind: {step}, next: "{follows}")')
    if model.branch:
        ways = ", ".join(f'(to: "s{to + 1}", share: {share})' for share, to in model.branch)
        elements.append(f'(id: "branch", kind: Exclusive([{ways}]))')
    elements.append('(id: "end", kind: End)')
    arrivals = f"Renewal(interval: Exponential({_ms(model.interval)}))"
    join = ",\n        ".join
    return f"""(
    version: 1,
    id: "reference-{model.letter}",
    title: "Reference model {model.letter}",
    start: "2026-01-05 00:00",
    calendars: [(id: "office", name: "Office", weekly: ["Mon-Fri 09:00-13:00", "Mon-Fri 14:00-18:00"])],
    agencies: [(id: "agency", name: "Agency", pools: [
        {join(pools)},
    ])],
    services: [(id: "service", name: "Service", elements: [
        {join(elements)},
    ])],
    demand: [(id: "cases", of: "service", arrivals: {arrivals})],
)
"""


def wall_clock(now: float, work: float) -> float:
    """Returns how long work of so many open minutes takes from `now` on, in model (c)."""
    a_day, a_week, left = 24 * 60, 7 * 24 * 60, work
    at = now
    while True:
        day, minute = int(at % a_week // a_day), at % a_day
        for begin, end in OPEN if day < 5 else []:
            begin = max(begin, minute)
            if begin < end:
                if left <= end - begin:
                    return at - minute + begin + left - now
                left -= end - begin
        at += a_day - minute
