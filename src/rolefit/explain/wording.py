"""Every sentence rolefit says to an agent: plain words, strengths first, no promise, no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.explain import labels
from rolefit.explain.names import Names, listed, upper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolefit.schema.config import Config

BANNED = (
    "failure", "fail", "fails", "failed", "poor", "poorly", "weak", "weakness", "low potential",
    "potential", "fired", "fire", "pip", "underperform", "underperformer", "deficit", "deficient",
    "inadequate", "incompetent", "dismiss", "dismissal", "terminate", "termination", "manage out",
    "bad", "worst", "unfit", "guarantee", "guaranteed", "will get the role",
)  # fmt: skip
OTHERS = "others"

RATERS = {
    "lead": ("your team lead", "sees"),
    "peer": ("your colleagues", "see"),
    "client": ("your clients", "see"),
    "qa": ("the quality team", "sees"),
    "self": ("you yourself", "see"),
}
SOMEBODY = ("people who work with you", "see")
WAITS = {
    "ready": "For {role}, what we have seen so far is not a full match yet.",
    "better": "We are not sure that {role} would suit you better than your current one.",
    "evidence": "For {role}, we would want to see more before we suggest it.",
    "record": "For {role}, we would want to see more than numbers first.",
    "must_have": "{Role} leans on a few things we would want to see grow first.",
    "tenure": "A move to {role} needs some time in your current role first.",
    "contest": "You raised a question about an earlier suggestion; it deserves an answer first.",
    "gain": "A move to {role} would change little for you right now.",
}
TURNS = {
    "up": "Your turn: how does this sound to you, and what did we miss?",
    "sideways": "Your turn: how does this sound to you, and what did we miss?",
    "step_back": "Your turn: what would make this step right for you?",
    "stay": "Your turn: what would you like to do more of?",
    "explore": "Your turn: would you like this, and what would make it right for you?",
    "gather": "Your turn: what should we know about you?",
    "out": "Nothing is decided. Your turn: what kind of work gives you energy?",
    "leaving": "Your turn: how can we help you take a good next step?",
}
THANKS = "Thank you for the work you do here."
FIRST_IMPRESSION = "This is a first impression, so please correct us."
SOME_DO_NOT_APPLY = "Some numbers do not apply to the work you do, so they did not count."
ONLY_METRICS = "So far we know you only by numbers, and numbers alone never decide."
TOO_LITTLE_SEEN = (
    "So far we have seen only part of what you do. A rating by somebody who works with you could "
    "show more."
)
ELSEWHERE = "The roles we have here draw less on what you enjoy and do well."
WANTS_OUTSIDE = "You told us you would like to look outside the centre."
WANTS_TO_STAY = "You told us you would like to stay in your role, and that counts."
STAY_AND_GROW = "If you would rather stay, tell us, and we will look at ways to grow here together."
NO_CHANGE = "We do not know enough yet to suggest anything, so for now nothing changes."
SUPPORT_OUTSIDE = "You would like to look outside, and we support you in that."


def brings(names: Names, attribute: int, family: str, source: str) -> str:
    """A strength, and where it was seen."""
    what = names.attributes[attribute]
    if family == "metrics":
        metric = names.metrics.get(source, source)
        return f"Your numbers for {metric} are better than usual for the clients you serve."
    if family == "contributions":
        work = names.contributions.get(source, source)
        return f"Your record of {work} shows a strength in {what}."
    if family == "ratings":
        who, see = RATERS.get(source, SOMEBODY)
        return f"{upper(who)} {see} a strength in {what}."
    return f"Your survey answers show a strength in {what}."


def enjoys(names: Names, attribute: int, role: int) -> str:
    """An interest that a role offers."""
    return f"You told us you enjoy {names.attributes[attribute]}; {names.roles[role]} offers that."


def gap(names: Names, attribute: int, family: str, source: str, role: int) -> str:
    """Something a role asks for and the evidence places lower."""
    asks = f"{upper(names.roles[role])} asks for {names.attributes[attribute]};"
    if family == "metrics":
        return f"{asks} your numbers for {names.metrics.get(source, source)} leave room to grow."
    if family == "contributions":
        return f"{asks} your record shows less of it so far."
    if family == "ratings":
        who, see = RATERS.get(source, SOMEBODY)
        return f"{asks} {who} {see} room to grow there."
    return f"{asks} your survey answers put it lower for now."


def enjoys_less(names: Names, attribute: int, role: int) -> str:
    """A role offers something that the agent enjoys less."""
    what = names.attributes[attribute]
    return f"Part of {names.roles[role]} is {what}; your answers point more to other things."


def wish(names: Names, role: int, word: str) -> str:
    """What the agent said about a role."""
    where = names.roles[role]
    return {
        "want": f"You told us you would like {where}.",
        "open": f"You told us you are open to {where}.",
        "not_now": f"You told us now is not the time for {where}, and that counts.",
        "no": f"You told us {where} is not for you, and that counts.",
        "unknown": f"We do not know whether you would like {where}, so we ask first.",
        "step_back": f"You told us you would like to look at a step back, such as {where}.",
    }[word]


def waits(names: Names, role: int, gate: str) -> str:
    """What keeps a move from being suggested yet."""
    where = names.roles[role]
    return WAITS[gate].format(role=where, Role=upper(where))


def not_yet_seen(names: Names, *attributes: int) -> str:
    """What no evidence speaks of, and how it could be shown."""
    what = listed(names.attributes[a] for a in attributes)
    ways = upper(listed(dict.fromkeys(names.ways[a] for a in attributes)))
    return f"Not yet seen, and not held against you: {what}. {ways} could show more."


def what_you_bring(names: Names, attributes: Iterable[int]) -> str:
    """The opening: strengths first; an interest is called one."""
    told = [
        f"an interest in {names.attributes[a]}" if names.interest[a] else names.attributes[a]
        for a in attributes
    ]
    return f"What you bring: {listed(told)}."


def suggestion(names: Names, key: str, role: int) -> str:
    """What is suggested, by direction (or `explore`, `gather`, `leaving`)."""
    if key == "gather":
        return NO_CHANGE
    if key == "leaving" and role < 0:
        return SUPPORT_OUTSIDE
    where = names.roles[role]
    head = upper(where)
    return {
        "up": f"We suggest talking about {where} as a next step up.",
        "sideways": f"We suggest talking about a move to {where}.",
        "step_back": f"You are open to a step back, and {where} looks like a good match.",
        "stay": f"We suggest you stay in {where} and keep growing there.",
        "explore": f"{head} could suit you. Would you like it? A no is a fine answer too.",
        "out": f"An honest question: where would you thrive most? {head} may suit you better "
        "than the roles we have here.",
        "leaving": f"{SUPPORT_OUTSIDE} {head} could be a good match.",
    }[key]


def why_not(names: Names, other: int, role: int, attribute: int) -> str:
    """Why the runner-up was not suggested: where the chosen role draws more."""
    chosen = upper(names.roles[role])
    return f"Why not {names.roles[other]}? {chosen} draws more on {names.attributes[attribute]}."


def could_change(names: Names, attribute: int, role: int) -> str:
    """What would make a better match, as a possibility."""
    what = names.attributes[attribute]
    return f"Growing in {what} would make {names.roles[role]} a stronger match."


def sources_differ(names: Names, attribute: int) -> str:
    """Families of evidence disagree on an attribute."""
    return f"Our sources differ on {names.attributes[attribute]}, so let us talk about it first."


def unseen_note(names: Names, attributes: Iterable[int]) -> str:
    """Top attributes of a role without any evidence."""
    what = listed(names.attributes[a] for a in attributes)
    return f"Not yet seen, so not counted for or against: {what}."


def remark(names: Names, code: str, subject: str) -> str:
    """A note on what does not apply, could not be compared or was hard to read."""
    first, _, second = subject.partition("+")
    metric = names.metrics.get(first, first)
    guard = names.metrics.get(second, second) or "another number"
    work = names.contributions.get(subject, subject)
    return {
        "not_applicable": closed(subject),
        "traded": f"Lately {metric} moved the right way while {guard} moved the other way, so "
        f"{metric} counts a little less for now. What changed?",
        "near_target": f"Many of your numbers for {metric} lie right beside the target, so they "
        "count a little less for now. How does the target shape your work?",
        "short_contacts": f"Your numbers for {metric} stand out from those of others, so related "
        "numbers count a little less for now. What happens in these contacts?",
        "talk_early_decline": f"{upper(metric)} seems to have become harder for you lately. Let us "
        "talk early: what changed, and what would help?",
        "talk_early_interest": f"Your answers show less joy in {subject} than before. Let us talk "
        "early: what changed, and what would help?",
        "reply_contested": "You disagreed with an earlier suggestion; it still waits for a "
        "person's answer.",
        "reply_deferred": "You told us that an earlier suggestion came at the wrong time; there is "
        "no hurry.",
        "reply_evidence": "You told us more after an earlier suggestion; thank you, it counts now.",
        "reply_agreed": "You agreed with an earlier suggestion; the next step is a talk.",
        "held": "As last time: a suggestion changes only when two runs in a row speak for it.",
        "easier_mix": "Lately you served other clients or channels than before, so some of your "
        "numbers count a little less for now. What changed?",
        "not_comparable": f"Your numbers for {metric} could not be compared fairly, because "
        "nobody else does the same work; they did not count.",
        "own_praise": f"What you recorded about yourself under {work} does not count; what others "
        "recorded does.",
        "own_rating": "Ratings you gave yourself do not count, whatever kind of rater they name; "
        "those by others do.",
        "retake": f"Some of your {subject} survey answers were hard to read, so they count less; "
        "please retake the survey when you have time.",
        "careless": f"A few of your {subject} survey answers were hard to read, so they count a "
        "little less.",
    }[code]


def remark_on(names: Names, code: str, attributes: Iterable[int], *, more: bool) -> str:
    """A note on scales that could not be scored, or only roughly; all of them in one sentence."""
    what = listed([*(names.attributes[a] for a in attributes), *([OTHERS] if more else [])])
    return {
        "too_few_answers": f"Too few questions were answered, so these were left out: {what}.",
        "poor_scale": f"The survey measures these only roughly, so they count less: {what}.",
        "unusable_scale": "The survey questions on these do not measure one thing here, so they "
        f"did not count: {what}.",
    }[code]


def contrast(
    config: Config, role: str, other: str, terms: Mapping[str, float], gates: Iterable[str]
) -> str:
    """What speaks for one role against another, and which gates are open."""
    names = Names.of(config)
    places = {attribute: k for k, attribute in enumerate(config.attributes)}
    role_name, other_name = (names.roles[list(config.roles).index(r)] for r in (role, other))
    most = max(terms, key=lambda a: terms[a], default="")
    least = min(terms, key=lambda a: terms[a], default="")
    parts = []
    if most and terms[most] > 0:
        parts.append(f"for it speaks, most of all, {names.attributes[places[most]]}")
    if least and terms[least] < 0:
        parts.append(f"against it, {names.attributes[places[least]]}")
    told = "; ".join(parts) or "nothing seen so far tells them apart"
    text = f"{upper(role_name)} held against {other_name}: {told}."
    return text + _still_open(gates)


def change(
    config: Config, role: str, grow: Iterable[str], show: Mapping[str, tuple[str, ...]],
    also: Iterable[str], instead: str | None, *, feasible: bool,
) -> str:  # fmt: skip
    """What would make a role a stronger match; never a promise."""
    names = Names.of(config)
    phrases = dict(zip(config.attributes, names.attributes, strict=True))
    roles = dict(zip(config.roles, names.roles, strict=True))
    grow = listed(phrases[a] for a in grow)
    where = roles[role]
    if config.roles[role].outward:
        parts = [f"A path such as {where} is yours to choose: tell us, and we talk about it."]
    elif feasible and grow:
        parts = [f"Growing in {grow} would make {where} a stronger match."]
    elif feasible:
        parts = [f"What we have seen already speaks for {where}."]
    else:
        closer = f" {upper(roles[instead])} is closer to what you bring." if instead else ""
        parts = [f"{upper(where)} is more than one step away for now.{closer}"]
    if show:
        ways = listed(dict.fromkeys(ways[0] for ways in show.values()))
        parts.append(f"{upper(ways)} could show more.")
    return " ".join(parts) + _still_open(also)


def without_reason(rule: str) -> str:
    """What does not apply, without the reason after the colon: short enough for a text."""
    return closed(rule.split(": ", maxsplit=1)[0])


def _still_open(gates: Iterable[str]) -> str:
    """Names the gates that are open."""
    gates = [labels.GATE_LABELS[gate] for gate in dict.fromkeys(gates)]
    return f" Still open: {listed(gates)}." if gates else ""


def closed(sentence: str) -> str:
    """A sentence with its full stop."""
    sentence = sentence.strip()
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
