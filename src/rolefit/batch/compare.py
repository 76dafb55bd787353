"""`rf.compare`: every model on a centre's own past moves, and whether one may be promoted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from rolefit import engine
from rolefit.batch.local import score
from rolefit.batch.moves import as_of_moves
from rolefit.errors import DataStoppedError, MissingExtraError, Problem
from rolefit.io.model_folder import write_model
from rolefit.io.write import write_table, write_whole
from rolefit.judging.beside import beside
from rolefit.judging.card import learned_card
from rolefit.judging.contest import Contest, Played, hold, make_splits
from rolefit.judging.promotion import CHALLENGER, Verdict, judge_challenger
from rolefit.judging.standing import Standing, stand
from rolefit.judging.still_true import still_true
from rolefit.learn.models import MODELS, fit_model
from rolefit.learn.taught import role_weights
from rolefit.report.comparison_figure import draw_calibration, draw_standings, png
from rolefit.report.comparison_page import show_comparison
from rolefit.schema.model import FORMAT, Model, ModelSpec, Trained, fingerprint
from rolefit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.batch.moves import Moves
    from rolefit.io.workspace import Workspace

    Tell = Callable[[str, int, int], None]

MARKER = "comparison.json"
CAPTIONS = {
    "standings": "Who can tell how a move will go?",
    "calibration": "Does it mean what it says? On teams that were not seen",
}
FEWEST_MOVES = 40
"""Below this many moves, or this share of it of one outcome, nothing can be compared."""
FEWEST_OF_ONE = 8
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
    verdict: Verdict
    learned: Model
    weights: tuple[dict[str, Any], ...]
    """Role, attribute, stated and learned weight."""
    record: dict[str, Any]
    """Hashes of config and inputs, counts, version."""

    def frame(self) -> pd.DataFrame:
        """One row a split x model x measure: value, low, high (95 %, teams drawn)."""
        return pd.DataFrame([
            {"split": one.split, "model": one.model, "measure": name, **asdict(value)}
            for one in self.standings
            for name, value in {**one.measures, "auc_gain": one.gain}.items()
        ])  # fmt: skip

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
            "verdict": {"promoted": self.verdict.promoted, **asdict(self.verdict)},
            "weights": list(self.weights), "notes": list(self.moves.notes),
        }  # fmt: skip

    def to_json(self) -> str:
        """`to_dict` as JSON, keys sorted; what is not known is null."""
        return json.dumps(_known(self.to_dict()), indent=1, sort_keys=True) + "\n"

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

    def figures(self) -> dict[str, bytes]:
        """PNGs by name; none where matplotlib is not installed."""
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
        pictures = [(CAPTIONS[name], data) for name, data in self.figures().items()]
        return show_comparison(
            "Which model can tell how a move will go?", about, self.standings, self.verdict,
            self.weights, pictures, self.notes(),
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
        for name, data in self.figures().items():
            (folder / f"{name}.png").write_bytes(data)
        for name, table in (("measures", self.frame()), ("predictions", self.predictions())):
            write_table(pa.Table.from_pandas(table, preserve_index=False), folder / name)
        write_model(folder / "models" / "learned", self.learned, self.card())


def compare(
    workspace: Workspace,
    *,
    models: Sequence[str] = tuple(MODELS),
    folds: int = 5,
    embargo: int = 30,
    tell: Tell = lambda *_: None,
) -> Comparison:
    """Compares all models on past moves, with the evidence that was there before each move.

    Args:
        workspace: with placements.
        models: names of `learn.models.MODELS`.
        folds: by team.
        embargo: days between the last outcome known and the first move judged.
        tell: told of each model: its label, how many are done, of how many.

    Returns:
        Comparison; nothing in it changes how anybody is scored.

    Raises:
        DataStoppedError: RF301 too much of a table was rejected; RF310 too few past moves.
        MissingExtraError: RF502 scikit-learn is not installed.

    Limits:
        labels exist only for those who were moved. A model that is good at telling how they did
        may be bad at telling whom to move.
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    moves = as_of_moves(workspace)
    _enough(moves)
    played = Played(
        moves.features, moves.success, moves.outcome, moves.team, moves.placed_on,
        moves.observed_on,
    )  # fmt: skip
    splits = make_splits(played, folds, embargo=embargo)
    contest = hold(played, workspace.config, splits, models=models, tell=tell)
    standings = stand(contest, played)
    learned = _taught(workspace, moves, standings)
    run = score(workspace.with_model(learned), with_terms=True)
    taught = learned.trained.roles if learned.trained else {}
    return Comparison(
        centre=workspace.config.centre.name, as_of=str(workspace.config.centre.as_of),
        moves=moves, played=played, contest=contest, standings=standings,
        verdict=judge_challenger(standings, still_true(run.tables)),
        learned=learned, weights=tuple(beside(workspace.config, taught)),
        record=_record(workspace, moves),
    )  # fmt: skip


def _enough(moves: Moves) -> None:
    """Refuses to compare on hardly any moves."""
    n, good = len(moves), int(moves.success.sum())
    if n >= FEWEST_MOVES and min(good, n - good) >= FEWEST_OF_ONE:
        return
    raise DataStoppedError([Problem(
        "placements", f"{n} moves with an outcome, of which {good} went well", "RF310",
        expected=f"at least {FEWEST_MOVES}, and {FEWEST_OF_ONE} of either outcome",
        hint="the profile needs no outcomes: `rolefit score` works without; write outcomes down, "
        "and compare when there are more",
    )])  # fmt: skip


def _taught(workspace: Workspace, moves: Moves, standings: Sequence[Standing]) -> Model:
    """The learned profile, from all moves, as a model that scores."""
    config, spec = workspace.config, MODELS[CHALLENGER]
    fitted = fit_model(
        spec, config, moves.features, moves.success, outcome=moves.outcome, groups=moves.team
    )
    trained = Trained(
        roles=role_weights(config, fitted),
        estimator={"columns": list(spec.reads(config)), **fitted.to_spec()},
        trained_on=_record(workspace, moves),
        measures=_known({one.split: asdict(one) for one in standings if one.model == CHALLENGER}),
    )
    about = f"role weights learned from {len(moves)} moves, centred on those people stated"
    told = ModelSpec(
        format=FORMAT, name="learned", version="1", kind="learned", about=about,
        trained=fingerprint(trained.to_json()),
    )  # fmt: skip
    return Model(spec=told, trained=trained)


def _record(workspace: Workspace, moves: Moves) -> dict[str, Any]:
    """What the comparison rests on."""
    return {
        "rolefit": __version__,
        "config_hash": engine.config_hash(workspace.config),
        "input_hashes": dict(workspace.hashes),
        "agents": workspace.inputs.agents.num_rows,
        "moves": len(moves),
        "successes": int(moves.success.sum()),
        "teams": len(set(moves.team)),
    }


def _known(told: Any) -> Any:  # noqa: ANN401 - JSON values
    """The same with NaN as null."""
    if isinstance(told, dict):
        return {key: _known(value) for key, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_known(value) for value in told]
    if isinstance(told, (float, np.floating)):
        return float(told) if np.isfinite(told) else None
    return told
