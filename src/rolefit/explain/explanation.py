"""One agent's explanation, rebuilt from the rows a run wrote: every number can be asked why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolefit.errors import Problem, UsageError, did_you_mean, listed
from rolefit.explain import labels
from rolefit.explain.card import Card, largest_first
from rolefit.explain.change import Standing, work_out_change
from rolefit.explain.contrast import contrast
from rolefit.explain.pieces import pieces_of
from rolefit.explain.rows import (
    GateRow,
    Reason,
    fit_line,
    left_by_choice,
    number_or_none,
    places,
    read_evidence,
    text_or_none,
)
from rolefit.fit import assess, profile, terms
from rolefit.posterior import believe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolefit.evidence.table import Evidence
    from rolefit.explain.change import Change
    from rolefit.explain.contrast import Contrast
    from rolefit.explain.figure import Picture
    from rolefit.explain.pieces import Piece
    from rolefit.explain.terminal import Renderable
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.config import Config

REFUSALS = ("not_now", "no")


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why a suggestion is what it is, for one agent."""

    agent_id: str
    current_role: str
    direction: str
    status: str
    target_role: str | None
    """Role id; None for leaving by choice without a destination."""
    confidence: float | None
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    note_codes: tuple[str, ...]
    """One code a note; empty where an earlier release wrote the run."""
    gates: tuple[GateRow, ...]
    fits: tuple[dict[str, Any], ...]
    """The agent's rows of the fits table."""
    evidence: Evidence
    posterior: Posterior
    config: Config
    words: str
    """The text to the agent."""
    words_to_leader: str | None
    """The same facts to the agent's leader; None where an earlier release wrote the run."""

    @classmethod
    def from_rows(
        cls,
        suggestion: Mapping[str, Any],
        fits: Sequence[Mapping[str, Any]],
        evidence: Sequence[Mapping[str, Any]],
        config: Config,
    ) -> Explanation:
        """Rebuilds everything from output rows only.

        Args:
            suggestion: the agent's row of the suggestions table.
            fits: the agent's rows of the fits table.
            evidence: the agent's rows of the evidence table.
            config: the effective config of the run.

        Returns:
            Explanation, whose posterior is the run's own.
        """
        heard = read_evidence(evidence, config)
        return cls(
            agent_id=suggestion["agent_id"],
            current_role=suggestion["current_role"],
            direction=suggestion["direction"],
            status=suggestion["status"],
            target_role=text_or_none(suggestion["target_role"]),
            confidence=number_or_none(suggestion["confidence"]),
            reasons=tuple(Reason.read(row) for row in suggestion["reasons"]),
            notes=tuple(suggestion["notes"]),
            note_codes=tuple(suggestion.get("note_codes", ())),
            gates=tuple(GateRow.read(row) for row in suggestion["gates"]),
            fits=tuple(dict(row) for row in fits),
            evidence=heard,
            posterior=believe(heard, agents=1, attributes=len(config.attribute_ids)),
            config=config,
            words=suggestion["text"],
            words_to_leader=text_or_none(suggestion.get("text_leader")),
        )

    @property
    def about(self) -> str:
        """The role the reasons are about: the target, or the current role where there is none."""
        return self.target_role or self.current_role

    @property
    def profiles(self) -> Profiles:
        """Role profiles of the config."""
        return profile(self.config)

    @property
    def fit(self) -> Fit:
        """Fits of the one agent, 1 x roles."""
        return assess(self.posterior, self.profiles)

    def text(self, reader: str = "agent") -> str:
        """The text to the agent, or the same facts to their leader, at most 120 words.

        Args:
            reader: `agent` or `leader`.

        Raises:
            UsageError: RF407, no such reader, or a run without texts to leaders.
        """
        told = {"agent": self.words, "leader": self.words_to_leader}
        if told.get(reader) is not None:
            return str(told[reader])
        known = reader in told
        message = "this run holds no texts to leaders" if known else f"unknown reader {reader!r}"
        hint = "score again" if known else did_you_mean(reader, told)
        raise UsageError([Problem("reader", message, "RF407", "agent or leader", hint)])

    def terms(self, role: str | None = None) -> dict[str, float]:
        """What each attribute adds to the fit in a role; sums to the fit exactly.

        Args:
            role: role id; default: the role the reasons are about.

        Returns:
            attribute -> term in fit units, for attributes with weight and evidence.

        Raises:
            UsageError: RF403, no such role.
        """
        position = places([self._known(role or self.about)], self.config.role_ids)
        by_attribute = terms(self.posterior, self.profiles, position)[0].sum(axis=1)
        told = (self.profiles.weights[position][0] > 0) & (self.posterior.sufficiency[0] > 0)
        return {
            attribute: float(value)
            for attribute, value, shown in zip(
                self.config.attribute_ids, by_attribute, told, strict=True
            )
            if shown
        }

    def pieces(self, role: str | None = None) -> tuple[Piece, ...]:
        """What every single piece of evidence adds to the fit in a role; sums to the fit exactly.

        Args:
            role: role id; default: the role the reasons are about.

        Returns:
            Pieces, the largest terms first.

        Raises:
            UsageError: RF403, no such role.
        """
        about = self._known(role or self.about)
        return pieces_of(self.evidence, self.posterior, self.profiles, self.config, about)

    def unseen(self, role: str | None = None) -> tuple[str, ...]:
        """Attributes a role weighs that no evidence speaks of yet, heaviest first.

        Raises:
            UsageError: RF403, no such role.
        """
        position = self.config.role_ids.index(self._known(role or self.about))
        weights, heard = self.profiles.weights[position], self.posterior.sufficiency[0] > 0
        order = (-weights).argsort(kind="stable")
        return tuple(self.config.attribute_ids[d] for d in order if weights[d] > 0 and not heard[d])

    def contrast(self, role: str, other: str | None = None) -> Contrast:
        """Why (not) a role, held against another.

        Args:
            role: role asked about; positive terms speak for it.
            other: role it is held against; default: the suggested role, or the current role where
                `role` is the suggested one.

        Returns:
            Contrast, antisymmetric in the two roles.

        Raises:
            UsageError: RF403, no such role.
        """
        if other is None:
            other = self.about if role != self.about else self.current_role
        return contrast(
            self.posterior, self.profiles, self.config,
            self._known(role), self._known(other), self.gates,
        )  # fmt: skip

    def what_would_change(self, role: str) -> Change:
        """What would make a role a match: where to grow, what to show.

        Args:
            role: role asked about.

        Returns:
            Change, with the least growth that passes the role's `ready` gate.

        Raises:
            UsageError: RF403, no such role.
        """
        wishes = {row["role"]: row.get("wish") for row in self.fits}
        refused = {role: wish for role, wish in wishes.items() if wish in REFUSALS}
        standing = Standing(
            self.posterior, self.profiles, self.fit, self.evidence, self.gates,
            self.current_role, refused, self.config,
        )  # fmt: skip
        return work_out_change(standing, self._known(role))

    def plot(self, role: str | None = None) -> Picture:
        """Bars of what each attribute adds to the fit in a role.

        Raises:
            UsageError: RF403, no such role.
            MissingExtraError: RF501, matplotlib is not installed.
        """
        from rolefit.explain.figure import draw_terms  # noqa: PLC0415 - drawing is optional

        about = self._known(role or self.about)
        title = labels.figure_title(self.config, self.agent_id, about)
        unseen = self._labels(self.unseen(about))
        return draw_terms(title, self._labelled(about), unseen, self.config.language.labels)

    def card(self, reader: str = "agent") -> Card:
        """Everything a rendering shows; reasons and notes are as the agent reads them.

        Raises:
            UsageError: RF407, no such reader, or a run without texts to leaders.
        """
        by_choice = left_by_choice(self.gates)
        what = labels.headline(self.config, self.direction, self.target_role, by_choice=by_choice)
        sure = labels.how_sure(
            self.config, self.direction, self.status, self.confidence, by_choice=by_choice
        )
        lines = [fit_line(row, suggested=self.target_role) for row in self.fits]
        return Card(
            title=f"{self.agent_id}: {what}",
            sure=sure,
            paragraphs=tuple(self.text(reader).split("\n")),
            reasons=tuple((r.polarity, r.term, r.text) for r in self.reasons),
            notes=self.notes,
            about=self.config.roles[self.about].label,
            terms=self._labelled(self.about),
            unseen=self._labels(self.unseen()),
            fits=tuple(sorted(lines, key=lambda line: -line.score)),
            labels=self.config.language.labels,
        )

    def _labelled(self, role: str) -> dict[str, float]:
        """Terms by attribute label, largest first."""
        told = largest_first(self.terms(role))
        return dict(zip(self._labels(told), told.values(), strict=True))

    def _labels(self, attributes: Iterable[str]) -> tuple[str, ...]:
        """Labels of attributes."""
        return tuple(self.config.attributes[attribute].label for attribute in attributes)

    def _known(self, role: str) -> str:
        """The role, if the config has it."""
        if role in self.config.roles:
            return role
        raise UsageError([Problem(
            place="role", message=f"unknown role {role!r}", code="RF403",
            expected=listed(self.config.roles), hint=did_you_mean(role, self.config.roles),
        )])  # fmt: skip

    def __repr__(self) -> str:
        return f"Explanation({self.agent_id}: {self.direction} to {self.about}, {self.status})"

    def __str__(self) -> str:
        return self.words

    def _repr_html_(self) -> str:
        from rolefit.explain.page import show_page  # noqa: PLC0415 - only notebooks ask for it

        return show_page(self.card())

    def __rich__(self) -> Renderable:
        from rolefit.explain.terminal import show_card  # noqa: PLC0415 - needs rich

        return show_card(self.card())
