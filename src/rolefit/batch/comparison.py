"""What came of comparing models: tables, a page, a card, and a folder that holds them all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from rolefit.errors import MissingExtraError
from rolefit.io.model_folder import write_model
from rolefit.io.write import write_table, write_whole
from rolefit.judging.card import learned_card
from rolefit.judging.contest import TEAMS
from rolefit.report.comparison_figure import draw_calibration, draw_standings, png
from rolefit.report.comparison_page import show_comparison

if TYPE_CHECKING:
    from rolefit.batch.moves import Moves
    from rolefit.judging.contest import Contest, Played
    from rolefit.judging.promotion import Verdict
    from rolefit.judging.stake import Worth
    from rolefit.judging.standing import Standing
    from rolefit.schema.model import Model

MARKER = "comparison.json"
CAPTIONS = {
    "standings": "Who can tell how a move will go?",
    "calibration": "Does it mean what it says? On teams that were not seen",
}
DIGITS = 9
"""Of measures in JSON: beyond, libraries of linear algebra differ between machines."""
PREDICTIONS = ("agent_id", "role", "team_id", "placed_on", "outcome", "success")


@dataclass(frozen=True)
class Comparison:
    """What came of comparing: standings, the rule of promotion, and the learned weights."""

    centre: str
    as_of: str
    moves: Moves
    played: Played
    contest: Contest
    standings: tuple[Standing, ...]
    worth: tuple[Worth, ...]
    """What each model's choice of people would have been worth."""
    verdict: Verdict
    learned: Model
    weights: tuple[dict[str, Any], ...]
    """Role, attribute, stated and learned weight."""
    record: dict[str, Any]
    """Hashes of config and inputs, counts, version."""

    def frame(self) -> pd.DataFrame:
        """One row a split x model x measure: value, low, high (95 %, teams drawn)."""
        rows = [
            {"split": one.split, "model": one.model, "measure": name, **asdict(value)}
            for one in self.standings
            for name, value in {**one.measures, "auc_gain": one.gain}.items()
        ]
        return pd.DataFrame(rows, columns=["split", "model", "measure", "value", "low", "high"])

    def predictions(self) -> pd.DataFrame:
        """One row a move: what came of it, and what every model foretold in every split."""
        moves = self.moves
        columns: dict[str, Any] = dict(zip(PREDICTIONS, (
            moves.agent, moves.role, moves.team, moves.placed_on, moves.outcome, moves.success,
        ), strict=True))  # fmt: skip
        for one in self.contest.foretold:
            columns[f"{one.split}:{one.model}"] = one.probability
        return pd.DataFrame(columns)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the single moves, as plain values."""
        return {
            "centre": self.centre, "as_of": self.as_of, **self.record,
            "standings": [asdict(one) for one in self.standings],
            "splits": [
                {"split": one.name, "folds": len(one.folds), "note": one.note}
                for one in self.contest.splits
            ],
            "left_out": self.contest.left_out,
            "worth": [asdict(one) for one in self.worth],
            "verdict": {"promoted": self.verdict.promoted, **asdict(self.verdict)},
            "weights": list(self.weights), "notes": list(self.moves.notes),
        }  # fmt: skip

    def to_json(self) -> str:
        """`to_dict` as JSON, keys sorted; what is not known is null."""
        return json.dumps(known(self.to_dict()), indent=1, sort_keys=True) + "\n"

    def write(self, out: str | Path) -> tuple[str, ...]:
        """Writes everything into a folder, as a whole or not at all.

        Args:
            out: new, empty, or an earlier comparison.

        Returns:
            names of what was written: tables, the page, figures (without matplotlib: none), and
            the learned model with its card.

        Raises:
            UsageError: RF410, the folder holds something else.
        """
        write_whole(Path(out), self._fill, marker=MARKER)
        return tuple(sorted(str(f.relative_to(out)) for f in Path(out).rglob("*") if f.is_file()))

    @cached_property
    def figures(self) -> dict[str, bytes]:
        """PNGs by name; none where matplotlib is not installed, or nothing was measured."""
        if not any(one.split == TEAMS for one in self.standings):
            return {}
        try:
            return {
                "standings": png(draw_standings(self.standings, CAPTIONS["standings"])),
                "calibration": png(draw_calibration(self.contest, self.played)),
            }
        except MissingExtraError:
            return {}

    def notes(self) -> tuple[str, ...]:
        """What was left out, and what could not be told."""
        splits = (split.note for split in self.contest.splits if split.note)
        absent = (f"{name} took no part: {why}" for name, why in self.contest.left_out.items())
        return (*self.moves.notes, *splits, *absent)

    def page(self) -> str:
        """The comparison as one page of HTML."""
        about = (
            f"{self.centre}, as of {self.as_of}: {len(self.moves):,} past moves, "
            f"{int(self.moves.success.sum()):,} of which went well. Every model saw the evidence "
            "from before a move, and was judged on moves that it had not learned from."
        )
        pictures = [(CAPTIONS[name], data) for name, data in self.figures.items()]
        return show_comparison(
            "Which model can tell how a move will go?", about, self.standings, self.verdict,
            self.weights, pictures, self.notes(), self.worth,
        )  # fmt: skip

    def card(self) -> str:
        """The card of the learned model."""
        return learned_card(
            self.centre, self.record, self.standings, self.verdict, self.weights, self.moves.notes
        )

    def _fill(self, folder: Path) -> None:
        """Writes every file."""
        (folder / MARKER).write_text(self.to_json(), "utf-8")
        (folder / "comparison.html").write_text(self.page(), "utf-8")
        for name, data in self.figures.items():
            (folder / f"{name}.png").write_bytes(data)
        for name, table in (("measures", self.frame()), ("predictions", self.predictions())):
            write_table(pa.Table.from_pandas(table, preserve_index=False), folder / name)
        write_model(folder / "models" / "learned", self.learned, self.card())


def known(told: Any) -> Any:  # noqa: ANN401 - JSON values
    """Plain values with NaN as null, which JSON has no word for."""
    if isinstance(told, dict):
        return {key: known(value) for key, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [known(value) for value in told]
    if isinstance(told, (float, np.floating)):
        return round(float(told), DIGITS) if np.isfinite(told) else None
    return told
