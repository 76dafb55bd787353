"""Arrow schemas of every table in the contract, and the checked tables a run works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyarrow as pa

TEXT = pa.string()
NUMBER = pa.float64()
DAY = pa.date32()

FAMILIES = ("metrics", "strengths", "interests", "contributions", "ratings")
DIRECTIONS = ("up", "sideways", "stay", "step_back", "out")
STATUSES = ("firm", "tentative", "explore", "gather")
WISHES = ("want", "open", "not_now", "no")
RATER_KINDS = ("lead", "peer", "client", "qa", "self")
REPLY_STATES = (
    "shown", "agreed", "contested", "deferred", "evidence_added",
    "human_replied", "closed_move", "closed_stay", "withdrawn",
)  # fmt: skip
SurveyFamily: TypeAlias = Literal["strengths", "interests"]
OUTSIDE = "outside"
STEP_BACK = "step_back"

AGENTS = pa.schema([
    ("agent_id", TEXT), ("team_id", TEXT), ("current_role", TEXT), ("hired_on", DAY),
    ("site", TEXT), ("in_role_since", DAY), ("fte", NUMBER),
])  # fmt: skip
METRIC_KEYS = pa.schema([
    ("agent_id", TEXT), ("client_id", TEXT), ("channel", TEXT), ("period", TEXT),
])  # fmt: skip
SURVEY_KEYS = pa.schema([("agent_id", TEXT), ("answered_on", DAY), ("seconds", NUMBER)])
CONTRIBUTIONS = pa.schema([
    ("agent_id", TEXT), ("kind", TEXT), ("on", DAY), ("quantity", NUMBER), ("by", TEXT),
    ("client_id", TEXT), ("opportunity", NUMBER),
])  # fmt: skip
RATINGS = pa.schema([
    ("agent_id", TEXT), ("attribute", TEXT), ("rater_id", TEXT), ("rater_kind", TEXT),
    ("value", NUMBER), ("on", DAY),
])  # fmt: skip
WISH_ROWS = pa.schema([("agent_id", TEXT), ("role", TEXT), ("wish", TEXT), ("on", DAY)])
HISTORY = pa.schema([
    ("agent_id", TEXT), ("direction", TEXT), ("status", TEXT), ("target_role", TEXT),
    ("as_of", DAY), ("gates", TEXT), ("current_role", TEXT), ("proposed_direction", TEXT),
    ("proposed_role", TEXT),
])  # fmt: skip
PLACEMENTS = pa.schema([
    ("agent_id", TEXT), ("role", TEXT), ("placed_on", DAY), ("outcome", NUMBER),
    ("observed_on", DAY),
])  # fmt: skip
REPLIES = pa.schema([
    ("agent_id", TEXT), ("run", TEXT), ("state", TEXT), ("by", TEXT), ("role_of_by", TEXT),
    ("on", DAY), ("text", TEXT), ("about", TEXT), ("line", NUMBER),
])  # fmt: skip

INPUT_TABLES = (
    "agents", "metrics", "strengths", "interests", "contributions", "ratings", "wishes",
    "history", "placements", "replies",
)  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """Checked tables: contract names and types, keys known, values in range.

    A table that is absent is None: missing evidence, never an error. `metrics` has METRIC_KEYS,
    then one float column a metric and one a volume; surveys have SURVEY_KEYS, then one float
    column an item that was found in the file.
    """

    agents: pa.Table
    metrics: pa.Table | None = None
    strengths: pa.Table | None = None
    interests: pa.Table | None = None
    contributions: pa.Table | None = None
    ratings: pa.Table | None = None
    wishes: pa.Table | None = None
    history: pa.Table | None = None
    placements: pa.Table | None = None
    replies: pa.Table | None = None
    earlier_interests: pa.Table | None = None
    """The answers before the newest ones, of agents who answered twice."""

    def present(self) -> dict[str, pa.Table]:
        """The tables that are there, by name, in the order of the contract."""
        tables = {name: getattr(self, name) for name in INPUT_TABLES}
        return {name: table for name, table in tables.items() if table is not None}

    def surveys(self) -> dict[SurveyFamily, pa.Table]:
        """The surveys that somebody answered, by family."""
        tables: dict[SurveyFamily, pa.Table | None] = {
            "strengths": self.strengths,
            "interests": self.interests,
        }
        return {family: t for family, t in tables.items() if t is not None and t.num_rows}


REASON = pa.struct([
    ("code", TEXT), ("polarity", TEXT), ("attribute", TEXT), ("term", NUMBER), ("text", TEXT),
])  # fmt: skip
GATE = pa.struct([
    ("gate", TEXT), ("role", TEXT), ("value", NUMBER), ("threshold", NUMBER),
    ("passed", pa.bool_()),
])  # fmt: skip
SUGGESTIONS = pa.schema([
    ("agent_id", TEXT), ("team_id", TEXT), ("current_role", TEXT), ("direction", TEXT),
    ("status", TEXT), ("target_role", TEXT), ("confidence", NUMBER), ("score_current", NUMBER),
    ("score_target", NUMBER), ("sufficiency", NUMBER), ("metrics_only_direction", TEXT),
    ("metrics_only_percentile", NUMBER), ("reasons", pa.list_(REASON)),
    ("gates", pa.list_(GATE)), ("notes", pa.list_(TEXT)), ("text", TEXT),
    ("proposed_direction", TEXT), ("proposed_role", TEXT),
    ("text_leader", TEXT), ("note_codes", pa.list_(TEXT)),
])  # fmt: skip
FITS = pa.schema([
    ("agent_id", TEXT), ("role", TEXT), ("fit", NUMBER), ("sd", NUMBER), ("low", NUMBER),
    ("high", NUMBER), ("score", NUMBER), ("p_ready", NUMBER), ("can", NUMBER),
    ("can_sd", NUMBER), ("want", NUMBER), ("want_sd", NUMBER), ("sufficiency", NUMBER),
    ("wish", TEXT), ("admissible", pa.bool_()),
])  # fmt: skip
TERMS = pa.schema([
    ("agent_id", TEXT), ("role", TEXT), ("attribute", TEXT), ("family", TEXT), ("term", NUMBER),
])  # fmt: skip
POSTERIOR = pa.schema([
    ("agent_id", TEXT), ("attribute", TEXT), ("mean", NUMBER), ("sd", NUMBER),
    ("sufficiency", NUMBER),
])  # fmt: skip
EVIDENCE = pa.schema([
    ("agent_id", TEXT), ("attribute", TEXT), ("family", TEXT), ("source", TEXT), ("z", NUMBER),
    ("variance", NUMBER), ("n", NUMBER), ("note", TEXT), ("method_variance", NUMBER),
])  # fmt: skip
EFFECTS = pa.schema([
    ("agent_id", TEXT), ("metric", TEXT), ("raw", NUMBER), ("effect", NUMBER), ("se", NUMBER),
    ("reliability", NUMBER), ("n", NUMBER), ("component", pa.int64()), ("confounded", NUMBER),
    ("note", TEXT), ("trend", NUMBER), ("trend_se", NUMBER), ("alarm", TEXT),
])  # fmt: skip
REJECTS = pa.schema([
    ("table", TEXT), ("file", TEXT), ("row", pa.int64()), ("column", TEXT), ("code", TEXT),
    ("message", TEXT),
])  # fmt: skip
CONTRASTS = (
    "hidden", "kept", "against_wish", "without_match", "unseen", "elsewhere", "leaves",
    "thrives_elsewhere", "steps_back",
)  # fmt: skip
"""How a direction differs from what a ranking by raw metrics alone says."""
REASON_LIST = pa.list_(pa.struct([("code", TEXT), ("attribute", TEXT), ("term", NUMBER)]))
LEADERBOARD = pa.schema([
    ("agent_id", TEXT), ("team_id", TEXT), ("current_role", TEXT),
    ("metrics_only_direction", TEXT), ("metrics_only_percentile", NUMBER),
    ("metrics_adjusted", NUMBER), ("direction", TEXT), ("status", TEXT), ("target_role", TEXT),
    ("contrast", TEXT), ("label", TEXT), ("reasons", REASON_LIST),
])  # fmt: skip
PIECE = pa.struct([
    ("attribute", TEXT), ("family", TEXT), ("source", TEXT), ("before", NUMBER),
    ("after", NUMBER), ("shift", NUMBER),
])  # fmt: skip
TURNED = pa.struct([
    ("gate", TEXT), ("role", TEXT), ("before", NUMBER), ("after", NUMBER),
    ("threshold_before", NUMBER), ("threshold_after", NUMBER), ("passed", pa.bool_()),
])  # fmt: skip
CHANGES = pa.schema([
    ("agent_id", TEXT), ("from_direction", TEXT), ("from_status", TEXT), ("from_target", TEXT),
    ("to_direction", TEXT), ("to_status", TEXT), ("to_target", TEXT), ("role", TEXT),
    ("causes", pa.list_(TEXT)), ("fit_before", NUMBER), ("fit_after", NUMBER),
    ("by_evidence", NUMBER), ("by_weights", NUMBER), ("wish_for", TEXT),
    ("wish_before", TEXT), ("wish_after", TEXT),
    ("pieces", pa.list_(PIECE)), ("gates", pa.list_(TURNED)),
])  # fmt: skip
OUTPUT_TABLES = {
    "suggestions": SUGGESTIONS,
    "fits": FITS,
    "terms": TERMS,
    "posterior": POSTERIOR,
    "evidence": EVIDENCE,
    "effects": EFFECTS,
    "leaderboard": LEADERBOARD,
    "rejects": REJECTS,
}
