"""Every sentence that the templates of a language can make about a config."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from rolefit.explain.names import Names, listed
from rolefit.explain.said import READERS, Line
from rolefit.explain.wording import sentence
from rolefit.schema.languages import placeholders

if TYPE_CHECKING:
    from rolefit.schema.config import Config


def fillings(config: Config) -> dict[str, list[str | Line]]:
    """What each placeholder can be filled with."""
    names = Names.of(config)
    kinds = list(zip(names.attributes, names.interest, strict=True))
    able = [name for name, interest in kinds if not interest]
    liked = [name for name, interest in kinds if interest]
    grammar = config.language.grammar
    phrases = config.language.phrases
    return {
        "what": [*able, *liked, listed(able[:3], grammar)],
        "liked": [*liked, listed(liked[:2], grammar)],
        "role": list(names.roles),
        "other": list(names.roles[:4]),
        "metric": list(names.metrics.values()),
        "guard": [*names.metrics.values(), grammar.another_metric],
        "work": list(names.contributions.values()),
        "sees": [Line(forms.agent, forms.leader) for forms in phrases["raters"].values()],
        "ways": list(names.ways),
        "survey": [forms.agent for forms in phrases["surveys"].values()],
        "client": ["acme"],
        "channel": ["chat"],
    }


def every_line(config: Config) -> list[Line]:
    """Every sentence of a text, to both readers."""
    names, pools = Names.of(config), fillings(config)
    lines = []
    for part, templates in config.language.sentences.items():
        for key, forms in templates.items():
            wanted = sorted(placeholders(forms.agent))
            lines += [
                sentence(names, part, key, **dict(zip(wanted, values, strict=True)))
                for values in itertools.product(*(pools[name] for name in wanted))
            ]
    return lines


def every_sentence(config: Config) -> list[str]:
    """Every sentence of a text and every note, each once."""
    said = {line.to(reader) for line in every_line(config) for reader in READERS}
    pools = fillings(config)
    for code, template in config.language.notes.items():
        wanted = sorted(placeholders(template))
        if code == "with_reason":
            continue
        for values in itertools.product(*(pools[name] for name in wanted)):
            told = dict(zip(wanted, values, strict=True))
            heads = {k.capitalize(): v[:1].upper() + v[1:] for k, v in told.items()}
            said.add(template.format_map(told | heads))
    return sorted(said)
