"""Phase one's artefact: what the population taught, small enough to keep and to carry."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from rolefit.errors import ConfigError, Problem, listed
from rolefit.evidence.contributions import CountNorms  # noqa: TC001 - pydantic reads it
from rolefit.evidence.metric_norms import MetricNorms  # noqa: TC001 - pydantic reads it
from rolefit.evidence.metrics import measured_metrics
from rolefit.evidence.ratings import RatingNorms, rated_by_others
from rolefit.evidence.raw_ranking import RankingNorms
from rolefit.evidence.survey_norms import SurveyNorms  # noqa: TC001 - pydantic reads it
from rolefit.evidence.trust import Trust  # noqa: TC001 - pydantic reads it
from rolefit.learned_under import Settings  # noqa: TC001 - pydantic reads it
from rolefit.soundness import unsound

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

VERSION = 2
ARROW_NAME = "norms.arrow"
NOT_NORMS = "these are not norms of rolefit"
OTHER_VERSION = "norms of version {!r}, this rolefit reads {!r}"
FILE = "norms.json"
MOST_TOLD = 10
"""Problems of one file that are listed."""


@dataclass(frozen=True)
class Norms:
    """What the population taught this run; scores any agent of the same centre, now or later."""

    as_of: str
    config_hash: str
    metrics: dict[str, MetricNorms] = field(default_factory=dict)
    surveys: dict[str, SurveyNorms] = field(default_factory=dict)
    """`strengths` and `interests`."""
    contributions: dict[str, CountNorms] = field(default_factory=dict)
    ratings: dict[str, RatingNorms] = field(default_factory=dict)
    validities: Trust | None = None
    """How far sources are trusted, learned from how far they agree; None = as by default."""
    ranking: RankingNorms = field(default_factory=lambda: RankingNorms(()))
    learned_under: Settings = field(default_factory=dict)
    """Part -> setting -> value without which its numbers mean nothing."""
    sections: dict[str, str] = field(default_factory=dict)
    """Section of the config that norms depend on -> its hash."""

    def __repr__(self) -> str:
        known = [*self.metrics, *self.surveys, *self.contributions]
        return f"Norms(as of {self.as_of}: {', '.join(known) or 'nothing'})"

    def covariances(self) -> dict[str, Floats]:
        """The large arrays by name: covariance of the context effects of metrics and ratings."""
        named = {f"metrics/{k}": v.covariance for k, v in self.metrics.items()}
        return named | {f"ratings/{k}": v.covariance for k, v in self.ratings.items()}

    def lacking(self, inputs: Inputs, config: Config) -> tuple[str, ...]:
        """What is in the tables but not in these norms, so that it cannot be scored by them."""
        table = inputs.contributions
        kinds = [] if table is None else sorted(pc.unique(table["kind"]).to_pylist())
        found: dict[str, list[str]] = {
            "survey": [family for family in inputs.surveys() if family not in self.surveys],
            "metric": [m for m in measured_metrics(inputs, config) if m not in self.metrics],
            "kind of contribution": [kind for kind in kinds if kind not in self.contributions],
        }
        rated = [name for name in rated_by_others(inputs) if name not in self.ratings]
        ratings = f"ratings ({listed(rated)}): the norms know too little of them, so they count "
        return (*((f"{ratings}for nobody",) if rated else ()), *(
            f"{what} {name!r}: the norms know too little of it, so it counts for nobody"
            for what, names in found.items()
            for name in names
        ))  # fmt: skip

    def to_arrow(self) -> bytes:
        """The large arrays as an Arrow IPC file: one row an array (name, shape, values)."""
        arrays = self.covariances()
        table = pa.table({
            "name": pa.array(list(arrays), pa.string()),
            "shape": pa.array([a.shape for a in arrays.values()], pa.list_(pa.int64())),
            "values": pa.array([a.ravel() for a in arrays.values()], pa.list_(pa.float64())),
        })  # fmt: skip
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue().to_pybytes())

    def to_json(self, *, with_arrays: bool = True) -> str:
        """The norms as JSON.

        Args:
            with_arrays: include the covariances; without them `arrays` names the Arrow file that
                holds them, with its SHA-256.

        Returns:
            JSON text; the order of levels is part of the norms, so keys keep theirs.
        """
        content = asdict(replace(self, metrics=_bare(self.metrics), ratings=_bare(self.ratings)))
        if with_arrays:
            arrays: Any = {k: v.tolist() for k, v in self.covariances().items()}
        else:
            arrays = {"file": ARROW_NAME, "sha256": hashlib.sha256(self.to_arrow()).hexdigest()}
        document = {"version": VERSION, **content, "arrays": arrays}
        return json.dumps(document, indent=1, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str, arrays: bytes | None = None) -> Norms:
        """Reads norms back.

        Args:
            text: of `to_json`.
            arrays: of `to_arrow`, where the JSON names an Arrow file.

        Returns:
            Norms equal to those written.

        Raises:
            ConfigError: RF140 not norms of this version, or numbers, lists and arrays that cannot
                be, by place; RF141 the arrays are missing or are not those that the JSON names.
        """
        try:
            document = json.loads(text)
            version = document.pop("version")
            stored = document.pop("arrays")
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise _unreadable([("", NOT_NORMS)]) from error
        if version != VERSION or isinstance(version, str):
            raise _unreadable([("", OTHER_VERSION.format(version, VERSION))])
        norms = _read(document, _stored_arrays(stored, arrays))
        wrong = unsound(norms)
        try:
            date.fromisoformat(norms.as_of)
        except ValueError:
            wrong.append(("as_of", f"{norms.as_of!r} is no date"))
        if wrong:
            raise _unreadable(wrong)
        return norms


_ADAPTER: TypeAdapter[Norms] = TypeAdapter(Norms)


def _bare(norms: dict[str, Any]) -> dict[str, Any]:
    """Norms without their covariance."""
    return {
        name: {k: v for k, v in vars(norm).items() if k != "covariance"}
        for name, norm in norms.items()
    }


def _read(document: dict[str, Any], covariances: dict[str, Any]) -> Norms:
    """A document and its arrays as norms; their shapes and numbers are not looked at yet.

    Raises:
        ConfigError: RF140, what is missing or of the wrong kind.
    """
    try:
        for family in ("metrics", "ratings"):
            for name, norm in document[family].items():
                key = f"{family}/{name}"
                if key not in covariances:
                    raise _unreadable([(f"arrays.{key}", "missing")])
                norm["covariance"] = covariances[key]
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        wrong = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise _unreadable(wrong) from error
    except (KeyError, AttributeError, TypeError) as error:
        raise _unreadable([("metrics, ratings", "missing, or no table of norms")]) from error


def _stored_arrays(stored: object, arrays: bytes | None) -> dict[str, Any]:
    """The covariances, from the JSON itself or from the Arrow file it names."""
    if not isinstance(stored, dict):
        raise _unreadable([("arrays", "neither arrays by name nor the file that holds them")])
    if "file" not in stored:
        return stored
    if arrays is None or hashlib.sha256(arrays).hexdigest() != stored.get("sha256"):
        state = "missing" if arrays is None else "not the one these norms were written with"
        raise ConfigError([Problem(
            place=str(stored["file"]), message=f"the array file is {state}", code="RF141",
            expected="the file written beside norms.json",
            hint="copy both files of one run, or run `rolefit norms` again",
        )])  # fmt: skip
    table = pa.ipc.open_file(pa.BufferReader(arrays)).read_all()
    columns = (table["name"].to_pylist(), table["shape"].to_pylist(), table["values"])
    return {
        name: np.asarray(values.values, np.float64).reshape(shape)
        for name, shape, values in zip(*columns, strict=True)
    }


def _unreadable(wrong: list[tuple[str, str]]) -> ConfigError:
    """Norms that cannot be used: places, and what is wrong there."""
    return ConfigError([
        Problem(
            place=f"{FILE}: {place}" if place else FILE, message=what, code="RF140",
            expected="a norms.json written by `rolefit norms` or `rolefit score`",
            hint="run `rolefit norms WS --out norms.json` again",
        )
        for place, what in wrong[:MOST_TOLD]
    ])  # fmt: skip
