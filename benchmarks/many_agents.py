"""Context adjustment of a million agents: rolefit beside DuckDB's own group-by of the same cells.

python benchmarks/many_agents.py [--turns 5] [--estimator random] [--scale 1.0]

8 M rows, 1 M agents, 2,000 clients, 4 metrics with volumes of their own, integer codes and floats
in memory, in order of period; about 2.5 M agent x client cells. DuckDB adds up w, wy and wy^2 of
the four metrics by agent and client. rolefit does as much and goes on: REML, then the effect and
the posterior variance of every agent, four times. Needs benchmarks/requirements.txt.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time

import duckdb
import numpy as np
import pyarrow as pa

from rolefit.evidence.cells import Rows, Sums, add_up, sort_order
from rolefit.evidence.correlated import solve_sorted
from rolefit.evidence.crossed import predict_agents, solve_random
from rolefit.evidence.predict import predict_sorted
from rolefit.evidence.side_by_side import side_by_side

ROWS, AGENTS, CLIENTS, METRICS, PERIODS = 8_000_000, 1_000_000, 2_000, 4, 6
MOST_CLIENTS = 4
"""An agent serves one to four clients, all alike likely."""
SEED = 1
AGENT_SD, CLIENT_SD, ROW_SD = 0.6, 1.0, 8.0
KIBI = 1024


def centre(scale: float) -> pa.Table:
    """The rows: agent, client, and a volume and a value of each metric."""
    rng = np.random.default_rng(SEED)
    rows, agents = int(ROWS * scale), int(AGENTS * scale)
    served = rng.integers(1, MOST_CLIENTS + 1, agents)
    owner = np.repeat(np.arange(agents, dtype=np.int32), served)
    first = np.repeat(rng.integers(0, CLIENTS, agents), served)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(served) - served, served)
    # clients of one agent are distinct and far apart, so that everybody is connected
    client = (first + step * np.repeat(rng.integers(1, CLIENTS // 4, agents), served)) % CLIENTS
    more = rng.integers(0, len(owner), rows - len(owner))
    cell = np.concatenate([np.arange(len(owner)), more])
    cell = cell[np.lexsort([cell, rng.integers(0, PERIODS, rows)])]
    columns = {"agent": owner[cell], "client": client[cell].astype(np.int32)}
    for metric in range(METRICS):
        volume = rng.integers(1, 200, rows).astype(np.float64)
        value = AGENT_SD * rng.normal(size=agents)[columns["agent"]]
        value += CLIENT_SD * rng.normal(size=CLIENTS)[columns["client"]]
        value += ROW_SD * rng.normal(size=rows) / np.sqrt(volume)
        columns |= {f"w{metric}": volume, f"y{metric}": value}
    return pa.table(columns)


def group_by(table: pa.Table) -> pa.Table:
    """DuckDB's cells, with its defaults."""
    sums = ", ".join(
        f"sum(w{m}), sum(w{m} * y{m}), sum(w{m} * y{m} * y{m})" for m in range(METRICS)
    )
    with duckdb.connect() as base:
        base.register("rows", table)
        query = f"select agent, client, {sums} from rows group by agent, client"  # noqa: S608
        return base.sql(query).to_arrow_table()


def adjust(table: pa.Table, estimator: str) -> tuple[np.ndarray, np.ndarray]:
    """Effect (agent sd) and reliability of every agent in every metric."""
    agent, client = (np.asarray(table[key]) for key in ("agent", "client"))
    agents = int(agent.max()) + 1
    order = sort_order([agent, client])
    agent = agent[order]
    columns = np.column_stack([np.zeros(len(order), np.int32), 1 + client[order]])
    groups = np.repeat([-1, 0], [1, CLIENTS])

    def sums_of(metric: int) -> Sums:
        y, w = (np.asarray(table[f"{key}{metric}"])[order] for key in "yw")
        return add_up(Rows(agent, columns, y, w / ROW_SD**2, agents, 1 + CLIENTS))

    def one(metric: int) -> tuple[np.ndarray, np.ndarray]:
        sums = sums_of(metric)
        if estimator == "random":
            context = solve_random(sums, groups)
            return predict_agents(
                sums, context.effects, context.covariance, context.s2, context.tau2
            )[:2]  # fmt: skip
        learned = solve_sorted(sums, groups, groups == 0)
        told = predict_sorted(sums, learned.points, learned.covariance, groups == 0)
        return told.effect, told.reliability

    found = side_by_side(one, range(METRICS))
    return np.stack([effect for effect, _ in found]), np.stack([known for _, known in found])


def peak() -> float:
    """Peak memory of this process so far, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBI**2


def main() -> None:
    """Takes turns, prints each, then the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--estimator", choices=["random", "correlated"], default="random")
    parser.add_argument("--scale", type=float, default=1.0, help="share of rows and agents")
    call = parser.parse_args()
    table = centre(call.scale)
    print(f"{table.num_rows:,} rows; peak memory with the rows alone {peak():.2f} GiB", flush=True)
    theirs, ours, memory = [], [], 0.0
    for turn in range(call.turns):
        start = time.perf_counter()
        adjust(table, call.estimator)
        ours.append(time.perf_counter() - start)
        memory = memory or peak()
        start = time.perf_counter()
        cells = group_by(table)
        theirs.append(time.perf_counter() - start)
        print(f"turn {turn + 1}: rolefit {ours[-1]:.1f} s, DuckDB {theirs[-1]:.1f} s "
              f"({cells.num_rows:,} cells)", flush=True)  # fmt: skip
    mine, rival = statistics.median(ours), statistics.median(theirs)
    print(f"medians of {call.turns}: rolefit {mine:.1f} s, DuckDB {rival:.1f} s")
    print(f"rolefit / DuckDB: {mine / rival:.1f}; rolefit's peak memory {memory:.2f} GiB")


if __name__ == "__main__":
    main()
