"""InstEval, REML: rolefit beside lme4, turn by turn, on the same machine.

python benchmarks/insteval.py [--turns 5]        # needs benchmarks/setup_lme4.sh

Model y ~ 1 + (1 | s) + (1 | d) + (1 | dept:service): 73,421 ratings, 2,972 students, 1,128
lecturers, 28 places. Both start from codes in memory; rolefit's time holds everything: sorting,
sums, REML, effects and conditional variances of students, lecturers and places. lme4's fit alone is
the rival; what its `ranef(condVar = TRUE)` takes for the variances is told beside it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd

from rolefit.evidence.cells import Rows, add_up, sort_order
from rolefit.evidence.crossed import predict_agents, solve_random

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared/data/insteval/InstEval.csv.gz"
SAME = 1e-4
"""How far the criteria may lie apart."""


def codes(table: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """y, and codes from 0 of student, lecturer, department and service."""
    keys = [
        np.unique(table[name], return_inverse=True)[1] for name in ("s", "d", "dept", "service")
    ]
    return (table["y"].to_numpy(float), *keys)


def rolefit_fit(
    y: np.ndarray, student: np.ndarray, lecturer: np.ndarray, dept: np.ndarray, service: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Criterion, effects and conditional variances: places, lecturers, then students."""
    place = np.unique(dept * (int(service.max()) + 1) + service, return_inverse=True)[1]
    lecturers, places = int(lecturer.max()) + 1, int(place.max()) + 1
    columns = np.column_stack([np.zeros(len(y), int), 1 + lecturer, 1 + lecturers + place])
    order = sort_order([student, lecturer, place])
    rows = Rows(
        student[order], columns[order], y[order], np.ones(len(y)), int(student.max()) + 1,
        1 + lecturers + places,
    )  # fmt: skip
    sums = add_up(rows)
    found = solve_random(sums, np.repeat([-1, 0, 1], [1, lecturers, places]))
    effect, reliability, _ = predict_agents(
        sums, found.effects, found.covariance, found.s2, found.tau2
    )
    variance = np.append(found.s2 * np.diag(found.covariance), (1.0 - reliability) * found.tau2)
    return found.criterion, np.append(found.effects, effect * np.sqrt(found.tau2)), variance


def lme4_fit() -> tuple[float, float, float]:
    """Seconds of the fit, seconds of the conditional variances, criterion."""
    told = subprocess.run(
        ["Rscript", str(HERE / "lmer_insteval.R"), str(DATA)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    fit, more, criterion = map(float, told.split())
    return fit, more, criterion


def main() -> None:
    """Takes turns, prints each, then the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    given = codes(pd.read_csv(DATA))
    ours, theirs, variances = [], [], []
    for turn in range(turns):
        start = time.perf_counter()
        criterion, _, _ = rolefit_fit(*given)
        ours.append(time.perf_counter() - start)
        fit, more, reference = lme4_fit()
        theirs.append(fit)
        variances.append(more)
        print(f"turn {turn + 1}: rolefit {ours[-1]:.2f} s, lme4 {fit:.1f} s + {more:.1f} s; "
              f"criteria {criterion:.6f}, {reference:.6f}", flush=True)  # fmt: skip
        if abs(criterion - reference) > SAME:
            message = f"the criteria differ by {abs(criterion - reference):.2e}"
            raise SystemExit(message)
    mine, rival, more = map(statistics.median, (ours, theirs, variances))
    print(f"medians of {turns}: rolefit {mine:.2f} s, all told; lme4 {rival:.1f} s, its variances "
          f"{more:.1f} s more")  # fmt: skip
    print(f"lme4 / rolefit: {rival / mine:.1f} (with variances {(rival + more) / mine:.1f})")


if __name__ == "__main__":
    main()
