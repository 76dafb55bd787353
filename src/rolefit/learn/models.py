"""The models that learn from moves, in one table: what each reads and how it is explained."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rolefit.errors import MissingExtraError, Problem, UsageError, did_you_mean
from rolefit.fit import profile
from rolefit.learn.features import MARGIN, block
from rolefit.learn.logit import clipped, probability

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.learn.features import Features
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class ModelSpec:
    """One way to tell how a move will go."""

    name: str
    label: str
    reads: Callable[[Config], tuple[str, ...]]
    """Names of its columns, in the order in which it wants them."""
    build: Callable[[Config], Any]
    """A scikit-learn classifier that was not fitted yet."""
    explained: str
    """How one can see why it says what it says."""
    extra: Literal["learn", "ebm"] = "learn"
    """What has to be installed."""
    graded: bool = False
    """Learns from the outcome itself and not from success alone."""
    grouped: bool = False
    """Chooses a penalty, over teams."""
    serialisable: bool = False
    """`to_spec` tells all of it as JSON."""


def _margin(_config: Config) -> tuple[str, ...]:
    return (MARGIN,)


def _profile_columns(config: Config) -> tuple[str, ...]:
    """One column for each attribute that a role asks for or offers, and one for its level."""
    blocks = [block(role, name) for role, name, _ in _weighed(config)]
    return (*blocks, *(f"role:{role}" for role in config.inside_ids))


def _weighed(config: Config) -> list[tuple[str, str, float]]:
    """Role, attribute and the expert's weight, wherever it is not 0."""
    weights = profile(config).weights
    return [
        (role, name, float(weight))
        for role in config.inside_ids
        for name, weight in zip(
            config.attribute_ids, weights[config.role_ids.index(role)], strict=True
        )
        if weight > 0.0
    ]


def _raw_columns(config: Config) -> tuple[str, ...]:
    return (*(f"raw:{name}" for name in config.metrics), *_roles(config))


def _adjusted_columns(config: Config) -> tuple[str, ...]:
    return (*(f"effect:{name}" for name in config.metrics), *_roles(config))


def _belief_columns(config: Config) -> tuple[str, ...]:
    return (*(f"mean:{name}" for name in config.attribute_ids), MARGIN, *_roles(config))


def _roles(config: Config) -> tuple[str, ...]:
    return tuple(f"role:{role}" for role in config.inside_ids)


def _build_profile(_config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from rolefit.learn.profile import ProfileClassifier  # noqa: PLC0415 - loads scikit-learn

    return ProfileClassifier()


def _build_prior_centred(config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from rolefit.learn.prior_centred import PriorCentred  # noqa: PLC0415 - loads scikit-learn

    weights = [weight for *_, weight in _weighed(config)]
    bars = [-(config.roles[role].bar or 0.0) for role in config.inside_ids]
    levels = range(len(weights), len(weights) + len(bars))
    return PriorCentred(prior=[*weights, *bars], free=tuple(levels))


def _build_logistic(_config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from rolefit.learn.metrics_only import PlainLogistic  # noqa: PLC0415 - loads scikit-learn

    return PlainLogistic()


def _build_elastic_net(_config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from rolefit.learn.elastic_net import ElasticNetLogistic  # noqa: PLC0415 - loads scikit-learn

    return ElasticNetLogistic()


def _build_ebm(config: Config) -> Any:  # noqa: ANN401 - interpret has no types
    from rolefit.learn.rivals import additive_boosting  # noqa: PLC0415 - loads scikit-learn

    return additive_boosting(_belief_columns(config))


def _build_boosting(config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from rolefit.learn.rivals import boosting  # noqa: PLC0415 - loads scikit-learn

    return boosting([int(not name.startswith("role:")) for name in _belief_columns(config)])


_ALL = (
    ModelSpec(
        "profile", "expert profile", _margin, _build_profile,
        "the terms of the fit; only how odds follow from the fit is learned", serialisable=True,
    ),
    ModelSpec(
        "prior_centred", "learned profile, centred on the expert's", _profile_columns,
        _build_prior_centred, "weights by role and attribute, beside the expert's; terms are exact",
        graded=True, grouped=True, serialisable=True,
    ),
    ModelSpec(
        "metrics_only", "raw metrics alone", _raw_columns, _build_logistic,
        "one coefficient a metric", serialisable=True,
    ),
    ModelSpec(
        "metrics_adjusted", "context-adjusted metrics alone", _adjusted_columns, _build_logistic,
        "one coefficient a metric", serialisable=True,
    ),
    ModelSpec(
        "elastic_net", "elastic net", _belief_columns, _build_elastic_net,
        "one coefficient a column, of either sign", grouped=True, serialisable=True,
    ),
    ModelSpec(
        "ebm", "explainable boosting machine", _belief_columns, _build_ebm,
        "one curve a column, which sum to the log odds", extra="ebm",
    ),
    ModelSpec(
        "boosting", "gradient-boosted trees, monotone", _belief_columns, _build_boosting,
        "not by itself: trees interact",
    ),
)  # fmt: skip
MODELS: dict[str, ModelSpec] = {spec.name: spec for spec in _ALL}


def need_scikit_learn(place: str) -> None:
    """Refuses early where nothing can be learned.

    Args:
        place: what needs it.

    Raises:
        MissingExtraError: RF502, scikit-learn is not installed.

    Example:
        >>> need_scikit_learn("compare")
    """
    try:
        import_module("sklearn.model_selection")
    except ModuleNotFoundError as error:
        hint = 'pip install "rolefit[learn]"'
        missing = Problem(place, "learning needs scikit-learn", "RF502", hint=hint)
        raise MissingExtraError([missing]) from error


def build_model(spec: ModelSpec, config: Config) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """A model that was not fitted yet.

    Args:
        spec: of `MODELS`.
        config: roles, attributes and metrics.

    Returns:
        scikit-learn classifier.

    Raises:
        MissingExtraError: RF502 scikit-learn, RF503 interpret-core is not installed.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> build_model(MODELS["profile"], build_config({}))
        ProfileClassifier()
    """
    try:
        return spec.build(config)
    except ModuleNotFoundError as error:
        hint = 'pip install "rolefit[learn]"'
        missing = Problem(spec.name, "learning needs scikit-learn", "RF502", hint=hint)
        raise MissingExtraError([missing]) from error


def fit_model(
    spec: ModelSpec,
    config: Config,
    features: Features,
    success: Ints | Floats,
    *,
    outcome: Floats | None = None,
    weight: Floats | None = None,
    groups: Sequence[object] | None = None,
) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Builds and fits a model on the columns that it reads.

    Args:
        spec: of `MODELS`.
        config: roles, attributes and metrics.
        features: of moves.
        success: 1 or 0, one a move.
        outcome: graded outcomes, which models with `graded` learn from.
        weight: selection weights, one a move.
        groups: teams, which the choice of a penalty keeps together.

    Returns:
        the fitted classifier; one that cannot be fitted on these moves says so itself.

    Raises:
        MissingExtraError: RF502 scikit-learn, RF503 interpret-core is not installed.
    """
    model = build_model(spec, config)
    X, y = features.pick(spec.reads(config)), np.asarray(success).astype(np.int64)
    extra: dict[str, Any] = {"outcome": outcome} if spec.graded else {}
    if spec.grouped:
        extra["groups"] = groups
    return model.fit(X, y, sample_weight=weight, **extra)


def predict_model(spec: ModelSpec, config: Config, model: Any, features: Features) -> Floats:  # noqa: ANN401
    """P(success) of moves, within [.001, .999].

    Args:
        spec: of `MODELS`.
        config: that the model was fitted with.
        model: of `fit_model`.
        features: of the moves.

    Returns:
        one probability a move.
    """
    X, known = features.pick(spec.reads(config)), list(model.classes_)
    if spec.serialisable:
        return probability(model.decision_function(X), 0.0, 1.0)
    return clipped(model.predict_proba(X)[:, known.index(1)] if 1 in known else np.zeros(len(X)))


def from_spec(spec: dict[str, Any]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """The fitted model that `to_spec` of it described.

    Args:
        spec: plain JSON values.

    Raises:
        UsageError: RF441, of a kind that is not known.
    """
    from rolefit.learn.elastic_net import ElasticNetLogistic  # noqa: PLC0415 - loads scikit-learn
    from rolefit.learn.metrics_only import PlainLogistic  # noqa: PLC0415 - loads scikit-learn
    from rolefit.learn.prior_centred import PriorCentred  # noqa: PLC0415 - loads scikit-learn
    from rolefit.learn.profile import ProfileClassifier  # noqa: PLC0415 - loads scikit-learn

    known = (ProfileClassifier, PriorCentred, PlainLogistic, ElasticNetLogistic)
    kinds = {kind.kind: kind for kind in known}
    name = str(spec.get("kind"))
    if name not in kinds:
        raise UsageError([Problem(
            "model", f"no kind of model {name!r}", "RF441", expected=", ".join(kinds),
            hint=did_you_mean(name, kinds),
        )])  # fmt: skip
    return kinds[name].from_spec(spec)
