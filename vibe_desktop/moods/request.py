"""A person's words taken apart: what to avoid, how long, which years; the rest is the mood."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.moods.quantities import take_length, take_years
from vibe_desktop.moods.words import word_set

if TYPE_CHECKING:
    from vibe_desktop.captions.vocabulary import Vocabulary

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
_TOO_LONG = "That is a long text, so only its beginning was used."
_EMPTY = VibeError(
    "There is no mood in that text.", 'Say it in a few words, for example "slow rainy evening, no vocals".'
)

_NEGATION = re.compile(
    r"\b(?:"
    r"(?:(?:i\s+)?(?:do\s+not|don't|dont|never)\s+(?:want|play|give\s+me|like|need)(?:\s+to\s+hear)?(?:\s+any)?)"
    r"|(?:anything|everything|all)\s+(?:but|except|besides)|(?:but\s+)?nothing(?:\s+with)?|but\s+(?:not|no)|and\s+(?:not|no)"
    r"|(?<!or )(?<!why )(?<!if )not|no|without|except(?:\s+for)?|excluding|minus|never|avoid(?:ing)?"
    r")\b",
    re.IGNORECASE,
)
# Words after which "no" and its kin deny nothing that music could have: "no one", "not only".
_IDIOM = re.compile(
    r"\s+(?:one|matter|idea|doubt|problem|problems|worries|wonder|longer|place|only|just|sure|until|yet|again|else"
    r"|but|bad|alone|forget|forgotten|ending|mind|stop)\b"
    r"|\s*(?:$|[.,;:!?)])",
    re.IGNORECASE,
)
# What follows the denied thing and is not part of it.
_STOP = re.compile(
    r"[.,;:!?()\[\]\"\n/&+\u2013\u2014]|\s-\s|\b(?:and|but|for|to|with|from|in|on|at|that|which|who|because|so|just|only"
    r"|please|when|while|as|i|i'm|it|it's|my|by|instead|like|though|then|where|if|until|during|no|not|without)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\s*(?:,?\s*\b(?:or|nor)\b)\s*", re.IGNORECASE)
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
_FIRST_PICTOGRAPH = 0x2600


def parse(text: str, vocabulary: Vocabulary) -> MoodRequest:
    """Take a request apart. The mood is empty when only limits were given, as in "20 songs".

    Raises `VibeError` when the text holds no word at all.
    """
    words = _readable(text[:LONGEST_TEXT])
    if not _has_word(words):
        raise VibeError(_EMPTY.message, _EMPTY.remedy)
    length, rest = take_length(words)
    avoid, rest = _take_avoided(rest, vocabulary)
    years, rest = take_years(rest)
    mood = _tidy(_FILLERS.sub(" ", rest))
    mood, avoid = _mind_voices(mood, avoid)
    cut = _cut(mood)
    notes = (*length.notes, *([_TOO_LONG] if cut != mood or len(text) > LONGEST_TEXT else []))
    return MoodRequest(
        text=text,
        mood=cut,
        avoid=avoid,
        years=years,
        length=length.tracks,
        minutes=length.minutes,
        notes=notes,
    )


def _readable(text: str) -> str:
    """Name pictographs ("🔥" is "fire") and drop control characters and halves of surrogate pairs."""
    return "".join(_spell(character) for character in text).replace("\u2019", "'").replace("½", ".5")


def _spell(character: str) -> str:
    category = unicodedata.category(character)
    if category == "So" and ord(character) >= _FIRST_PICTOGRAPH:
        return f" {unicodedata.name(character, '').lower()} "
    if category[0] == "C":
        return " "
    return character


def _take_avoided(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], str]:
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
    stop = _STOP.search(text, start + 1)
    end = stop.start() if stop else len(text)
    # "no vocals calm piano": what follows an instrument or a voice is wanted again, unless the list goes on.
    last = max((found.end() for found in _OR.finditer(text, start, end)), default=start)
    named = vocabulary.mentions(text[last:end], (Kind.INSTRUMENT, Kind.VOICE))
    voice = _VOICE.search(text, last, end)
    end = min(
        [*(last + mention.end for mention in named[:1]), *([voice.end()] if voice else [])], default=end
    )
    phrases: list[str] = []
    for piece in _OR.split(text[start:end]):
        words = piece.lower().split()
        while words and words[0] in _LEADING:
            words.pop(0)
        while words and words[-1] in _TRAILING:
            words.pop()
        if words and not _POINTING.issuperset(words):
            phrases.append(" ".join(words[:_LONGEST_AVOID]))
    return end, phrases


def _mind_voices(mood: str, avoid: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Say "no vocals" as encoders understand it ("instrumental"), and take "instrumental" at its word."""
    instrumental = re.search(r"\binstrumentals?\b", mood, re.IGNORECASE)
    if any(phrase in VOICE_WORDS for phrase in avoid):
        others = tuple(phrase for phrase in avoid if phrase not in VOICE_WORDS)
        return (mood if instrumental else _tidy(f"{mood}, instrumental")), (*others, "vocals")
    return mood, (*avoid, "vocals") if instrumental else avoid


def _has_word(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None


def _cut(mood: str) -> str:
    if len(mood) <= LONGEST_MOOD:
        return mood
    return _tidy(mood[:LONGEST_MOOD].rpartition(" ")[0] or mood[:LONGEST_MOOD])


def _tidy(text: str) -> str:
    """Join what is left: single spaces, no doubled or dangling punctuation, no dangling little words."""
    parts = [_without_edges(part.split()) for part in re.split(r"\s*[,;]\s*", text)]
    return ", ".join(part for part in parts if _has_word(part))


def _without_edges(words: list[str]) -> str:
    while words and (words[-1].lower().strip(".!?:-") in _DANGLING or not _has_word(words[-1])):
        words = words[:-1]
    while words and (words[0].lower() in _LEFT_OVER or not _has_word(words[0])):
        words = words[1:]
    return " ".join(words)
