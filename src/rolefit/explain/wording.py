"""Turns keys and names into sentences: the only place that fills the templates of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.explain.names import Names, listed, upper
from rolefit.explain.said import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolefit.explain.show import Show
    from rolefit.schema.config import Config
    from rolefit.schema.language import Language


def sentence(names: Names, part: str, key: str, **values: str | Line) -> Line:
    """One sentence of a text, to both readers.

    Args:
        names: how things are called.
        part: part of the language's sentences.
        key: which sentence.
        values: what fills the placeholders.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> sentence(Names.of(build_config({})), "wish", "open", role="the mentor role").leader
        'They told us they are open to the mentor role.'
    """
    forms = names.language.sentences[part][key]
    return Line(_fill(forms.agent, values, "agent"), _fill(forms.leader, values, "leader"))


def what_you_bring(names: Names, attributes: Iterable[int]) -> Line:
    """The opening: strengths first; an interest is called one."""
    told = list(attributes)
    what = _list(names, [names.attributes[a] for a in told if not names.interest[a]])
    liked = _list(names, [names.attributes[a] for a in told if names.interest[a]])
    key = "both" if what and liked else "strengths" if what else "interests"
    return sentence(names, "bring", key, what=what, liked=liked)


def suggestion(names: Names, key: str, role: int, *, own: bool) -> Line:
    """What is suggested, by direction (or `explore`, `gather`, `leaving`); -1 = no role.

    Args:
        names: how things are called.
        key: direction, or one of the others.
        role: role position.
        own: who leaves named this destination.
    """
    if role < 0:
        return sentence(names, "suggestion", "leaving_open" if key == "leaving" else key)
    if key == "leaving" and not own:
        key = "leaving_guess"
    return sentence(names, "suggestion", key, role=names.roles[role])


def brings(names: Names, attributes: Sequence[int], family: str, source: str) -> Line:
    """Strengths that one source shows, and where they were seen."""
    what = _list(names, [names.attributes[a] for a in attributes])
    return _from_source(names, "brings", family, source, what=what)


def gap(names: Names, attribute: int, family: str, source: str, role: int) -> Line:
    """Something a role asks for and the evidence places lower."""
    what, where = names.attributes[attribute], names.roles[role]
    return _from_source(names, "gap", family, source, what=what, role=where)


def enjoys(names: Names, attributes: Sequence[int], role: int, *, here: bool) -> Line:
    """Interests that another role would offer, or that the present one does."""
    what = _list(names, [names.attributes[a] for a in attributes])
    key = "here" if here else "offered"
    return sentence(names, "enjoys", key, what=what, role=names.roles[role])


def about(names: Names, part: str, key: str, role: int, attribute: int = -1) -> Line:
    """A sentence about a role, and about an attribute where it names one."""
    what = names.attributes[attribute] if attribute >= 0 else ""
    return sentence(names, part, key, role=names.roles[role], what=what)


def draws_more(names: Names, other: int, role: int, attribute: int) -> Line:
    """Why the runner-up was not suggested: where the chosen role draws more."""
    what = names.attributes[attribute]
    role_name, other_name = names.roles[role], names.roles[other]
    return sentence(names, "beside", "draws_more", other=other_name, role=role_name, what=what)


def not_yet_seen(names: Names, *attributes: int) -> Line:
    """What no evidence speaks of, and how it could be shown."""
    what = _list(names, [names.attributes[a] for a in attributes])
    ways = dict.fromkeys(names.ways[a] for a in attributes)
    told = Line(*(_list(names, [way.to(r) for way in ways]) for r in ("agent", "leader")))
    return sentence(names, "unsure", "not_yet_seen", what=what, ways=told)


def first(names: Names, metrics: Sequence[str], interests: Sequence[str]) -> Line:
    """What should be talked about before anything else: metrics that fall, joy that fades."""
    metric = _list(names, [names.metrics.get(m, m) for m in metrics])
    liked = _list(names, [names.phrases.get(a, a) for a in interests])
    key = "both" if metric and liked else "decline" if metric else "interest"
    return sentence(names, "first", key, metric=metric, liked=liked)


def does_not_apply(names: Names, subject: str) -> Line:
    """A metric that does not apply, without the reason: short enough for a text."""
    if subject not in names.rules:
        return Line.same(closed(subject.split(": ", maxsplit=1)[0]))
    label, rule = names.rules[subject]
    key = "client_and_channel" if rule.client and rule.channel else "anywhere"
    if key == "anywhere" and (rule.client or rule.channel):
        key = "client" if rule.client else "channel"
    client, channel = rule.client or "", rule.channel or ""
    return sentence(names, "unsure", key, metric=label, client=client, channel=channel)


def retake(names: Names, survey: str) -> Line:
    """A survey whose answers were hard to read, and a kind request to take it again."""
    return sentence(names, "unsure", "retake", survey=_survey(names, survey))


def remark(names: Names, code: str, subject: str) -> str:
    """A note on what does not apply, could not be compared or was hard to read."""
    if code == "not_applicable":
        return _with_reason(names, subject)
    if code == "retake":
        return retake(names, subject).agent
    metric, _, guard = subject.partition("+")
    return _fill(names.language.notes[code], {
        "metric": names.metrics.get(metric, metric),
        "guard": names.metrics.get(guard, guard) or names.language.grammar.another_metric,
        "work": names.contributions.get(subject, subject),
        "liked": names.phrases.get(subject, subject),
        "survey": _survey(names, subject),
    })  # fmt: skip


def remark_on(names: Names, code: str, attributes: Iterable[int], *, more: bool = False) -> str:
    """A note on several attributes, all of them in one sentence."""
    others = [names.language.grammar.others] if more else []
    what = _list(names, [*(names.attributes[a] for a in attributes), *others])
    return _fill(names.language.notes[code], {"what": what})


def contrast(
    config: Config, role: str, other: str, terms: Mapping[str, float], gates: Iterable[str]
) -> str:
    """What speaks for one role against another, and which gates are open."""
    names, answers = Names.of(config), config.language.answers
    role_name, other_name = (names.roles[config.role_ids.index(r)] for r in (role, other))
    most = max(terms, key=lambda a: terms[a], default="")
    least = min(terms, key=lambda a: terms[a], default="")
    parts = []
    if most and terms[most] > 0:
        parts.append(_fill(answers["speaks_for"], {"what": names.phrases[most]}))
    if least and terms[least] < 0:
        parts.append(_fill(answers["speaks_against"], {"what": names.phrases[least]}))
    told = answers["separator"].join(parts) or answers["nothing_differs"]
    text = _fill(answers["contrast"], {"role": role_name, "other": other_name, "told": told})
    return text + _still_open(config.language, gates)


def change(
    config: Config, role: str, grow: Iterable[str], show: Sequence[Show],
    also: Iterable[str], instead: str | None, *, feasible: bool, settles: bool,
    refusal: str | None,
) -> str:  # fmt: skip
    """What would make a role a stronger match, and what could settle it; never a promise.

    Args:
        config: effective config.
        role: id of the role asked about.
        grow: ids of attributes.
        show: what could be shown; none of it is asked for where the agent refused the role.
        also: other gates that are open.
        instead: id of a role within reach.
        feasible: growth is enough.
        settles: `show` could settle it.
        refusal: the agent's wish, `no` or `not_now`; None where it is another.
    """
    names, answers = Names.of(config), config.language.answers
    roles = dict(zip(config.roles, names.roles, strict=True))
    what = _list(names, [names.phrases[a] for a in grow])
    outward = config.roles[role].outward
    key = "outward" if outward else "far" if not feasible else "grow" if what else "enough"
    parts = [_fill(answers[key], {"what": what, "role": roles[role]})]
    if instead and key == "far":
        parts.append(_fill(answers["closer"], {"role": roles[instead]}))
    if refusal:
        told = sentence(names, "wish", refusal, role=roles[role]).agent
        left = [gate for gate in also if gate != "wish"]
        return " ".join([told, *parts]) + _still_open(config.language, left)
    ways = _ways(names, show)
    if ways:
        known = _list(names, ways)
        parts.append(_fill(answers["settle" if settles else "ways"], {"ways": known}))
    if not settles:
        parts.append(answers["unsettled"])
    return " ".join(parts) + _still_open(config.language, also)


def _ways(names: Names, show: Sequence[Show]) -> list[str]:
    """Each way once; ratings say what they are on where more than one is asked for."""
    about: dict[str, list[str]] = {}
    for piece in show:
        about.setdefault(piece.way, []).extend(names.phrases[a] for a in piece.attributes)
    rated = [piece.way for piece in show if piece.family == "ratings"]
    on = names.language.answers["on"]
    return [
        _fill(on, {"way": way, "what": _list(names, what)})
        if len(rated) > 1 and way in rated
        else way
        for way, what in about.items()
    ]


def closed(text: str) -> str:
    """A sentence with its full stop."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _from_source(names: Names, part: str, family: str, source: str, **values: str) -> Line:
    """A sentence that names where something was seen: numbers, records, raters or a survey."""
    if family == "metrics":
        metric = names.metrics.get(source, source)
        return sentence(names, part, "metrics", metric=metric, **values)
    if family == "contributions":
        work = names.contributions.get(source, source)
        return sentence(names, part, "contributions", work=work, **values)
    if family == "ratings":
        raters = names.language.phrases["raters"]
        sees = raters.get(source, raters["somebody"])
        return sentence(names, part, "ratings", sees=Line(sees.agent, sees.leader), **values)
    return sentence(names, part, "surveys", **values)


def _survey(names: Names, survey: str) -> str:
    """What a survey is called."""
    known = names.language.phrases["surveys"]
    return known[survey].agent if survey in known else survey


def _with_reason(names: Names, subject: str) -> str:
    """A rule in full, as the agent hears it."""
    if subject not in names.rules:
        return closed(subject)
    rule = does_not_apply(names, subject).agent.removesuffix(".")
    told = {"rule": rule, "reason": names.rules[subject][1].reason}
    return closed(_fill(names.language.notes["with_reason"], told))


def _still_open(language: Language, gates: Iterable[str]) -> str:
    """Names the gates that are open."""
    gates = [language.labels.gates[gate] for gate in dict.fromkeys(gates)]
    told = {"gates": listed(gates, language.grammar)}
    return f" {_fill(language.answers['still_open'], told)}" if gates else ""


def _list(names: Names, words: list[str]) -> str:
    """Several names as one part of a sentence."""
    return listed(words, names.language.grammar)


def _fill(template: str, values: Mapping[str, str | Line], reader: str = "agent") -> str:
    """A template with its placeholders filled; a capital puts a name at the head of a sentence."""
    told = {k: v.to(reader) if isinstance(v, Line) else v for k, v in values.items()}
    return template.format_map(told | {upper(k): upper(v) for k, v in told.items()})
