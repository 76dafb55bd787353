"""One readable text an agent, of at most 120 words, and the same facts for the agent's leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import GATHER, TENTATIVE
from rolefit.direction.gates import NO_ROLE
from rolefit.explain import wording
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
MOST_WORDS_OF_A_RULE = 20
MOST_WHY = 3
PARAGRAPHS = (
    ("bring", "suggestion"),
    ("why0", "why1", "why2"),
    ("contested", "early", "unsure", "why_not", "change"),
    ("turn",),
)
GIVE_WAY = ("why_not", "why1", "change", "why2", "unsure", "why0")
"""What is left out first, for both readers, where a text would be too long for one of them."""
WAIT_CODES = tuple(f"waits_{gate}" for gate in WAITS)
WISHES_TOLD = ("wish_want", "wish_open", "wish_step_back", "wish_stay")
THIN = ("only_metrics", "too_little_seen")
ASIDE = (
    "gap", "gap_metric", "interest_differs", "wish_asks_first", "wish_outside", "not_yet_seen",
    *THIN, *WAIT_CODES,
)  # fmt: skip
"""Reasons that have a place of their own in a text, not among the why."""


@dataclass(frozen=True)
class Parts:
    """The parts of a text in reading order, each over n agents and for both readers."""

    bring: Said
    suggestion: Said
    why: tuple[Said, ...]
    contested: Said
    """An answer that is owed."""
    early: Said
    """What should be talked about early."""
    early_in_short: Said
    unsure: Said
    why_not: Said
    change: Said
    change_of_it: Said
    """The same right after `why_not`, where that is about the same role."""
    turn: Said

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
        waits = _reason_of(reasons, spoken, WAIT_CODES).where(
            ~(notes.contested & np.asarray(reasons.has("waits_contest").any(axis=1)))
        )
        return cls(
            bring=_bring(strengths, names),
            suggestion=_suggestion(view, names),
            why=_why(together.reasons, joined_up),
            contested=say_one(wording.sentence(names, "first", "contested"), notes.contested),
            early=notes.early,
            early_in_short=say_one(
                wording.sentence(names, "first", "something"), notes.early.anything
            ),
            unsure=_unsure(view, reasons, spoken, notes, names),
            why_not=first_said(waits, _why_not(view, beside, names)),
            change=_change(view, reasons, spoken, notes, names, about),
            change_of_it=first_said(
                tell_growth(names, "it_closer", about, about.closer),
                tell_growth(names, "it_stronger", about, view.moves),
            ),
            turn=_turn(view, names),
        )

    def texts(self) -> dict[str, pa.StringArray]:
        """All parts as one text a reader; what is told to one is told to the other."""
        parts = {f"why{k}": part for k, part in enumerate(self.why)}
        parts |= {name: part for name, part in vars(self).items() if isinstance(part, Said)}
        short, of_it = parts.pop("early_in_short"), parts.pop("change_of_it")
        for name in GIVE_WAY:
            parts[name] = parts[name].where(~_too_long(parts))
        of_it = of_it.where(parts["change"].anything & parts["why_not"].anything)
        after = {**parts, "change": first_said(of_it, parts["change"])}
        parts["change"] = first_said(of_it.where(~_too_long(after)), parts["change"])
        parts["early"] = first_said(short.where(_too_long(parts)), parts["early"])
        return {reader: _whole(parts, reader) for reader in READERS}


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
        lambda k, r: wording.suggestion(names, KEYS[k], r),
        everybody, view.key, view.decision.target,
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


def _reason_of(reasons: Reasons, spoken: Said, codes: tuple[str, ...]) -> Said:
    """The sentence of the first reason with one of the codes."""
    found = reasons.has(*codes)
    row = np.arange(len(found))
    return spoken.at(np.where(found.any(axis=1), row * AT_MOST + found.argmax(axis=1), NONE))


def _unsure(view: View, reasons: Reasons, spoken: Said, notes: Notes, names: Names) -> Said:
    """The first thing that does not apply, differs, is not yet seen or rests on little."""
    gathers = view.decision.status == GATHER
    leaves = view.key == KEYS.index("leaving")
    unseen = _unseen(reasons, names)
    impression = wording.sentence(names, "unsure", "first_impression")
    return first_said(
        first_said(_reason_of(reasons, spoken, THIN), unseen).where(gathers),
        _rule(notes, names),
        notes.conflict,
        unseen,
        notes.retake,
        say_one(impression, view.decision.status == TENTATIVE),
    ).where(~leaves)


def _rule(notes: Notes, names: Names) -> Said:
    """A metric that does not apply, by name where that is short."""
    rule = notes.applies
    some = wording.sentence(names, "unsure", "some_do_not_apply")
    return first_said(
        rule.where(rule.words("agent") <= MOST_WORDS_OF_A_RULE), say_one(some, rule.anything)
    )


def _unseen(reasons: Reasons, names: Names) -> Said:
    """All unseen attributes among the reasons in one breath."""
    unseen = reasons.has("not_yet_seen")
    order = np.argsort(~unseen, axis=1, kind="stable")[:, :2]
    what = np.take_along_axis(np.where(unseen, reasons.attribute, NONE), order, axis=1)

    def sentence(*attributes: int) -> Line:
        return wording.not_yet_seen(names, *(a for a in attributes if a != NONE))

    return say(sentence, np.asarray(unseen.any(axis=1)), *what.T)


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
        _reason_of(reasons, spoken, ("interest_differs",)).where(nowhere),
        tell_growth(names, "here", about, about.here),
        tell_growth(names, "stronger", about, ~about.here),
        say_one(stay, view.key == KEYS.index("out")),
        _unseen(reasons, names).where(np.asarray(reasons.has(*THIN).any(axis=1))),
        _rule(notes, names).where(view.decision.status == GATHER),
    )


def _turn(view: View, names: Names) -> Said:
    """An open question to end on."""
    everybody = np.ones(view.agents, bool)
    return say(lambda k: wording.sentence(names, "turn", KEYS[k]), everybody, view.key)
