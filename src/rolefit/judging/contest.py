"""All models over the same folds: what each foretold of moves that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.errors import MissingExtraError
from rolefit.judging.stake import rate
from rolefit.learn.folds import team_folds, time_folds
from rolefit.learn.models import MODELS, fit_model, predict_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rolefit.judging.stake import Stake
    from rolefit.learn.features import Features
    from rolefit.learn.folds import Fold
    from rolefit.learn.models import ModelSpec
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

    Tell = Callable[[str, int, int], None]

FEWEST_TO_LEARN = 10
"""Moves below which a fold teaches nothing."""
TEAMS, TIME = "teams", "time"
SPLIT_WORDS = {TEAMS: "teams not seen", TIME: "forward in time"}


@dataclass(frozen=True)
class Played:
    """Moves as a contest needs them, one row each."""

    features: Features
    success: Ints
    outcome: Floats
    team: tuple[str, ...]
    placed_on: NDArray[np.datetime64]
    observed_on: NDArray[np.datetime64]

    def __len__(self) -> int:
        """Number of moves."""
        return len(self.success)


@dataclass(frozen=True)
class Split:
    """One way to hold moves out."""

    name: str
    """`teams` or `time`."""
    folds: tuple[Fold, ...]
    note: str = ""
    """Why there are none, or what they cannot tell."""

    @property
    def judged(self) -> Ints:
        """Moves that some fold holds out, ascending."""
        held = [test for _, test in self.folds]
        return np.unique(np.concatenate(held)) if held else np.zeros(0, np.int64)


@dataclass(frozen=True)
class Foretold:
    """What one model said of the moves of a split."""

    model: str
    split: str
    probability: Floats
    """P(success), one a move; NaN where no fold held it out."""


@dataclass(frozen=True)
class Contest:
    """All that was foretold."""

    splits: tuple[Split, ...]
    models: tuple[ModelSpec, ...]
    foretold: tuple[Foretold, ...]
    left_out: dict[str, str]
    """Model -> why it did not take part."""
    rated: dict[str, Floats]
    """Model -> P(success) of everybody at stake in every role, by models that did not see their
    team; NaN where no fold held their team out."""

    def of(self, model: str, split: str) -> Floats:
        """What a model foretold of a split."""
        return next(
            one.probability for one in self.foretold if (one.model, one.split) == (model, split)
        )


def make_splits(
    played: Played, folds: int = 5, blocks: int = 3, embargo: int = 30
) -> tuple[Split, ...]:
    """Folds by team, and forward in time with an embargo.

    Args:
        played: past moves.
        folds: by team.
        blocks: of time that are judged.
        embargo: days between the last thing known and the first move judged.

    Returns:
        both splits; one without folds says why.
    """
    by_team = team_folds(played.success, played.team, folds)
    forward = _enough(time_folds(played.placed_on, played.observed_on, blocks, embargo), played)
    told = ""
    if np.isnat(played.observed_on).all():
        told = "when outcomes were seen is not written down: taken for the day of the move"
    if not forward:
        forward = _enough(time_folds(played.placed_on, None, blocks, embargo), played)
        told = (
            "outcomes were seen too late to learn from before later moves: cut by day of the move"
        )
    return (
        Split(TEAMS, tuple(by_team), "" if by_team else "fewer than two teams, or of one outcome"),
        Split(TIME, tuple(forward), told if forward else "the moves lie too close together"),
    )  # fmt: skip


def _enough(folds: Sequence[Fold], played: Played) -> list[Fold]:
    """Folds that have something to learn from: enough moves, of both outcomes."""
    return [
        (train, test)
        for train, test in folds
        if len(train) >= FEWEST_TO_LEARN and 0 < played.success[train].sum() < len(train)
    ]


def hold(
    played: Played,
    config: Config,
    splits: Sequence[Split],
    *,
    models: Sequence[str] = tuple(MODELS),
    stake: Stake | None = None,
    tell: Tell = lambda *_: None,
) -> Contest:
    """Lets every model foretell the moves that each fold holds out.

    Args:
        played: past moves with the evidence of their day.
        config: roles, attributes and metrics.
        splits: of `make_splits`.
        models: names of `learn.models.MODELS`.
        stake: who could have been moved; they are rated by the folds by team.
        tell: told which model is at work, how many are done, of how many.

    Returns:
        Contest; a model whose library is not installed is left out, with how to get it.

    Raises:
        MissingExtraError: RF502, scikit-learn is not installed: no model can take part.
    """
    foretold: list[Foretold] = []
    took_part, left_out = [], {}
    rated: dict[str, Floats] = {}
    for done, name in enumerate(models):
        spec = MODELS[name]
        tell(spec.label, done, len(models))
        try:
            parts = [_held_out(spec, played, config, split, stake) for split in splits]
            foretold += [part for part, _ in parts]
            took_part.append(spec)
            for _, told in parts:
                if told is not None:
                    rated[name] = told
        except MissingExtraError as error:
            if spec.extra == "learn":
                raise
            left_out[name] = str(error.problems[0].hint)
    tell("", len(models), len(models))
    return Contest(tuple(splits), tuple(took_part), tuple(foretold), left_out, rated)


def _held_out(
    spec: ModelSpec, played: Played, config: Config, split: Split, stake: Stake | None
) -> tuple[Foretold, Floats | None]:
    """One model over the folds of one split, and what it says of those at stake."""
    rated = None
    if stake is not None and split.name == TEAMS:
        rated = np.full((len(stake), len(stake.offered)), np.nan)
    found = np.full(len(played), np.nan)
    team = np.array(played.team)
    for train, test in split.folds:
        known: Bools | Ints = train
        model = fit_model(
            spec, config, played.features.rows(known), played.success[known],
            outcome=played.outcome[known], groups=team[known].tolist(),
        )  # fmt: skip
        found[test] = predict_model(spec, config, model, played.features.rows(test))
        if stake is not None and rated is not None:
            rows = np.isin(np.array(stake.team), team[test])
            rated[rows] = rate(spec, config, model, stake, rows)
    return Foretold(spec.name, split.name, found), rated
