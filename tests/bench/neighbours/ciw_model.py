"""The reference models in Ciw: prints one mean sojourn in minutes for each seed.

    python ciw_model.py MODEL CASES SEED...

Working hours (model c) are Ciw's own schedules, with work that is suspended and resumed.
"""

import sys
from math import log, sqrt

import ciw
from make_models import MODELS


class Limited(ciw.dists.Exponential):
    """Exponential times between arrivals, of so many cases."""

    def __init__(self, rate, cases):
        super().__init__(rate)
        self.left = cases

    def sample(self, t=None, ind=None):
        if self.left == 0:
            return float("inf")
        self.left -= 1
        return super().sample(t, ind)


def law(station):
    if station.law == "exponential":
        return ciw.dists.Exponential(1 / station.mean)
    if station.law == "gamma":
        return ciw.dists.Gamma(station.shape, station.mean / station.shape)
    sigma2 = log(1 + station.shape**2)
    return ciw.dists.Lognormal(log(station.mean) - sigma2 / 2, sqrt(sigma2))


def servers(model, station):
    if not model.hours:
        return station.servers
    numbers, ends = [], []
    for day in range(7):
        begin = day * 24 * 60
        if day < 5:
            n = station.servers
            numbers += [0, n, 0, n]
            ends += [begin + 9 * 60, begin + 13 * 60, begin + 14 * 60, begin + 18 * 60]
    numbers.append(0)
    ends.append(7 * 24 * 60)
    return ciw.Schedule(numbers_of_servers=numbers, shift_end_dates=ends, preemption="resume")


def run(model, cases, seed):
    ciw.seed(seed)
    n = len(model.stations)
    routing = [[0.0] * n for _ in range(n)]
    for i in range(n - 1):
        routing[i][i + 1] = 1.0
    if model.branch:
        routing[model.after] = [0.0] * n
        for share, to in model.branch:
            routing[model.after][to] = share
    network = ciw.create_network(
        arrival_distributions=[Limited(1 / model.interval, cases)] + [None] * (n - 1),
        service_distributions=[law(s) for s in model.stations],
        routing=routing,
        number_of_servers=[servers(model, s) for s in model.stations],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    came, left = {}, {}
    for record in simulation.get_all_records(only=["service"]):
        who = record.id_number
        came[who] = min(came.get(who, record.arrival_date), record.arrival_date)
        left[who] = max(left.get(who, 0.0), record.exit_date)
    return sum(left[who] - came[who] for who in came) / len(came)


if __name__ == "__main__":
    letter, cases, *seeds = sys.argv[1:]
    for seed in seeds:
        print(run(MODELS[letter], int(cases), int(seed)), flush=True)
