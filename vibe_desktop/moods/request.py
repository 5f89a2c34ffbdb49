"""A person's words taken apart: what is refused, like what, how long, from when; the rest is the mood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.moods.arc_words import take_arc
from vibe_desktop.moods.bpm import take_bpm
from vibe_desktop.moods.chatter import has_word, telling, tidy
from vibe_desktop.moods.languages import languages_in, take_languages
from vibe_desktop.moods.named import NOTHING_PLAYS, Named, take_named, take_this
from vibe_desktop.moods.negation import NEGATION, VOICE_WORDS, Denied, take_denied
from vibe_desktop.moods.quantities import about_length, take_length, take_years
from vibe_desktop.moods.typos import mended
from vibe_desktop.moods.words import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import TrackId
    from vibe_desktop.moods.named import Lookup

LONGEST_TEXT = 10_000
"""Characters that are read at all; nobody means the ones after them."""
LONGEST_MOOD = 500
"""Characters of the mood that count: MiniLM was trained on 128 word pieces, about this many characters."""
_READ_AS = "Read as: anything but {}."
_A_TITLE = " If it is a title, put it in quotation marks to search for it as it is."
_TOO_LONG = "That is a long text, so only its beginning was used."
_EMPTY = VibeError(
    "There is no mood in that text.", 'Say it in a few words, for example "slow rainy evening, no vocals".'
)
_NOTHING_PLAYS = VibeError(
    NOTHING_PLAYS, "Play a song first, or name an artist or a title of your library: “like …”."
)

_INSTRUMENTAL = re.compile(r"\binstrumentals?\b", re.IGNORECASE)
_TEXTS = word_set("lyrics lyric words")
_FIRST_PICTOGRAPH = 0x2600
_PARTS = {"¼": ".25", "½": ".5", "¾": ".75"}
_PART = re.compile(r"(?P<after>(?<=\d)\s*)?(?P<part>[¼½¾])")
_DENIED_BEFORE = re.compile(rf"{NEGATION.pattern}\s+$", re.IGNORECASE)
_LONGEST_CUE = 60
"""Characters before a quotation that may deny it."""
_QUOTED = re.compile(r"(?<!\w)[\"“„«](?P<said>[^\"“”„«»]+)[\"”“»](?!\w)")


def parse(
    text: str, vocabulary: Vocabulary, names: Lookup | None = None, *, this: Sequence[TrackId] = ()
) -> MoodRequest:
    """Take a request apart. The mood is empty when only limits were given ("20 songs") or any music will do.

    What stands in quotation marks is mood as it is. `names` finds the tracks
    that "like Boards of Canada" means, `this` are those that "like this" means:
    what plays. Raises `VibeError` when the text says nothing that music could be chosen by.
    """
    named, readable = _take_tracks(_readable(text[:LONGEST_TEXT]), vocabulary, names, this)
    quoted, words = _take_quoted(readable)
    words, mendings = mended(words, vocabulary, names.holds if names else None)
    bpm, rest = take_bpm(words)
    length, rest = take_length(rest)
    denied, rest = take_denied(rest, vocabulary)
    arc, rest = take_arc(rest, vocabulary)
    languages, rest = take_languages(rest)
    years, rest = take_years(rest)
    mood = telling(rest)
    mood, denied = _mind_voices(mood, denied, vocabulary)
    mood = ", ".join([*quoted, *([mood] if mood else [])])
    notes = [*named.notes, *mendings, *length.notes]
    if _cut(mood) != mood or len(text) > LONGEST_TEXT:
        notes.append(_TOO_LONG)
    if denied.avoid and not (
        mood or denied.less or arc or languages or bpm or years or named.like or named.by
    ):
        notes.append(_read_as(denied.avoid, vocabulary))
    request = MoodRequest(
        text=text,
        mood=_cut(mood),
        avoid=denied.avoid,
        less=denied.less,
        years=years,
        bpm=bpm,
        languages=languages,
        arc=arc,
        length=length.tracks,
        minutes=length.minutes,
        notes=tuple(notes),
        like=named.like,
        unlike=named.unlike,
        refused=named.refused,
        by=named.by,
    )
    _check(request, words)
    return request


def limited(request: MoodRequest, length: int | None, minutes: float | None) -> MoodRequest:
    """Return the request with these lengths in place of its own and without notes about its own.

    With neither it stays as it is.
    """
    if length is None and minutes is None:
        return request
    notes = tuple(note for note in request.notes if not about_length(note))
    return replace(request, length=length, minutes=minutes, notes=notes)


def about_avoid(note: str) -> bool:
    """Tell whether a note of `parse` says that nothing but refusals was read."""
    return note.startswith(_READ_AS.partition("{")[0])


def _check(request: MoodRequest, words: str) -> None:
    """Refuse a request that says nothing, unless it asks for just any music."""
    if replace(request, text="", notes=()) != MoodRequest("", ""):
        return
    if NOTHING_PLAYS in request.notes:
        raise VibeError(_NOTHING_PLAYS.message, _NOTHING_PLAYS.remedy)
    if NEGATION.search(words) or not has_word(words):
        raise VibeError(_EMPTY.message, _EMPTY.remedy)


def _take_tracks(
    text: str, vocabulary: Vocabulary, names: Lookup | None, this: Sequence[TrackId]
) -> tuple[Named, str]:
    pointed, text = take_this(text, this)
    if not names:
        return pointed, text
    named, text = take_named(text, vocabulary, names)
    return pointed + named, text


def _take_quoted(text: str) -> tuple[list[str], str]:
    """Return what stands in quotation marks and is not denied, and the text without it."""
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - _LONGEST_CUE) : found.start()]
        if _DENIED_BEFORE.search(before):
            return f"{found['said']} , "
        if has_word(found["said"]):
            quoted.append(" ".join(found["said"].split()))
        return " , "

    return quoted, _QUOTED.sub(keep, text)


def _mind_voices(mood: str, denied: Denied, vocabulary: Vocabulary) -> tuple[str, Denied]:
    """Say "no vocals" as encoders understand it ("instrumental"), and take "instrumental" at its word.

    Where singing is wanted ("no lyrics but choir") neither is done.
    """
    sung = any(mention.entry.name != "instrumental" for mention in vocabulary.mentions(mood, (Kind.VOICE,)))
    instrumental = _INSTRUMENTAL.search(mood)
    refused = any(phrase in VOICE_WORDS for phrase in denied.avoid)
    if sung:
        avoid = [
            "lyrics" if each in _TEXTS else "vocals" if each in VOICE_WORDS else each for each in denied.avoid
        ]
    elif refused or instrumental:
        avoid = [*(each for each in denied.avoid if each not in VOICE_WORDS), "vocals"]
    else:
        return mood, denied
    if refused and not (sung or instrumental):
        mood = tidy(f"{mood}, instrumental")
    return mood, replace(denied, avoid=tuple(dict.fromkeys(avoid)))


def _read_as(avoid: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """Say that nothing was left but refusals; they may be a title where they are no words for music."""
    understood = all(
        vocabulary.mentions(phrase) or take_years(phrase)[0] or languages_in(phrase) for phrase in avoid
    )
    said = _READ_AS.format(" or ".join(f"“{phrase}”" for phrase in avoid))
    return said if understood else said + _A_TITLE


def _readable(text: str) -> str:
    """Name pictographs ("🔥" is "fire") and drop control characters and halves of surrogate pairs."""
    text = _PART.sub(lambda found: ("0" if found["after"] is None else "") + _PARTS[found["part"]], text)
    return "".join(_spell(character) for character in text).replace("\u2019", "'")


def _spell(character: str) -> str:
    category = unicodedata.category(character)
    if category == "So" and ord(character) >= _FIRST_PICTOGRAPH:
        return f" {unicodedata.name(character, '').lower()} "
    if category[0] == "C":
        return " "
    return character


def _cut(mood: str) -> str:
    if len(mood) <= LONGEST_MOOD:
        return mood
    return tidy(mood[:LONGEST_MOOD].rpartition(" ")[0] or mood[:LONGEST_MOOD])
