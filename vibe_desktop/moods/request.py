"""A person's words taken apart: what to avoid, how long, which years; the rest is the mood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.captions.words import key
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.moods.named import Named, take_named
from vibe_desktop.moods.quantities import about_length, denied_years, take_length, take_years
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.moods.named import Lookup

LONGEST_TEXT = 10_000
"""Characters that are read at all; nobody means the ones after them."""
LONGEST_MOOD = 500
"""Characters of the mood that count: MiniLM was trained on 128 word pieces, about this many characters."""
_LONGEST_AVOID = 6
"""Words in one thing to avoid."""

VOICE_WORDS = word_set(
    "vocal vocals voice voices vocalist vocalists singing singer singers sung lyrics lyric words"
)
_VOICE = re.compile(rf"\b(?:{'|'.join(sorted(VOICE_WORDS))})\b", re.IGNORECASE)
_READ_AS = "Read as: anything but {}."
_A_TITLE = " If it is a title, put it in quotation marks to search for it as it is."
_TOO_LONG = "That is a long text, so only its beginning was used."
_EMPTY = VibeError(
    "There is no mood in that text.", 'Say it in a few words, for example "slow rainy evening, no vocals".'
)

_NEGATION = re.compile(
    r"\b(?:"
    r"(?:(?:i\s+)?(?:do\s+not|don't|dont|never)\s+(?:want|play|give\s+me|like|need)(?:\s+to\s+hear)?(?:\s+any)?)"
    r"|(?:anything|everything|all)\s+(?:but|except|besides)|(?:but\s+)?nothing(?:\s+with)?|but\s+(?:not|no)|and\s+(?:not|no)"
    r"|(?:i\s+(?:really\s+)?|(?<!of )(?<!the )(?<!my )(?<!your ))hate|(?<!or )less|neither|non(?=[-\s])"
    r"|(?<!or )(?<!why )(?<!if )not|no|without|except(?:\s+for)?|excluding|minus|never|avoid(?:ing)?"
    r")\b",
    re.IGNORECASE,
)
# Words after which "no" and its kin deny nothing that music could have: "no one", "not only".
_IDIOM = re.compile(
    r"[\s-]+(?:one|wave|than|is|i|you|yourself|myself|everything|everybody|everyone|matter|idea|doubt|problem"
    r"|problems|worries|wonder|longer|place|only|just|sure|until|yet|again|else|but|bad|alone|forget|forgotten|ending|mind|stop)\b"
    r"|\s*(?:$|[.,;:!?)])",
    re.IGNORECASE,
)
# What follows the denied thing and is not part of it.
_STOP = re.compile(
    r"[.,;:!?()\[\]\"\n/\u2013\u2014]|\s-\s|\b(?:but|for|to|with|from|in|on|at|that|which|who|because|so|just|only"
    r"|please|when|while|as|i|i'm|it|it's|my|by|instead|like|though|then|where|if|until|during|no|not|without)\b",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*(?:\b(?P<either>or|nor)\b|\band\b|[&+])\s*", re.IGNORECASE)
_THINGS = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE)
_QUALITIES = (Kind.MOOD, Kind.TEMPO)
_LEADING = word_set(
    "any a an the too very so much more really of some being anything that all kind sort with"
)
_TRAILING = word_set(
    "music songs song tracks track tunes stuff things thing sounds pieces ones parts solo solos at all",
    "whatsoever either today tonight now",
)
_POINTING = word_set("this that these those it them one sure")

_FILLERS = re.compile(
    r"\b(?:please|pls|hey|hi|hello)\b"
    r"|\b(?:can|could|would|will)\s+you\b|\blet'?s\s+(?:hear|have)\b|\bi(?:'d|\s+would)\s+(?:like|love)(?:\s+to\s+(?:hear|listen\s+to))?\b"
    r"|\bi\s+(?:want|need|wanna)(?:\s+to)?(?:\s+(?:hear|listen\s+to))?\b|\bi(?:'m|\s+am)\s+in\s+the\s+mood\s+for\b"
    r"|\bi\s+feel\s+like(?:\s+(?:hearing|listening\s+to))?\b"
    r"|\b(?:play|give|find|show|get|make)\s+(?:me|us)\b|^\s*(?:play|put\s+on|find)\b"
    r"|\b(?:an?\s+)?(?:playlist|queue|mix)\s+(?:of|for|with)\b|\bsome\s+(?:nice\s+|good\s+)?(?:music|songs|tunes|tracks)\b"
    r"|\bsome\b|\bsomething\b",
    re.IGNORECASE,
)
_LEFT_OVER = word_set("and or but of for with that to")
_DANGLING = _LEFT_OVER | word_set("i i'm am it it's is are the a an from by in on so then also this")
_SAYS_NOTHING = _DANGLING | word_set(
    "no not nothing never without non less any anything everything all some something any one",
    "music song songs track tracks tune tunes piece pieces sound sounds stuff thing things please",
)
_FIRST_PICTOGRAPH = 0x2600
_FREE = re.compile(r"\b([^\W_]+)-free\b", re.IGNORECASE)
_PARTS = {"¼": ".25", "½": ".5", "¾": ".75"}
_PART = re.compile(r"(?P<after>(?<=\d)\s*)?(?P<part>[¼½¾])")
_QUOTED = re.compile(
    rf"(?P<denied>{_NEGATION.pattern}\s+)?(?<!\w)[\"“„«](?P<said>[^\"“”„«»]+)[\"”“»](?!\w)", re.IGNORECASE
)


def parse(text: str, vocabulary: Vocabulary, names: Lookup | None = None) -> MoodRequest:
    """Take a request apart. The mood is empty when only limits were given ("20 songs") or any music will do.

    What stands in quotation marks is mood as it is. `names` finds the tracks
    that "like Boards of Canada" means. Raises `VibeError` when the text says
    nothing that music could be chosen by.
    """
    readable = _readable(text[:LONGEST_TEXT])
    named, readable = take_named(readable, vocabulary, names) if names else (Named(), readable)
    quoted, words = _take_quoted(readable)
    length, rest = take_length(words)
    avoid, rest = _take_avoided(rest, vocabulary)
    years, rest = take_years(rest)
    mood = _telling(tidy(_FILLERS.sub(" ", rest)))
    said = mood or quoted or avoid or years or length.tracks or length.minutes or named != Named()
    if not said and (_NEGATION.search(words) or not _has_word(words)):
        raise VibeError(_EMPTY.message, _EMPTY.remedy)
    mood, avoid = _mind_voices(mood, avoid)
    mood = ", ".join([*quoted, *([mood] if mood else [])])
    cut = _cut(mood)
    notes = [*length.notes]
    if cut != mood or len(text) > LONGEST_TEXT:
        notes.append(_TOO_LONG)
    if avoid and not mood:
        notes.append(_read_as(avoid, vocabulary))
    return MoodRequest(
        text=text,
        mood=cut,
        avoid=avoid,
        years=years,
        length=length.tracks,
        minutes=length.minutes,
        notes=tuple(notes),
        like=named.like,
        unlike=named.unlike,
    )


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


def tidy(text: str) -> str:
    """Join what is left: single spaces, no doubled or dangling punctuation, no dangling little words."""
    parts = [_without_edges(part.split()) for part in re.split(r"\s*[,;]\s*", text)]
    return ", ".join(part for part in parts if _has_word(part))


def _take_quoted(text: str) -> tuple[list[str], str]:
    """Return what stands in quotation marks and is not denied, and the text without it."""
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found["denied"]:
            return f"{found['denied']}{found['said']} , "
        if _has_word(found["said"]):
            quoted.append(" ".join(found["said"].split()))
        return " , "

    return quoted, _QUOTED.sub(keep, text)


def _read_as(avoid: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """Say that nothing was left but refusals; they may be a title where they are no words for music."""
    understood = all(vocabulary.find(phrase) or take_years(phrase)[0] for phrase in avoid)
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


def _take_avoided(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], str]:
    text = _FREE.sub(lambda found: f"no {found[1]} , " if _is_thing(found[1], vocabulary) else found[0], text)
    avoided: list[str] = []
    kept: list[str] = []
    at = 0
    for found in _NEGATION.finditer(text):
        if found.start() < at:
            continue
        if _IDIOM.match(text, found.end()):
            continue
        end, phrases = _denied(text, found.end(), vocabulary)
        if phrases:
            kept.append(text[at : found.start()])
            avoided.extend(phrases)
            at = end
    kept.append(text[at:])
    return tuple(dict.fromkeys(avoided)), " , ".join(kept)


def _denied(text: str, start: int, vocabulary: Vocabulary) -> tuple[int, list[str]]:
    """Return where the things denied from `start` on end, and their phrases."""
    if years := denied_years(text, start):
        return years
    stop = _STOP.search(text, start + 1)
    end = stop.start() if stop else len(text)
    joins = [found for found in _JOIN.finditer(text, start, end) if found.start() > start]
    edges = [(start, start), *(found.span() for found in joins), (end, end)]
    spans = [(begin, until) for (_, begin), (until, _) in pairwise(edges)]
    taken = spans[:1]
    for join, span in zip(joins, spans[1:], strict=True):
        whole = text[taken[-1][0] : span[1]]
        if not join["either"] and _spells_entry(_trimmed(whole), vocabulary):
            taken[-1] = (taken[-1][0], span[1])  # "rock and roll" is one thing
        elif join["either"] or _goes_on(text[slice(*taken[-1])], text[slice(*span)], vocabulary):
            taken.append(span)
        else:
            break
    begin, end = taken[-1]
    taken[-1] = (begin, begin + _reach(text[begin:end], vocabulary))
    phrases = [_trimmed(text[slice(*span)]) for span in taken]
    return taken[-1][1], [phrase for phrase in phrases if phrase]


def _goes_on(last: str, following: str, vocabulary: Vocabulary) -> bool:
    """Tell whether "and" continues a denial: "no drums and vocals" does, "no drums and calm" does not."""
    entry = vocabulary.find(_trimmed(last))
    ended = _trimmed(last[: _reach(last, vocabulary)]) != _trimmed(last)
    quality = entry is not None and entry.kind in _QUALITIES
    return not ended and not quality and _is_thing(_trimmed(following), vocabulary)


def _is_thing(phrase: str, vocabulary: Vocabulary) -> bool:
    entry = vocabulary.find(phrase)
    return phrase.lower() in VOICE_WORDS or (entry is not None and entry.kind in _THINGS)


def _spells_entry(phrase: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a phrase is an entry as it is written: "drum and bass", not "drums and bass"."""
    entry = vocabulary.find(phrase)
    return entry is not None and key(phrase) in map(key, (entry.name, *entry.synonyms))


def _reach(piece: str, vocabulary: Vocabulary) -> int:
    """Return where a denied instrument or voice ends: in "no vocals calm piano" the rest is wanted again."""
    named = vocabulary.mentions(piece, (Kind.INSTRUMENT, Kind.VOICE))
    voice = _VOICE.search(piece)
    ends = [*(mention.end for mention in named[:1]), *([voice.end()] if voice else [])]
    return min(ends, default=len(piece))


def _trimmed(piece: str) -> str:
    """Return the phrase that is denied without the little words around it, "" when it points at nothing."""
    words = [each.strip("-") for each in piece.lower().split()]
    while words and (words[0] in _LEADING or not _has_word(words[0])):
        words.pop(0)
    while words and (words[-1] in _TRAILING or not _has_word(words[-1])):
        words.pop()
    return "" if _POINTING.issuperset(words) else " ".join(words[:_LONGEST_AVOID])


def _mind_voices(mood: str, avoid: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Say "no vocals" as encoders understand it ("instrumental"), and take "instrumental" at its word."""
    instrumental = re.search(r"\binstrumentals?\b", mood, re.IGNORECASE)
    if any(phrase in VOICE_WORDS for phrase in avoid):
        others = tuple(phrase for phrase in avoid if phrase not in VOICE_WORDS)
        return (mood if instrumental else tidy(f"{mood}, instrumental")), (*others, "vocals")
    return mood, (*avoid, "vocals") if instrumental else avoid


def _telling(mood: str) -> str:
    """Leave out the parts between commas that say nothing of music, such as "songs" or "no"."""
    return ", ".join(part for part in mood.split(", ") if not _SAYS_NOTHING.issuperset(plain(part).split()))


def _has_word(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None


def _cut(mood: str) -> str:
    if len(mood) <= LONGEST_MOOD:
        return mood
    return tidy(mood[:LONGEST_MOOD].rpartition(" ")[0] or mood[:LONGEST_MOOD])


def _without_edges(words: list[str]) -> str:
    while words and (words[-1].lower().strip(".!?:-") in _DANGLING or not _has_word(words[-1])):
        words = words[:-1]
    while words and (words[0].lower() in _LEFT_OVER or not _has_word(words[0])):
        words = words[1:]
    return " ".join(words)
