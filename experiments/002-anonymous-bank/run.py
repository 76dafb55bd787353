"""Turns seven months of a real call centre into a workspace, scores it, and compares with lme4.

python experiments/002-anonymous-bank/run.py [--store] [--keep DIR]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path

import bank
import pandas as pd

import rolefit as rf

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
Z90 = 1.6448536269514722


def estimated(folder: Path, estimator: str) -> rf.Result:
    """The workspace scored with one estimator of client effects."""
    loaded = rf.load(folder)
    present = loaded.inputs.present()
    config = tomllib.loads(bank.CONFIG) | {"evidence": {"client_effects": estimator}}
    return rf.score(rf.Workspace(config=config, **present))


def agreement(results: dict[str, rf.Result], reference: Path) -> pd.DataFrame:
    """Rank correlation with lme4's agent effects, for the agents that lme4 was given."""
    lmer = -bank.lmer_effects(reference, "adj_agent_type")
    rows = []
    for estimator, result in results.items():
        for metric, told in result.effects.groupby("metric"):
            effect = told.set_index("agent_id")["effect"].reindex(lmer.index)
            r = effect.corr(lmer, method="spearman")
            rows.append({
                "client effects": estimator, "metric": metric, "agents": len(lmer),
                "rank correlation": f"{r:.3f}",
            })  # fmt: skip
    return pd.DataFrame(rows)


def adjusted(result: rf.Result, short: pd.Series) -> pd.DataFrame:
    """Adjusted handle time of every agent with its 90 % interval, best first."""
    told = result.effects.query("metric == 'aht'").set_index("agent_id").join(short)
    told = told.sort_values("effect", ascending=False)
    low, high = (told["effect"] + sign * Z90 * told["se"] for sign in (-1, 1))
    return pd.DataFrame(
        {
            "calls": told["n"].map("{:.0f}".format),
            "raw mean, s": told["raw"].map("{:.0f}".format),
            "effect, agent sd": told["effect"].map("{:+.2f}".format),
            "90 % interval": low.map("{:+.2f}".format) + " to " + high.map("{:+.2f}".format),
            "reliability": told["reliability"].map("{:.2f}".format),
            "under 10 s": told["short"].map("{:.0%}".format),
        }
    ).reset_index()


def report(settings: dict, folder: Path) -> str:
    """Everything the README shows."""
    calls = bank.served_calls(ROOT / settings["calls"])
    kept = bank.handled(calls, settings["shortest"], settings["longest"])
    rows = bank.metric_rows(kept)
    bank.write_bank(calls, rows, folder)
    results = {name: estimated(folder, name) for name in ("within", "random")}
    told = results["within"].suggestions
    counts = told.groupby(["direction", "status"], as_index=False).size()
    sizes = (len(calls), len(kept), len(rows), len(told))
    example = "\n".join(f"> {line}" for line in told["text"].iloc[0].splitlines())
    return "\n\n".join(
        [
            "{:,} calls answered, {:,} handled, {:,} rows, {} agents.".format(*sizes),
            markdown(counts),
            f"What {told['agent_id'].iloc[0]} would read:\n\n{example}",
            markdown(agreement(results, ROOT / settings["reference"])),
            markdown(adjusted(results["within"], bank.short_shares(calls, settings["shortest"]))),
        ]
    )


def main() -> None:
    """Runs what experiment.toml says, prints it, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the tables in README.md")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the workspace here")
    call = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    with tempfile.TemporaryDirectory() as aside:
        made = report(settings, call.keep or Path(aside))
    print(made)
    if call.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
