"""Numbers in a request: how long the queue should be and which years its music may come from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vibe_desktop.moods.languages import language_code

LONGEST_QUEUE = 500
"""tracks"""
LONGEST_MINUTES = 24 * 60.0
_TOO_MANY = f"A queue holds 1 to {LONGEST_QUEUE} tracks, so it was made for {{:d}}."
_TOO_LONG = "A queue lasts from a minute to a day, so it was made for {:g} minutes."

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD_VALUES = {
    **{word: value for value, word in enumerate(_UNITS, 1)},
    **{word: value for value, word in enumerate(_TEENS, 10)},
    **{word: value * 10 for value, word in enumerate(_TENS, 2)},
    "a": 1,
    "an": 1,
    "couple": 2,
    "dozen": 12,
    "hundred": 100,
    "few": 5,
    "handful": 5,
}
_ALBUM = 45.0
"""Minutes of an album: two sides of a record."""
_CLOCK = re.compile(r"(?<![\w:])(\d{1,2}):([0-5]\d)\s*(?:hours?|hrs?|h)\b", re.I)
_BARE_POINT = re.compile(r"(?<![\w.])\.(?=\d)")
_UNIT, _TEEN, _TEN = ("|".join(words) for words in (_UNITS, _TEENS, _TENS))
_NUMBER = (
    rf"(?:\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:{_TEN})(?:[-\s](?:{_UNIT}))?|{_TEEN}|{_UNIT}"
    r"|(?:an?\s)?(?:dozen|hundred)|(?:a\s)?couple(?:\sof)?)"
)
_ABOUT = (
    r"(?:\b(?:for|about|around|roughly|approximately|exactly|at\s+(?:most|least)|up\s+to|a\s+maximum\s+of|max(?:imum)?"
    r"|(?:no|not)\s+(?:more|longer)\s+than|(?:more|less|longer|shorter)\s+than|under|over|within)\s+){0,3}"
)
_TRACKS = r"(?:songs?|tracks?|tunes?|pieces?|titles?)"
_HOUR, _MINUTE = r"(?:hours?|hrs?|h)", r"(?:minutes?|mins?)"

_COUNT = re.compile(
    rf"{_ABOUT}\b(?:(?P<number>{_NUMBER}|a\s(?:few|handful(?:\sof)?))[-\s]+(?P<between>(?:(?!of\b|years?\b|days?\b)[\w-]+\s+){{0,2}}?)"
    rf"{_TRACKS}|top[-\s](?P<top>{_NUMBER}))\b",
    re.I,
)
_EACH_TRACK = re.compile(
    rf"\b{_TRACKS}\s+(?:(?:that|which)\s+are\s+)?(?:under|over|below|above|(?:less|more|shorter|longer)\s+than)\s+"
    rf"{_NUMBER}[-\s]*{_MINUTE}(?:\s+long)?\b|\b{_NUMBER}[-\s]{_MINUTE}\s+{_TRACKS}\b",
    re.I,
)
_HOURS = re.compile(
    rf"{_ABOUT}\b(?:(?P<album>an?\s+(?:whole\s+|full\s+)?album(?:'?s)?(?:\s+(?:worth|length))?(?=\s+(?:worth|length|long|of)\b|\s*$|\s*[,.;!])(?:\s+worth)?)"
    rf"|(?P<hours>{_NUMBER}|an?)(?P<half_before>\s+and\s+a\s+half)?[-\s]*{_HOUR}(?![a-z])"
    rf"(?:(?P<half_after>\s+and\s+a\s+half\b)|\s*(?:and\s+)?(?P<rest>{_NUMBER})[-\s]*(?:{_MINUTE}|m)\b|(?P<past>\d\d)\b)?"
    r"|(?P<half>half)\s+(?:an?\s+|of\s+an\s+)?hour|(?P<quarters>three[-\s]quarters|a\s+quarter)\s+of\s+an\s+hour)"
    r"(?:[-\s]+long)?(?!\w)",
    re.I,
)
_MINUTES = re.compile(
    rf"{_ABOUT}\b(?:(?P<minutes>{_NUMBER})[-\s]*{_MINUTE}|(?P<m>\d{{1,4}})m)(?:\s+long)?\b", re.I
)

_DECADE_WORDS = (
    *("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"),
    "noughties",
)
_DECADE_NAME = (
    r"(?:(?:(?P<full>(?:19|20)\d0)|'?(?P<short>[0-9]0))(?:'?s|ies|-?ties|er)"
    rf"|(?P<word>{'|'.join(_DECADE_WORDS)}))"
)
_PART_OF = r"(?:(?P<part>early|mid|middle|late)(?:[-\s]+(?:of\s+)?)(?:the\s+)?)?"
# "80s style" asks for a sound, "in my 30s" tells an age: neither is about the year of a recording.
_NO_AGE = r"(?<!\bmy )(?<!\byour )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bour )(?<!\blike )(?<!\blike the )"
_NO_SOUND = r"(?![-\s]*(?:style|styled|sounding|inspired|vibes?|feel|feeling|sound|ish|retro)\b)"
_DECADES = re.compile(
    rf"{_NO_AGE}(?:\b(?:from|in|of)\s+)?(?:\bthe\s+)?(?<![\w.]){_PART_OF}(?<![\w.]){_DECADE_NAME}\b{_NO_SOUND}"
    r"(?P<on>\s+(?:on|onwards?|(?:until|till|to)\s+(?:now|today))\b)?",
    re.I,
)
_DECADE_BOUND = re.compile(
    r"\b(?:from\s+)?(?:(?P<before>before|until|till|older\s+than|earlier\s+than|prior\s+to|pre)|(?P<after>after|newer\s+than|later\s+than|post)"
    rf"|(?P<since>since))[-\s]+(?:the\s+)?{_PART_OF}{_DECADE_NAME}\b",
    re.I,
)
_DECADE_RANGE = re.compile(
    rf"\b(?:from|between)\s+(?:the\s+)?{_DECADE_NAME}\s*(?:[-\u2013\u2014]|to|and|until|till|through)\s+(?:the\s+)?(?='?\d|\w+ties)",
    re.I,
)
_YEAR = r"(?:19|20)\d\d"
_YEAR_RANGE = re.compile(
    rf"\b(?:from|between|in)?\s*\b(?P<first>{_YEAR})\s*(?:[-\u2013\u2014]|to|and|until|till|through)\s*(?P<last>{_YEAR})\b",
    re.I,
)
_YEAR_BOUND = re.compile(
    rf"\b(?:(?P<before>before|until|till|older\s+than|earlier\s+than|prior\s+to|pre)|(?P<after>after|newer\s+than|later\s+than|younger\s+than|post)"
    rf"|(?P<since>since)|from|in|of)[-\s]+(?:the\s+year\s+)?(?P<year>{_YEAR})\b"
    r"(?P<on>\s+(?:on|onwards?|(?:until|till|to)\s+(?:now|today)|(?:or|and)\s+(?:newer|later|younger|after))\b)?"
    r"(?P<back>\s+(?:or|and)\s+(?:older|earlier|before)\b)?"
    rf"|(?<![\w'.])(?P<bare>{_YEAR})(?=\s+(?:hits?|songs?|music|tracks?|charts?)\b)",
    re.I,
)
FIRST_YEAR, LAST_YEAR = 1900, 2099
_FROM = re.compile(r"(?:from|in|of)\s+(?:the\s+)?", re.I)
_FROM_YEARS = re.compile(
    r"\s+(?:(?:any|more|other)\s+)?(?:(?:music|songs?|tracks?|tunes?|pieces?|hits|stuff|things?|anything|something)\s+)?"
    r"(?:(?:that|which)\s+(?:is|are|was|were)\s+)?(?:(?:recorded|released|made)\s+)?"
    r"(?=(?:from|in|of|before|after|since|until|between|older|newer)\b)",
    re.I,
)
_MORE_YEARS = re.compile(
    r"\s*,?\s*(?:or|nor|and|&)\s+(?=(?:from|in|of|before|after|since|the|between|\d|')|\w+ties\b)", re.I
)


@dataclass(frozen=True, slots=True)
class Length:
    """How long the queue should be, as far as asked; `notes` tell what was not taken as written."""

    tracks: int | None = None
    minutes: float | None = None
    notes: tuple[str, ...] = ()


def number(text: str) -> float:
    """Return the value of digits ("1,5" is 1.5) or of an English number word up to ninety-nine."""
    if text[0].isdigit():
        return float(text.replace(",", "."))
    words = [word for word in re.split(r"[-\s]+", text.lower()) if word != "of"]
    values = [_WORD_VALUES[word] for word in words]
    return float(values[-1] if words[0] in ("a", "an") else sum(values))


def take_length(text: str) -> tuple[Length, str]:
    """Find how many tracks or minutes are wanted; return that and the text without those words."""
    notes: list[str] = []
    text = _BARE_POINT.sub("0.", text)
    text = _CLOCK.sub(lambda found: f"{int(found[1]) * 60 + int(found[2])} minutes", text)
    text, each = _EACH_TRACK.subn(" ", text)
    if each:
        notes.append("How long each single track lasts cannot be asked for yet, so that part was left out.")
    hours, text = _take(_HOURS, text)
    minutes, text = _take(_MINUTES, text)
    count, text = _take(_COUNT, text)
    tracks = int(number(count["number"] or count["top"])) if count else None
    total = _minutes(hours) if hours else _minutes(minutes) if minutes else None
    if tracks is not None and not 1 <= tracks <= LONGEST_QUEUE:
        tracks = max(1, min(tracks, LONGEST_QUEUE))
        notes.append(_TOO_MANY.format(tracks))
    if total is not None and not 1 <= total <= LONGEST_MINUTES:
        total = max(1.0, min(total, LONGEST_MINUTES))
        notes.append(_TOO_LONG.format(total))
    return Length(tracks, total, tuple(notes)), text


def take_years(text: str) -> tuple[tuple[int, int] | None, str]:
    """Find the years the music should be from; return them (inclusive) and the text without those words."""
    spans: list[tuple[int, int]] = []

    def keep(span: tuple[int, int]) -> str:
        spans.append(span)
        return " "

    text = _YEAR_RANGE.sub(lambda found: keep(_ordered(int(found["first"]), int(found["last"]))), text)
    text = _DECADE_BOUND.sub(lambda found: keep(_decade_bound(found)), text)
    text = _DECADE_RANGE.sub(lambda found: keep(_decade(found)), text)
    text = _DECADES.sub(lambda found: keep(_decade(found)), text)
    text = _YEAR_BOUND.sub(lambda found: keep(_bound(found)), text)
    if not spans:
        return None, text
    # "the 80s and 90s" leaves its "and" behind, and the request may hold several spans: one span covers them.
    return (min(first for first, _ in spans), max(last for _, last in spans)), text


def denied_years(text: str, start: int) -> tuple[int, list[str]] | None:
    """Read "songs from the 60s or 80s" after a negation: where it ends and each phrase of years, or None."""
    found = _FROM_YEARS.match(text, start)
    phrases: list[str] = []
    at, end = found.end() if found else start, start
    while found and (reached := _years_end(text, at)) is not None:
        phrases.append(text[at:reached].lower())
        found, end = _MORE_YEARS.match(text, reached), reached
        at = found.end() if found else end
    return (end, phrases) if phrases else None


def _years_end(text: str, at: int) -> int | None:
    """Return where the years that begin here end; "from before 1990" may have two little words."""
    starts = [at, *([word.end()] if (word := _FROM.match(text, at)) else [])]
    ends = [
        found.end()
        for start in starts
        for pattern in (_YEAR_RANGE, _DECADE_BOUND, _DECADES, _YEAR_BOUND)
        if (found := pattern.match(text, start))
    ]
    return max(ends, default=None)


def about_length(note: str) -> bool:
    """Tell whether a note of `take_length` says that the queue's length was bounded."""
    return note.startswith((_TOO_MANY.partition(",")[0], _TOO_LONG.partition(",")[0]))


def span_of_years(first: int, last: int) -> str:
    """Return years as a person writes them: "1980s", "1994", "before 1990", "since 2010", "1975-1979"."""
    if first == last:
        return str(first)
    if first == FIRST_YEAR:
        return f"before {last + 1}"
    if last == LAST_YEAR:
        return f"since {first}"
    return f"{first}s" if first % 10 == 0 and last == first + 9 else f"{first}\N{EN DASH}{last}"


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    if not found:
        return None, text
    # What is said again goes as well; the first counts.
    return found, pattern.sub(lambda each: f" {_between(each.groupdict().get('between') or '')} ", text)


def _between(words: str) -> str:
    """Return what stands between a number and "songs"; "french" says what is sung only of songs."""
    last = words.split()[-1:]
    return f"{words} songs" if last and language_code(last[0]) else words


def _minutes(found: re.Match[str]) -> float:
    parts = found.groupdict()
    if parts.get("album"):
        return _ALBUM
    if parts.get("half"):
        return 30.0
    if quarters := parts.get("quarters"):
        return 45.0 if quarters.lower().startswith("three") else 15.0
    if minutes := parts.get("minutes") or parts.get("m"):
        return number(minutes)
    half = 30.0 if parts["half_before"] or parts["half_after"] else 0.0
    return number(parts["hours"]) * 60 + half + number(parts["rest"] or parts["past"] or "0")


_PARTS = {"early": (0, 4), "mid": (4, 6), "middle": (4, 6), "late": (5, 9)}
"""Which years of ten these are; the edges are generous, as nobody means a certain year."""


def _decade(found: re.Match[str]) -> tuple[int, int]:
    parts = found.groupdict()
    if found["full"]:
        first = int(found["full"])
    elif found["short"]:
        short = int(found["short"])
        # Recorded music people own: "20s" is ours, "30s" is the last century's.
        first = 2000 + short if short <= 20 else 1900 + short  # noqa: PLR2004
    else:
        first = 1920 + 10 * _DECADE_WORDS.index(found["word"].lower())
    begin, end = _PARTS[part.lower()] if (part := parts.get("part")) else (0, 9)
    return first + begin, LAST_YEAR if parts.get("on") else first + end


def _decade_bound(found: re.Match[str]) -> tuple[int, int]:
    first, last = _decade(found)
    if found["before"]:
        return FIRST_YEAR, first - 1
    return (last + 1 if found["after"] else first), LAST_YEAR


def _bound(found: re.Match[str]) -> tuple[int, int]:
    year = int(found["year"] or found["bare"])
    if found["before"]:
        return FIRST_YEAR, year - 1
    if found["back"]:
        return FIRST_YEAR, year
    if found["after"] or found["since"] or found["on"]:
        return (year + 1 if found["after"] else year), LAST_YEAR
    return year, year


def _ordered(first: int, last: int) -> tuple[int, int]:
    return min(first, last), max(first, last)
