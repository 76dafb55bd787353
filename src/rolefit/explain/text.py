"""One readable text an agent, of at most 120 words, and the same facts for the agent's leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import GATHER
from rolefit.direction.gates import NO_ROLE
from rolefit.explain import wording
from rolefit.explain.caveats import (
    THIN,
    Held,
    reason_of,
    tell_held,
    tell_impression,
    tell_rule,
    tell_unseen,
    tell_unsure,
)
from rolefit.explain.growth import tell_growth, ways_to_grow
from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST
from rolefit.explain.said import READERS, Line, Said, first_said, joined, say, say_one
from rolefit.explain.view import KEYS, WAITS

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.explain.growth import Growth
    from rolefit.explain.names import Names
    from rolefit.explain.notes import Notes
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.together import Together
    from rolefit.explain.view import Beside, View
    from rolefit.schema.arrays import Bools, Ints

MOST_WORDS = 120
MOST_WHY = 3
PARAGRAPHS = (
    ("bring", "contested", "early", "suggestion", "held"),
    ("why0", "why1", "why2"),
    ("impression", "unsure", "why_not", "change", "added"),
    ("turn",),
)
GIVE_WAY = ("why_not", "why1", "change", "why2", "unsure", "why0")
"""What is left out first, for both readers, where a text would be too long for one of them."""
SHORTENED = ("early", "held", "bring")
"""What is told in short after that."""
WAIT_CODES = tuple(f"waits_{gate}" for gate in WAITS)
WISHES_TOLD = ("wish_want", "wish_open", "wish_step_back", "wish_stay")
ASIDE = (
    "gap", "gap_metric", "interest_differs", "wish_asks_first", "wish_outside", "not_yet_seen",
    *THIN, *WAIT_CODES,
)  # fmt: skip
"""Reasons that have a place of their own in a text, not among the why."""


@dataclass(frozen=True)
class Parts:
    """The parts of a text in reading order, each over n agents and for both readers."""

    bring: Said
    contested: Said
    """An answer that is owed."""
    early: Said
    """What should be talked about early."""
    suggestion: Said
    held: Said
    """That it stands from last time."""
    why: tuple[Said, ...]
    impression: Said
    """How sure we are."""
    unsure: Said
    why_not: Said
    change: Said
    change_of_it: Said
    """The same right after `why_not`, where that is about the same role."""
    added: Said
    """What the agent told us and somebody has to record."""
    turn: Said
    in_short: dict[str, Said]
    """Parts named in SHORTENED, in fewer words."""

    @classmethod
    def of(
        cls, view: View, beside: Beside, reasons: Reasons, spoken: Said, together: Together,
        joined_up: Said, notes: Notes, names: Names, actionable: Bools,
    ) -> Parts:  # fmt: skip
        """Says every part.

        Args:
            view: n agents.
            beside: the roles beside the suggested one.
            reasons: of the same agents.
            spoken: their sentences, one a reason.
            together: the same reasons, like ones joined.
            joined_up: sentences of these.
            notes: of the same agents.
            names: how things are called.
            actionable: attributes that a person can work on.
        """
        strengths = _strengths(view, reasons, actionable)
        about = ways_to_grow(view, beside, reasons, notes, strengths, actionable)
        waits = reason_of(reasons, spoken, WAIT_CODES).where(
            ~(notes.contested & np.asarray(reasons.has("waits_contest").any(axis=1)))
        )
        held = tell_held(view, names)
        return cls(
            bring=_bring(strengths, names),
            contested=say_one(wording.sentence(names, "first", "contested"), notes.contested),
            early=notes.early,
            suggestion=_suggestion(view, names),
            held=held.told,
            why=_why(together.reasons, joined_up),
            impression=tell_impression(view, names),
            unsure=tell_unsure(view, reasons, spoken, notes, names),
            why_not=first_said(waits, _why_not(view, beside, names)),
            change=_change(view, reasons, spoken, notes, names, about),
            change_of_it=first_said(
                tell_growth(names, "it_closer", about, about.closer),
                tell_growth(names, "it_stronger", about, view.moves),
            ),
            added=say_one(wording.sentence(names, "first", "added"), notes.added),
            turn=_turn(view, names),
            in_short=_in_short(strengths, notes, held, names),
        )

    def texts(self) -> dict[str, pa.StringArray]:
        """All parts as one text a reader; what is told to one is told to the other."""
        parts = {f"why{k}": part for k, part in enumerate(self.why)}
        parts |= {name: part for name, part in vars(self).items() if isinstance(part, Said)}
        of_it = parts.pop("change_of_it")
        for name in GIVE_WAY:
            parts[name] = parts[name].where(~_too_long(parts))
        of_it = of_it.where(parts["change"].anything & parts["why_not"].anything)
        after = {**parts, "change": first_said(of_it, parts["change"])}
        parts["change"] = first_said(of_it.where(~_too_long(after)), parts["change"])
        for name in SHORTENED:
            short = self.in_short[name].where(_too_long(parts) & parts[name].anything)
            parts[name] = first_said(short, parts[name])
        parts["held"] = parts["held"].where(~_too_long(parts))
        return {reader: _whole(parts, reader) for reader in READERS}


def _in_short(strengths: Ints, notes: Notes, held: Held, names: Names) -> dict[str, Said]:
    """The same in fewer words: one strength, and no names of metrics or roles."""
    one = np.where(np.arange(strengths.shape[1]) > 0, NONE, strengths)
    something = wording.sentence(names, "first", "something")
    return {
        "early": say_one(something, notes.early.anything),
        "held": held.in_short,
        "bring": _bring(one, names),
    }


def _too_long(parts: dict[str, Said]) -> Bools:
    """Where either reader would have more than MOST_WORDS to read."""
    long = np.zeros(len(parts["turn"].index), bool)
    for reader in READERS:
        long |= np.sum([part.words(reader) for part in parts.values()], axis=0) > MOST_WORDS
    return long


def _whole(parts: dict[str, Said], reader: str) -> pa.StringArray:
    """The text to one reader, paragraph by paragraph."""
    paragraphs = [
        joined([parts[name].column(reader) for name in names], " ") for names in PARAGRAPHS
    ]
    return joined(paragraphs, "\n")


def _strengths(view: View, reasons: Reasons, actionable: Bools) -> Ints:
    """Up to two, agents x 2: those among the reasons, else the best of what was seen; -1 = none.

    Who brings interests only, as far as the reasons go, hears of the best strength too.
    """
    picked = np.where(reasons.has("brings", "brings_metric", "interest"), reasons.attribute, NONE)
    order = np.argsort(picked == NONE, axis=1, kind="stable")
    picked = np.take_along_axis(picked, order, axis=1)
    one = np.where(picked[:, 0] == NONE, _best(view, view.seen), picked[:, 0])
    able = np.append(actionable, False)
    strength = _best(view, view.seen & actionable)
    only_likes = ~able[one] & ~able[picked[:, 1]] & (strength != NONE)
    return np.stack([one, np.where(only_likes, strength, picked[:, 1])], axis=1)


def _bring(strengths: Ints, names: Names) -> Said:
    """The strengths, or thanks where none was seen."""

    def sentence(*attributes: int) -> Line:
        return wording.what_you_bring(names, [a for a in attributes if a != NONE])

    any_strength = strengths[:, 0] != NONE
    thanks = wording.sentence(names, "bring", "thanks")
    return first_said(say(sentence, any_strength, *strengths.T), say_one(thanks, ~any_strength))


def _best(view: View, among: Bools) -> Ints:
    """The best of some attributes; -1 where none is above average."""
    best = np.where(among, view.mean, -np.inf)
    return np.where(best.max(axis=1) > 0, best.argmax(axis=1), NONE)


def _suggestion(view: View, names: Names) -> Said:
    """What is suggested."""
    everybody = np.ones(view.agents, bool)
    return say(
        lambda k, r, own: wording.suggestion(names, KEYS[k], r, own=bool(own)),
        everybody, view.key, view.decision.target, view.named.astype(np.int64),
    )  # fmt: skip


def _why(reasons: Reasons, spoken: Said) -> tuple[Said, ...]:
    """Up to three reasons that speak for it; the agent's own wish is always among them."""
    speaks = (reasons.code != NONE) & ~reasons.has(*ASIDE)
    wishes = speaks & reasons.has(*WISHES_TOLD)
    rank = np.where(wishes, 0, np.where(speaks, 1, 2))
    chosen = np.argsort(rank, axis=1, kind="stable")[:, :MOST_WHY]
    silent = ~np.take_along_axis(speaks, chosen, axis=1)
    order = np.sort(chosen + AT_MOST * silent, axis=1) % AT_MOST
    row = np.arange(len(order))
    told = np.take_along_axis(speaks, order, axis=1)
    place = np.where(told, row[:, None] * AT_MOST + order, NONE)
    return tuple(spoken.at(place[:, slot]) for slot in range(MOST_WHY))


def _why_not(view: View, beside: Beside, names: Names) -> Said:
    """The runner-up of a move, and where the target draws more."""
    told = (beside.runner_up != NO_ROLE) & (beside.difference != NONE)
    return say(
        lambda x, r, a: wording.draws_more(names, x, r, a),
        told, beside.runner_up, view.basis, beside.difference,
    )  # fmt: skip


def _change(
    view: View, reasons: Reasons, spoken: Said, notes: Notes, names: Names, about: Growth
) -> Said:
    """What could change it: the attribute with most room, or how to be seen."""
    nowhere = (view.stays | view.moves) & (about.attribute == NONE)
    stay = wording.sentence(names, "grow", "stay_and_grow")
    return first_said(
        reason_of(reasons, spoken, ("interest_differs",)).where(nowhere),
        tell_growth(names, "here", about, about.here),
        tell_growth(names, "stronger", about, ~about.here),
        say_one(stay, view.key == KEYS.index("out")),
        tell_unseen(reasons, names).where(np.asarray(reasons.has(*THIN).any(axis=1))),
        tell_rule(notes, names).where(view.decision.status == GATHER),
    )


def _turn(view: View, names: Names) -> Said:
    """An open question to end on."""
    everybody = np.ones(view.agents, bool)
    unnamed = (view.key == KEYS.index("leaving")) & ~view.named
    return first_said(
        say_one(wording.sentence(names, "turn", "leaving_open"), unnamed),
        say(lambda k: wording.sentence(names, "turn", KEYS[k]), everybody, view.key),
    )
