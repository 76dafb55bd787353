"""How hard a text is to read, as a school grade: one formula a language."""

from __future__ import annotations

import re

WORDS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
SENTENCES = re.compile(r"[.:;?!]+(?:[\"\u201c\u201d)]*)(?:\s|$)")
"""A unit of thought ends with any of these (Flesch 1949)."""
ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
ENGLISH_SILENT = re.compile(
    r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|(?<![aeiouytd])ed$|(?<![aeiouyscgxz])es$"
)
GERMAN_VOWELS = re.compile(r"aa|ee|oo|ie|ei|ai|au|eu|\u00e4u|ey|ay|[aeiouy\u00e4\u00f6\u00fc]")
LONG_WORD, MANY_SYLLABLES = 6, 3


def school_grade(text: str, formula: str) -> float:
    """The school grade that a text needs.

    Args:
        text: a few sentences.
        formula: `flesch_kincaid` for English, `wiener` for German, `none`.

    Returns:
        Grade; 0 for `none` and for a text without words.

    Limits:
        counts letters, syllables and words; it knows nothing of what they mean.
    """
    if formula == "none" or not WORDS.search(text):
        return 0.0
    return flesch_kincaid(text) if formula == "flesch_kincaid" else wiener(text)


def flesch_kincaid(text: str) -> float:
    """Grade of an English text.

        .39 words / sentences + 11.8 syllables / words - 15.59

    Source:
        Kincaid, Fishburne, Rogers & Chissom 1975.

    Example:
        >>> round(flesch_kincaid("The cat sat on the mat."), 1)
        -1.4
    """
    words = WORDS.findall(text.lower())
    syllables = sum(_english_syllables(word) for word in words)
    return 0.39 * len(words) / _sentences(text) + 11.8 * syllables / len(words) - 15.59


def wiener(text: str) -> float:
    """Grade of a German text: the first Vienna formula for non-fiction.

        .1935 MS + .1672 SL + .1297 IW - .0327 ES - .875

    with MS the per cent of words of three syllables and more, SL words a sentence, IW the per
    cent of words of more than six letters, ES the per cent of words of one syllable.

    Source:
        Bamberger & Vanecek 1984.

    Example:
        >>> round(wiener("Die Katze sitzt auf der Matte."), 1)
        -2.1
    """
    words = WORDS.findall(text.lower())
    counts = [max(len(GERMAN_VOWELS.findall(word)), 1) for word in words]
    many = 100 * sum(count >= MANY_SYLLABLES for count in counts) / len(words)
    one = 100 * sum(count == 1 for count in counts) / len(words)
    long = 100 * sum(len(word) > LONG_WORD for word in words) / len(words)
    length = len(words) / _sentences(text)
    return 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * one - 0.875


def _sentences(text: str) -> int:
    """Units of thought, at least one."""
    return max(len(SENTENCES.findall(text)), 1)


def _english_syllables(word: str) -> int:
    """Groups of vowels, silent endings left out."""
    return max(len(ENGLISH_VOWELS.findall(ENGLISH_SILENT.sub("", word))), 1)
