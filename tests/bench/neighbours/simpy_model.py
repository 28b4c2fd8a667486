"""The reference models in SimPy: prints one mean sojourn in minutes for each seed.

    python simpy_model.py MODEL CASES SEED...

Work out of hours (model c) is one timeout whose length a function of the calendar tells: the cheapest way that is right.
"""

import random
import sys

import simpy
from make_models import MODELS, wall_clock


def sampler(rng, station):
    from math import log, sqrt

    if station.law == "exponential":
        return lambda: rng.expovariate(1 / station.mean)
    if station.law == "gamma":
        return lambda: rng.gammavariate(station.shape, station.mean / station.shape)
    sigma2 = log(1 + station.shape**2)
    return lambda: rng.lognormvariate(log(station.mean) - sigma2 / 2, sqrt(sigma2))


def run(model, cases, seed):
    rng = random.Random(seed)
    env = simpy.Environment()
    staff = [simpy.Resource(env, s.servers) for s in model.stations]
    draw = [sampler(rng, s) for s in model.stations]
    sojourns = []

    def case():
        came, at = env.now, 0
        while at < len(staff):
            with staff[at].request() as turn:
                yield turn
                work = draw[at]()
                yield env.timeout(wall_clock(env.now, work) if model.hours else work)
            if at == model.after:
                luck = rng.random()
                for share, to in model.branch:
                    luck -= share
                    if luck < 0 or to == model.branch[-1][1]:
                        at = to
                        break
            else:
                at += 1
        sojourns.append(env.now - came)

    def arrivals():
        for _ in range(cases):
            yield env.timeout(rng.expovariate(1 / model.interval))
            env.process(case())

    env.process(arrivals())
    env.run()
    return sum(sojourns) / len(sojourns)


if __name__ == "__main__":
    letter, cases, *seeds = sys.argv[1:]
    for seed in seeds:
        print(run(MODELS[letter], int(cases), int(seed)), flush=True)
