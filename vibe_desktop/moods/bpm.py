"""Beats a minute in a request: "around 120 bpm", "120-130 bpm", "over 140 bpm"."""

from __future__ import annotations

import re

SLOWEST, FASTEST = 20.0, 400.0
"""Beats a minute that stand for an open end; no music is outside them."""
_ABOUT = 0.05
"""How far, of a tempo, music may be from one that is named: what a person still hears as the same."""

_NUMBER = r"\d{2,3}(?:[.,]\d)?"
_UNIT = r"(?:bpm|beats?\s*(?:per|a|/)\s*min(?:ute)?s?)\b"
_OVER = (
    r"(?:over|above|(?:no|not)\s+(?:less|slower|lower)\s+than|not\s+(?:under|below)"
    r"|(?:more|faster|higher)\s+than|at\s+least|min(?:imum)?|>=?)"
)
_UNDER = (
    r"(?:under|below|(?:no|not)\s+(?:more|faster|higher)\s+than|not\s+(?:over|above)"
    r"|(?:less|slower|lower)\s+than|at\s+most|up\s+to|max(?:imum)?|<=?)"
)
_ONE = (
    r"(?:(?:at|with|of|by)\s+)?(?:(?:a|the)\s+)?(?:(?:tempo|speed|pace)\s+(?:of\s+)?)?"
    r"(?:(?:around|about|roughly|circa|ca\.?|approximately|exactly)\s+|~\s*)?"
)
_TO = r"\s*(?:[-\u2013\u2014]|\b(?:to|and|till|until)\b)\s*"
_RANGE = re.compile(
    rf"(?:\b(?:between|from|at|with|around|about|roughly)\s+){{0,2}}(?<![\w.,])(?P<low>{_NUMBER})\s*(?:bpm\s*)?{_TO}(?P<high>{_NUMBER})\s*{_UNIT}"
    rf"|\bbpm\s*(?:of|:|=|between|from)?\s*(?P<low2>{_NUMBER}){_TO}(?P<high2>{_NUMBER})\b",
    re.I,
)
_SINGLE = re.compile(
    rf"(?:(?<!\w)(?P<over>{_OVER})\s*|(?<!\w)(?P<under>{_UNDER})\s*)?(?<!\w){_ONE}(?<![\w.,])(?P<number>{_NUMBER})"
    rf"(?P<plus>\s*\+)?\s*{_UNIT}(?:\s+(?:(?P<up>(?:and|or)\s+(?:up|more|faster|above|higher))|(?P<down>(?:and|or)\s+(?:less|slower|below|lower)))\b)?"
    rf"|\b(?:bpm|tempo)\s*(?:of|:|=|around|about)?\s*(?P<after>{_NUMBER})\b",
    re.I,
)


def take_bpm(text: str) -> tuple[tuple[float, float] | None, str]:
    """Find a tempo in beats a minute; return its range (inclusive) and the text without those words."""
    found, span = _RANGE.search(text), None
    if found:
        ends = sorted(_number(found[part]) for part in ("low", "high", "low2", "high2") if found[part])
        span = ends[0], ends[1]
    text = _RANGE.sub(" , ", text)
    if not span and (found := _SINGLE.search(text)):
        span = _span(found)
    return span, _SINGLE.sub(" , ", text)


def tempo_range(lowest: float, highest: float) -> str:
    """Return a range as a person writes it: "around 120 bpm", "over 140 bpm", "120-130 bpm"."""
    if highest >= FASTEST:
        return f"over {lowest:g} bpm"
    if lowest <= SLOWEST:
        return f"under {highest:g} bpm"
    middle = (lowest + highest) / 2
    if (lowest, highest) == _around(middle):
        return f"around {middle:g} bpm"
    return f"{lowest:g}\N{EN DASH}{highest:g} bpm"


def _span(found: re.Match[str]) -> tuple[float, float]:
    tempo = _number(found["number"] or found["after"])
    if found["over"] or found["plus"] or found["up"]:
        return min(tempo, FASTEST), FASTEST
    if found["under"] or found["down"]:
        return SLOWEST, max(tempo, SLOWEST)
    return _around(tempo)


def _around(tempo: float) -> tuple[float, float]:
    off = round(tempo * _ABOUT)
    return tempo - off, tempo + off


def _number(text: str) -> float:
    return float(text.replace(",", "."))
