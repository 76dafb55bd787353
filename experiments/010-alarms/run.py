"""Rings the alarms on clean centres, on planted ones, and on a real one.

python experiments/010-alarms/run.py [--store]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import rolefit as rf

sys.path.append(str(Path(__file__).parents[1]))
from pages import markdown

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "002-anonymous-bank")]

from bank import CONFIG, handled, metric_rows, served_calls, short_shares  # noqa: E402
from plant import TARGET, WAYS, in_use  # noqa: E402

from rolefit.simulate.centre import simulate  # noqa: E402

SHORT = {
    "label": "share of very short contacts", "better": "lower", "kind": "rate",
    "range": [0.0, 1.0], "attribute": "efficiency", "alarm": True,
}  # fmt: skip
EVIDENCE = {"client_effects": "within"}
"""Alarms look within agents and clients, so that the estimator hardly matters to them."""
LEAST_ROWS = {"traded": 1, "near_target": 7, "short_contacts": 1, "easier_mix": 1}
"""Rows from which an agent counts as having done it: seven near a target are needed to see it."""
METRICS: dict[str, Any] = {
    "aht": {"target": TARGET}, "fcr": {"target": 0.72}, "csat": {"target": 3.9},
    "adherence": {"target": 0.92}, "short_contacts": SHORT,
}  # fmt: skip


def alarms(config: dict[str, Any], agents: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Agent and code of every alarm, each once."""
    effects = rf.score(rf.Workspace(config, agents=agents, metrics=rows)).effects
    rung = effects.loc[effects["alarm"].fillna("") != "", ["agent_id", "alarm"]]
    return rung.drop_duplicates()


def doers(way: str, rows: pd.DataFrame, planted: pd.DataFrame) -> set[str]:
    """Agents of whom the plant changed rows enough."""
    changed = (planted != rows) & ~(planted.isna() & rows.isna())
    touched = rows.loc[changed.any(axis=1), "agent_id"].value_counts()
    return set(touched.index[touched >= LEAST_ROWS[way]])


def followed(
    config: dict[str, Any], agents: pd.DataFrame, rows: pd.DataFrame, metrics: tuple[str, ...]
) -> set[str]:
    """Agents of whom all these metrics have a trend: they apply, and there are three months."""
    effects = rf.score(rf.Workspace(config, agents=agents, metrics=rows)).effects
    known = effects[effects["trend"].notna() & effects["metric"].isin(metrics)]
    count = known.groupby("agent_id").size().reindex(agents["agent_id"], fill_value=0)
    return set(count.index[count >= len(metrics)])


def centre(agents: int, seed: int) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Config, agents and metric rows of a simulated centre without gaming."""
    made = simulate(agents, seed=seed)
    rows = in_use(made.tables["metrics"].to_pandas(), np.random.default_rng(seed))
    return (
        {**made.config, "metrics": METRICS, "evidence": EVIDENCE},
        made.tables["agents"].to_pandas(),
        rows,
    )


def measure(settings: dict[str, Any]) -> pd.DataFrame:
    """False alarms on clean centres and found ones on planted centres, by kind."""
    found = []
    for seed in settings["seeds"]:
        config, agents, rows = centre(settings["agents"], seed)
        clean = alarms(config, agents, rows)
        for way, plant in WAYS.items():
            rng = np.random.default_rng([seed, 1])
            chosen = set(
                agents["agent_id"].to_numpy()[rng.random(len(agents)) < settings["planted_share"]]
            )
            planted = plant(rows, rows["agent_id"].isin(chosen).to_numpy(), rng)
            chosen &= doers(way, rows, planted)
            chosen &= followed(config, agents, rows, ("aht", "fcr") if way == "traded" else ())
            rung = alarms(config, agents, planted)
            right = set(rung.loc[rung["alarm"] == way, "agent_id"])
            found.append(
                {
                    "alarm": way,
                    "false, clean centre": (clean["alarm"] == way).sum() / len(agents),
                    "planted": len(chosen),
                    "found": len(right & chosen) / len(chosen),
                    "false, planted centre": len(right - chosen) / (len(agents) - len(chosen)),
                }
            )
    return pd.DataFrame(found).groupby("alarm", sort=False).mean().reset_index()


def bank(settings: dict[str, Any]) -> pd.DataFrame | None:
    """Agents of the real bank with an alarm, and the share of their calls under ten seconds."""
    file = ROOT / settings["calls"]
    if not file.is_file():
        return None
    calls = served_calls(file)
    keys = ["agent_id", "client_id", "channel", "period"]
    rows = metric_rows(handled(calls, settings["shortest"], settings["longest"]))
    shown = calls.assign(ser_time=calls["ser_time"].clip(lower=1))
    every = metric_rows(handled(shown, 0, settings["longest"])).rename(columns={"contacts": "all"})
    merged = every[[*keys, "all"]].merge(rows, "left", on=keys)
    kept = merged["contacts"].fillna(0)
    merged = merged.assign(short_contacts=1 - kept / merged["all"], contacts=kept)
    config = tomllib.loads(CONFIG)
    config["metrics"]["short_contacts"] = SHORT | {"volume": "all"}
    agents = pd.DataFrame({"agent_id": sorted(merged["agent_id"].unique())})
    rung = alarms(config, agents.assign(current_role="frontline"), merged)
    shares = short_shares(calls, settings["shortest"])
    rung["under 10 s"] = rung["agent_id"].map(shares).map("{:.0%}".format)
    return rung


def main() -> None:
    """Prints the tables; `--store` puts them into the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true")
    store = parser.parse_args().store
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    measured = measure(settings)
    for column in measured.columns.drop(["alarm", "planted"]):
        measured[column] = measured[column].map("{:.1%}".format)
    measured["planted"] = measured["planted"].map("{:.0f}".format)
    parts = [markdown(measured)]
    real = bank(settings)
    if real is not None:
        parts += ["The real bank:", markdown(real)]
    text = "\n\n".join(parts) + "\n"
    print(text)
    if store:
        page = HERE / "README.md"
        head, mark, _ = page.read_text("utf-8").partition("<!-- tables -->\n")
        page.write_text(f"{head}{mark}\n{text}", "utf-8")


if __name__ == "__main__":
    main()
