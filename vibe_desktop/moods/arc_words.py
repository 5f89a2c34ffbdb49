"""How a queue should go: "start quiet and build up", "wind down", "from sad to happy"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.captions.words import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.captions.vocabulary import Vocabulary

Arc: TypeAlias = tuple[str, str]
_Word: TypeAlias = "tuple[str, int] | None"

_QUALITIES = (Kind.MOOD, Kind.TEMPO)
_PASSES = 4
"""How often a text is gone through: what is said again is taken out as well, though the first counts."""
_LINK = re.compile(
    r"(?:\s+|^)(?:(?:very|really|quite|rather|more|something|somewhere|some|a|bit|little|all|and|it|be|being|sounding|off|out|up|with"
    r"|on|in|by|as|into|to|towards?|gradually|slowly|steadily|increasingly|ever)\s+){0,4}",
    re.I,
)
_TO = re.compile(r"\s+(?:and\s+)?(?:then\s+)?(?:to|into|towards?)(?=\s)", re.I)
_STARTS = re.compile(
    r"(?<!the )\b(?:start|starts|starting|begin|begins|beginning|kick(?:s|ing)?\s+off)(?=\s)", re.I
)
_FIRST = re.compile(r"\b(?:at\s+)?first(?:ly)?(?=\s)(?=[^.;!?]*\bthen\b)", re.I)
_AT_START = re.compile(
    r"\s+(?:at|in|from)\s+(?:the\s+)?(?:start|beginning)\b|\s+(?:at\s+)?first\b(?=[^.;!?]*\bthen\b)", re.I
)
_ENDS = re.compile(r"(?<!never )(?<!never-)\b(?:end|ends|ending|finish|finishes|finishing)(?=\s)", re.I)
_AT_END = re.compile(r"\s+(?:at|towards?|in|by)\s+the\s+end\b", re.I)
_HIGH = re.compile(r"(?:\s+up)?\s+on\s+a\s+(?:(?P<high>high)|low)(?:\s+note)?\b", re.I)
_THEN = re.compile(r"\b(?:and\s+)?then(?=\s)", re.I)
_GROWS = re.compile(
    r"\b(?:(?:and|then|that|which|gradually|slowly|steadily)\s+){0,4}(?P<verb>gets?|getting|becomes?|becoming|grows?|growing|turns?|turning|goes|going|go|moves?|moving|gradually|slowly"
    r"|steadily|progressively|increasingly)(?=\s)",
    re.I,
)
_AGAIN = re.compile(r"\s+and\s+(?:more\s+)?[^\W\d_]+", re.I)

_LATER = r"(?:\s+(?:slowly|gradually|steadily|over\s+time|bit\s+by\s+bit|(?:at|towards|in)\s+the\s+end))"
_RISES = re.compile(
    rf"(?:\b(?:slowly|gradually|steadily|and|then|that|which)\s+){{0,4}}\b(?:build(?:s|ing)?(?:\s+(?:slowly|gradually|it|things))*\s+up|ramp(?:s|ing)?\s+(?:it\s+)?up){_LATER}*",
    re.I,
)
_FALLS = re.compile(
    rf"(?:\b(?:slowly|gradually|steadily|and|then)\s+){{0,4}}\b(?:wind(?:s|ing)?|cool(?:s|ing)?)\s+(?:it\s+|me\s+|things\s+)?down\b{_LATER}*",
    re.I,
)
# These also tell a mood ("calm down"), so only what comes before or after them makes them a movement.
_MAYBE = (
    (
        r"(?:speed(?:s|ing)?\s+up|pick(?:s|ing)?\s+up\s+(?:the\s+)?(?:speed|pace|tempo)|accelerat(?:e|es|ing))",
        "fast",
    ),
    (r"slow(?:s|ing)?\s+down", "slow"),
    (r"(?:calm(?:s|ing)?|quiet(?:s|en|ens|ing)?)\s+down|(?:fade|fades|fading)\s+out", "calm"),
)
_MOVES = [
    (
        re.compile(
            rf"\b(?:and|then|gradually|slowly|steadily)\s+(?:{words})\b{_LATER}*|\b(?:{words}){_LATER}+\b",
            re.I,
        ),
        end,
    )
    for words, end in _MAYBE
]


def take_arc(text: str, vocabulary: Vocabulary) -> tuple[Arc | None, str]:
    """Find how the queue should begin and end; return words for both ("" if not said) and the rest."""
    reader = _Reader(text, vocabulary)
    for read in _PASSES * (reader.from_to, reader.start, reader.movement, reader.end, reader.growth):
        read()
    if reader.first == reader.last:  # nothing, or there and back again
        return None, text
    return (reader.first, reader.last), reader.text


class _Reader:
    """Takes one way of saying it after another out of a text; what was said first counts."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.first = ""
        self.last = ""
        self._vocabulary = vocabulary

    def from_to(self) -> None:
        """Read "from sad to happy", and "calm to energetic"."""
        for mention in self._vocabulary.mentions(self.text):
            joined = _TO.match(self.text, mention.end)
            if mention.entry.kind in (Kind.ERA, Kind.SITUATION) or not joined:
                continue
            before = re.search(
                r"\bfrom\s+(?:(?:very|really|something|a|the)\s+){0,4}$", self.text[: mention.start], re.I
            )
            after = self._word(joined.end())
            if not after or not (before or (mention.entry.kind in _QUALITIES and self._is_quality(after[0]))):
                continue
            self.first, self.last = self._said(mention.start, mention.end), after[0]
            self._cut(before.start() if before else mention.start, after[1])
            return

    def start(self) -> None:
        """Read "start quiet", "first quiet, then …", "quiet at the beginning"."""
        for read, cue in ((self._trail, _AT_START), (self._lead, _STARTS), (self._lead, _FIRST)):
            if read(cue, self._begin):
                return

    def end(self) -> None:
        """Read "end on a high", "finish with something romantic", "calm at the end"."""
        for found in _ENDS.finditer(self.text):
            if note := _HIGH.match(self.text, found.end()):
                self._finish("energetic" if note["high"] else "calm")
                self._cut(found.start(), note.end())
                return
        if not self._trail(_AT_END, self._finish):
            self._lead(_ENDS, self._finish)
        if self.first and not self.last:
            self._lead(_THEN, self._finish)

    def movement(self) -> None:
        """Read "build up", also "to something epic", "wind down", "and slow down"."""
        for pattern, end in ((_RISES, "energetic"), (_FALLS, "calm"), *_MOVES):
            if found := pattern.search(self.text):
                after = (
                    self._word(found.end())
                    if re.match(r"\s+(?:to|into|towards?)\s", self.text[found.end() :], re.I)
                    else None
                )
                self._finish(after[0] if after else end)
                self._cut(found.start(), after[1] if after else found.end())

    def growth(self) -> None:
        """Read "get faster", "gradually calmer", "slower and slower"; after a beginning "becomes wild"."""
        for found in _GROWS.finditer(self.text):
            after = self._word(found.end())
            if after and (self.first or self._compares(self.text[found.end() : after[1]])):
                again = _AGAIN.match(self.text, after[1])
                same = again is not None and self._compares(again.group())
                self._finish(after[0])
                self._cut(found.start(), again.end() if again and same else after[1])
                return

    def _lead(self, cue: re.Pattern[str], keep: Callable[[str], None]) -> bool:
        for found in cue.finditer(self.text):
            if after := self._word(found.end()):
                keep(after[0])
                self._cut(found.start(), after[1])
                return True
        return False

    def _trail(self, cue: re.Pattern[str], keep: Callable[[str], None]) -> bool:
        for found in cue.finditer(self.text):
            mentions = [each for each in self._vocabulary.mentions(self.text) if each.end == found.start()]
            if mentions:
                keep(self._said(mentions[0].start, mentions[0].end))
                self._cut(mentions[0].start, found.end())
                return True
        return False

    def _word(self, at: int) -> _Word:
        """Return the entry that is named here, as the person calls it, and where it ends."""
        link = _LINK.match(self.text, at)
        if not link:
            return None
        following = re.match(r"[^.,;:!?\n()]{0,60}", self.text[link.end() :])
        mentions = self._vocabulary.mentions(following.group() if following else "")
        if not mentions or mentions[0].start > 0 or mentions[0].entry.kind in (Kind.ERA, Kind.SITUATION):
            return None
        end = link.end() + mentions[0].end
        return self._said(link.end(), end), end

    def _said(self, start: int, end: int) -> str:
        """Return the words as they are, "calm" for "calmer"."""
        said = self.text[start:end].lower()
        entry = self._vocabulary.find(said)
        return entry.name if entry and self._compares(said) else said

    def _compares(self, said: str) -> bool:
        """Tell whether words compare: "calmer", "more energetic"."""
        if re.search(r"\bmore\s", said, re.I):
            return True
        last = key(said).split()[-1:]
        entry = self._vocabulary.find(last[0]) if last and last[0].endswith("er") else None
        return entry is not None and entry.kind in _QUALITIES and not entry.name.endswith("er")

    def _is_quality(self, phrase: str) -> bool:
        entry = self._vocabulary.find(phrase)
        return entry is not None and entry.kind in _QUALITIES

    def _begin(self, words: str) -> None:
        self.first = self.first or words

    def _finish(self, words: str) -> None:
        self.last = self.last or words

    def _cut(self, start: int, end: int) -> None:
        self.text = f"{self.text[:start]} , {self.text[end:]}"
