"""`rf.compare`: every model on a centre's own past moves, and whether one may be promoted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit import engine
from rolefit.batch.comparison import Comparison, known
from rolefit.batch.local import score
from rolefit.batch.moves import past_moves
from rolefit.errors import DataStoppedError, Problem, UsageError, did_you_mean, listed
from rolefit.fit import profile
from rolefit.judging.beside import beside
from rolefit.judging.contest import Played, hold, make_splits
from rolefit.judging.promotion import CHALLENGER, judge_challenger
from rolefit.judging.stake import Stake, worth
from rolefit.judging.standing import INCUMBENT, stand
from rolefit.judging.still_true import still_true
from rolefit.learn.features import of_roles
from rolefit.learn.models import MODELS, fit_model, need_scikit_learn
from rolefit.learn.taught import role_weights
from rolefit.schema.model import FORMAT, Model, ModelSpec, Trained, fingerprint
from rolefit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.batch.moves import Moves, PastMoves
    from rolefit.io.workspace import Workspace
    from rolefit.judging.standing import Standing
    from rolefit.schema.config import Config

    Tell = Callable[[str, int, int], None]

FEWEST_MOVES = 40
"""Below this many moves, or this share of it of one outcome, nothing can be compared."""
FEWEST_OF_ONE = 8


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
        models: names of `learn.models.MODELS`; `profile` and `prior_centred` always take part.
        folds: by team.
        embargo: days between the last outcome known and the first move judged.
        tell: told of each model: its label, how many are done, of how many.

    Returns:
        Comparison; nothing in it changes how anybody is scored.

    Raises:
        DataStoppedError: RF301 too much of a table was rejected; RF310 too few past moves.
        MissingExtraError: RF502 scikit-learn is not installed.
        UsageError: RF412, no such model.

    Limits:
        labels exist only for those who were moved. A model that is good at telling how they did
        may be bad at telling whom to move.
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    need_scikit_learn("compare")
    models = with_both(models)
    past = past_moves(workspace)
    moves = past.moves
    _enough(moves)
    played = Played(
        moves.features, moves.success, moves.outcome, moves.team, moves.placed_on,
        moves.observed_on,
    )  # fmt: skip
    splits = make_splits(played, folds, embargo=embargo)
    stake = _at_stake(past, workspace.config)
    contest = hold(played, workspace.config, splits, models=models, stake=stake, tell=tell)
    standings = stand(contest, played)
    learned = _taught(workspace, moves, standings)
    run = score(workspace.with_model(learned), with_terms=True)
    return Comparison(
        centre=workspace.config.centre.name, as_of=str(workspace.config.centre.as_of),
        moves=moves, played=played, contest=contest, standings=standings,
        worth=worth(stake, contest.rated),
        verdict=judge_challenger(standings, still_true(run.tables)),
        learned=learned, weights=tuple(beside(workspace.config, learned)),
        record=_record(workspace, moves),
    )  # fmt: skip


def with_both(models: Sequence[str]) -> tuple[str, ...]:
    """The models that were asked for, with the incumbent and the challenger, in their own order.

    Raises:
        UsageError: RF412 for every name that is no model.
    """
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise UsageError([
            Problem("models", f"unknown model '{name}'", "RF412", listed(MODELS),
                    did_you_mean(name, MODELS))
            for name in unknown
        ])  # fmt: skip
    return tuple(name for name in MODELS if name in {*models, INCUMBENT, CHALLENGER})


def _at_stake(past: PastMoves, config: Config) -> Stake:
    """Those who could have been moved, as if moved to each of the roles that anybody was."""
    risk, roles = past.at_risk, sorted(set(past.moves.role))
    means, sds = (
        risk.features.pick(f"{what}:{name}" for name in config.attribute_ids)
        for what in ("mean", "sd")
    )
    offered = tuple(
        risk.features.beside(of_roles(
            config, means, sds, np.full(len(risk.agent), config.role_ids.index(role)),
            profile(config),
        ))
        for role in roles
    )  # fmt: skip
    place = np.array([roles.index(role) for role in past.moves.role], np.int64)
    # whoever was placed and not yet seen is neither moved nor left
    known = ~(risk.placed & (risk.moved < 0))
    moved = risk.moved >= 0
    action, outcome = np.full(len(moved), -1), np.full(len(moved), np.nan)
    action[moved] = place[risk.moved[moved]]
    outcome[moved] = past.moves.outcome[risk.moved[moved]]
    team = tuple(np.array(risk.team, object)[known].tolist())
    return Stake(tuple(role.rows(known) for role in offered), action[known], outcome[known], team)


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
        roles=role_weights(config, fitted, moved=set(moves.role)),
        estimator={"columns": list(spec.reads(config)), **fitted.to_spec()},
        trained_on=_record(workspace, moves),
        measures=known({one.split: asdict(one) for one in standings if one.model == CHALLENGER}),
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
