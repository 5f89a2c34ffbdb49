"""What a request does not want, in all its clothes: "no drums", "songs that aren't sad", "not too loud"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import THINGS, Kind
from vibe_desktop.captions.words import key
from vibe_desktop.moods.chatter import has_word
from vibe_desktop.moods.languages import denied_language
from vibe_desktop.moods.quantities import denied_years
from vibe_desktop.moods.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.captions.vocabulary import Entry, Vocabulary

_LONGEST = 6
"""Words in one thing to avoid."""
_FAR = 300
"""Characters that one denial reaches at most."""
VOICE_WORDS = word_set(
    "vocal vocals voice voices vocalist vocalists singing singer singers sung lyrics lyric words"
)
_VOICE = re.compile(rf"\b(?:{'|'.join(sorted(VOICE_WORDS))})\b", re.IGNORECASE)
_I = r"(?:\b(?:i|we)\s+)?(?:(?:really|just|please|so)\s+)?"
_AM = r"(?:\b(?:i'?m|i\s+am|we're|we\s+are)\s+)?(?:(?:so|really|a\s+bit|quite|just)\s+)?"
_MUSIC = r"(?:music|songs?|tracks?|tunes?|pieces?|stuff|things?|ones?|anything|something|it)"
_THE = r"(?:the|all|any|that|those)"

# Only less is wanted of what follows these.
_SOFTLY = (
    r"(?:(?:but|and)\s+)?(?:(?:that|which|it)\s+)?(?:\b(?:(?:do|does|should|must|can|is|are|need)\s+not|not|never|no|nothing|without)"
    r"|\b(?:is|are|was|do|does|should|could|would|can|has|have|must|need)n'?t)(?:\s+(?:be|being|make|it|them|to|get|getting|sound|sounding|a|bit|all|want|like|anything|something|with|have|having"
    rf"|{_MUSIC}|that|which|is|are|has)){{0,6}}?"
    r"\s+(?:(?:too|so|very|overly|quite|terribly|especially|particularly|(?<=not\s)that(?!\s+(?:has|have|is|are|was|i|you)\b))(?:\s+(?:much|many|of))*|much|many)"
    r"|(?<!or\s)(?:\b(?:a\s+(?:bit|little)|slightly|somewhat|much|far|way)\s+)?\b(?:less|fewer)"
    r"|\b(?:go\s+|take\s+it\s+)?(?:easy|light|low)\s+on|\b(?:hardly|barely|scarcely)\s+(?:any|much|many)|\balmost\s+no|\bonly\s+(?:a\s+)?few|\bwith\s+(?:very\s+)?little|(?<!a\s)(?<!the\s)(?<!these\s)\bfew"
    r"|\b(?:tone|turn)\s+down"
)
# What follows these is refused if music can have it, and otherwise no more than a turn of phrase.
_WARILY = (
    rf"{_I}\b(?:(?:really\s+)?(?<!of\s)(?<!the\s)(?<!my\s)(?<!your\s)hate|dislike|loathe|can'?t\s+stand|cannot\s+stand|can'?t\s+bear)"
    rf"|{_AM}\b(?:(?:tired|sick|bored|weary)\s+(?:of|with)|fed\s+up\s+(?:with|of))|\b(?:had\s+)?enough\s+(?:of|with)"
    rf"|\b(?:hold|stop|cut|drop|lose|kill|skip|ditch|nix|ban|remove|mute)\s+{_THE}|\b(?:skip|ditch|omit|exclude|remove|leave\s+out|keep\s+out|cut\s+out)"
    r"|\bfree\s+(?:of|from)|\bspare\s+(?:me|us)|\b(?:stay|keep)\s+away\s+from|\bsteer\s+clear\s+of|\bzero|\bsans|\blay\s+off|\bbut\s+not\s+to|\bw/o(?:ut)?|\bw/out"
    r"|\b(?:instead\s+of|rather\s+than|other\s+than|apart\s+from|aside\s+from|none\s+of)"
    r"|\b(?:that|which|it|songs?|tracks?|music)\s+(?:(?:is|are|was|has|have|does|do)n'?t|(?:is|are|do|does)\s+not|has\s+no|have\s+no)"
    r"(?:\s+(?:have|has|contain|include|sound|feel|get|use|got|any))*"
    rf"|{_AM}\bnot\s+(?:really\s+)?(?:into|looking\s+for|a\s+(?:fan|friend)\s+of|in\s+the\s+mood\s+for)"
    r"|\b(?:i'?m|i\s+am|we're|we\s+are)\s+not(?!\s+(?:too|so|very|overly|quite|terribly|especially|particularly|that)\b)"
)
_FIRMLY = (
    r"(?:\b(?:i\s+)?(?:do\s+not|don'?t|never)\s+(?:(?:want|play|give\s+me|like|need|include|use|put|add|love|enjoy)(?:\s+in)?)(?:\s+to\s+hear)?(?:\s+any)?)"
    r"|\b(?:anything|everything|all)\s+(?:but|except|besides|other\s+than|apart\s+from)"
    rf"|\b(?:but\s+)?(?:no|not|without|nothing|never)\s+(?:any\s+)?{_MUSIC}\s+(?:with|that\s+(?:has|have|is|are|sounds?)|containing|featuring)"
    r"|\b(?:but\s+)?nothing(?:\s+(?:with|that(?:'s|\s+is|\s+are|\s+has|\s+sounds?)))?"
    r"|\b(?:but|and)\s+(?:not|no)|\b(?:must|should|may)\s+(?:not\s+(?:be|have|contain|include)|be\s+not)|\bneither|\b(?:nor)|\bnon(?=[-\s])|\brather\s+(?:not|no)|\bno\s+more"
    r"|(?<!or\s)(?<!why\s)(?<!if\s)\bnot|\bno|\bwithout|\bexcept(?:\s+for)?|\bexcluding|\bminus|\bnever|\bavoid(?:ing)?"
)
NEGATION = re.compile(
    rf"(?<![\w'])(?:(?P<softly>{_SOFTLY})|(?P<warily>{_WARILY})|(?P<firmly>{_FIRMLY}))(?![\w'])", re.I
)
# Words after which "no" and its kin deny nothing that music could have: "no one", "not only".
_IDIOM = re.compile(
    r"[\s-]+(?:a\s+doubt|one|wave|than|is|i|you|yourself|myself|everything|everybody|everyone|matter|idea|doubt|problem"
    r"|problems|worries|wonder|longer|place|only|just|sure|until|yet|again|else|but|bad|alone|forget|forgotten|ending|mind|stop|nothing|necessarily|me|us)\b"
    r"|\s*(?:$|[.,;:!?)])",
    re.I,
)
# What follows the denied thing and is not part of it.
_STOP_WORDS = (
    r"\s-\s|\b(?:but|for|to|with|from|in|on|at|that|which|who|because|so|just|only|please|pls|though|when|while|as|i|i'm|it|it's|my|by"
    r"|instead|like|then|where|if|until|during|no|not|without|nor|either|anyway|anymore|otherwise|rather|even|more|except|less|over|since|than)\b"
)
_STOP = re.compile(rf"[.,;:!?()\[\]\"\n/\u2013\u2014]|{_STOP_WORDS}", re.I)
_LIST_STOP = re.compile(rf"[.;:!?()\[\]\"\n/\u2013\u2014]|{_STOP_WORDS}", re.I)
_JOIN = re.compile(r"\s*(?:\b(?P<either>or|nor)\b|\band\b|[&+])\s*", re.I)
_LIST = re.compile(r"[^,]+(?:,[^,]+)*,?\s+(?:or|nor)\s+[^,]+", re.I)
_LIST_JOIN = re.compile(r"\s*(?P<either>,\s*(?:or|nor)\b|,|\bor\b|\bnor\b|(?<!\w)\band\b)\s*", re.I)
_QUALITIES = (Kind.MOOD, Kind.TEMPO)
_ALIKE = 0.8
"""How far two feelings may differ in energy or brightness to be denied at once: "not loud and aggressive"."""
_LEADING = word_set(
    "any a an the too very so much more really of some being anything that all kind sort with those these",
    "sounding another",
)
_TRAILING = word_set(
    "music songs song tracks track tunes stuff things thing sounds pieces ones parts solo solos at all",
    "whatsoever either today tonight now thanks already anymore again",
)
_POINTING = word_set("this that these those it them one sure")
_DEGREE = re.compile(r"\b(?:too|so|very|overly|quite|terribly|especially|particularly|that)$", re.I)
_FREE = re.compile(r"\b([^\W_]+)[-\s]free\b(?!\s+(?:of|from)\b)", re.I)
_OUT = re.compile(
    r"\b(?:but\s+)?(?:keep|leave|cut|take)\s+(?:(?:the|any|all|those)\s+)?((?:[\w'&-]+\s+){1,4}?)out\b(?:\s+of\s+it\b)?",
    re.I,
)
_BUT_FOR = re.compile(r"\bexcept(?:\s+for)?$|\bbut$", re.I)


@dataclass(frozen=True, slots=True)
class Denied:
    """Phrases that are refused, and those there should be less of, in the order they were said."""

    avoid: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def take_denied(text: str, vocabulary: Vocabulary) -> tuple[Denied, str]:
    """Find what is not wanted, or wanted less; return that and the text without those words."""
    text = _FREE.sub(lambda found: f"no {found[1]} , " if _is_thing(found[1], vocabulary) else found[0], text)
    text = _OUT.sub(lambda found: f"no {found[1]} , " if vocabulary.mentions(found[1]) else found[0], text)
    avoid: list[str] = []
    less: list[str] = []
    kept: list[str] = []
    at = 0
    for found in NEGATION.finditer(text):
        if found.start() < at or _IDIOM.match(text, found.end()):
            continue
        if avoid and _BUT_FOR.search(found.group()) and not text[at : found.start()].strip(" ,"):
            at = found.end()  # "no vocals except choir" wants the choir
            continue
        end, phrases = _denied(text, found, vocabulary)
        if phrases:
            kept.append(text[at : found.start()])
            (less if found["softly"] else avoid).extend(phrases)
            at = end
    kept.append(text[at:])
    refused = dict.fromkeys(avoid)
    return Denied(
        tuple(refused), tuple(each for each in dict.fromkeys(less) if each not in refused)
    ), " , ".join(kept)


def _denied(text: str, cue: re.Match[str], vocabulary: Vocabulary) -> tuple[int, list[str]]:
    """Return where the things denied after a cue end, and their phrases."""
    start = cue.end()
    if not cue["softly"] and (limits := denied_years(text, start) or denied_language(text, start)):
        return limits
    if cue.group().lower() == "non":
        return _next_alone(text, start, vocabulary)
    taken = list(_spans(text, start, vocabulary))
    begin, end = taken[-1]
    reach = _quality_end if _DEGREE.search(cue.group()) else _reach
    taken[-1] = (begin, begin + reach(text[begin:end], vocabulary))
    phrases = [_trimmed(text[slice(*span)]) for span in taken]
    if cue["warily"] and not any(_tells(phrase, vocabulary) for phrase in phrases):
        return start, []
    return taken[-1][1], [phrase for phrase in phrases if phrase]


def _spans(text: str, start: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Cut what follows a cue into the things that are denied with it."""
    end, pattern = _end_of(text, start, vocabulary)
    joins = [found for found in pattern.finditer(text, start, end) if found.start() > start]
    edges = [(start, start), *(found.span() for found in joins), (end, end)]
    spans = [(begin, until) for (_, begin), (until, _) in pairwise(edges)]
    last = spans[0]
    for join, span in zip(joins, spans[1:], strict=True):
        if not join["either"] and _spells_entry(_trimmed(text[last[0] : span[1]]), vocabulary):
            last = (last[0], span[1])  # "rock and roll" is one thing
        elif join["either"] or _goes_on(text[slice(*last)], text[slice(*span)], vocabulary):
            yield last
            last = span
        else:
            break
    yield last


def _end_of(text: str, start: int, vocabulary: Vocabulary) -> tuple[int, re.Pattern[str]]:
    """Return where the denied things end, and what stands between them: commas in "drums, bass or rap"."""
    limit = min(len(text), start + _FAR)
    stop = _LIST_STOP.search(text, start + 1, limit)
    end = stop.start() if stop else limit
    listed = _LIST.match(text, start, end) if "," in text[start:end] else None
    if listed:
        things = _LIST_JOIN.split(listed.group())[::2]
        if all(_is_thing(_trimmed(thing), vocabulary) for thing in things):
            return listed.end(), _LIST_JOIN
    stop = _STOP.search(text, start + 1, limit)
    return (stop.start() if stop else limit), _JOIN


def _next_alone(text: str, start: int, vocabulary: Vocabulary) -> tuple[int, list[str]]:
    """Return the one word or entry after "non-": in "non-electronic dance" the dance is wanted."""
    word = re.compile(r"[-\s]*([\w']+)").match(text, start)
    named = vocabulary.find(word[1]) if word else None
    return (word.end(), [word[1].lower()]) if word and named else (start, [])


def _goes_on(last: str, following: str, vocabulary: Vocabulary) -> bool:
    """Tell whether "and" continues a denial: "no drums and vocals" does, "no drums and calm" does not."""
    entry, other = vocabulary.find(_trimmed(last)), vocabulary.find(_trimmed(following))
    if _trimmed(last[: _reach(last, vocabulary)]) != _trimmed(last):
        return False
    if entry is not None and entry.kind in _QUALITIES:
        return other is not None and other.kind in _QUALITIES and _alike(entry, other)
    return _is_thing(_trimmed(following), vocabulary)


def _alike(one: Entry, other: Entry) -> bool:
    if not one.axes or not other.axes:
        return False
    apart = abs(one.axes.energy - other.axes.energy), abs(one.axes.brightness - other.axes.brightness)
    return max(apart) <= _ALIKE


def _is_thing(phrase: str, vocabulary: Vocabulary) -> bool:
    entry = vocabulary.find(phrase)
    return phrase.lower() in VOICE_WORDS or (entry is not None and entry.kind in THINGS)


def _tells(phrase: str, vocabulary: Vocabulary) -> bool:
    return phrase in VOICE_WORDS or bool(vocabulary.mentions(phrase)) or vocabulary.find(phrase) is not None


def _spells_entry(phrase: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a phrase is an entry as it is written: "drum and bass", not "drums and bass"."""
    entry = vocabulary.find(phrase)
    return entry is not None and key(phrase) in map(key, (entry.name, *entry.synonyms))


def _reach(piece: str, vocabulary: Vocabulary) -> int:
    """Return where a denied thing ends: in "no vocals calm piano" the rest is wanted again."""
    mentions = vocabulary.mentions(piece)
    ends = [each.end for each in mentions if each.entry.kind in (Kind.INSTRUMENT, Kind.VOICE)][:1]
    ends += [voice.end() for voice in [_VOICE.search(piece)] if voice]
    ends += [
        each.end
        for each, following in pairwise(mentions)
        if each.entry.kind is Kind.GENRE
        and following.entry.kind in _QUALITIES
        and not piece[each.end : following.start].strip()
    ]
    return min(ends, default=len(piece))


def _quality_end(piece: str, vocabulary: Vocabulary) -> int:
    """Return where a quality ends: in "not too dramatic film music" the film music is wanted."""
    mentions = vocabulary.mentions(piece)
    if not mentions:
        return len(piece)
    first = mentions[0]
    return first.start if _trimmed(piece[: first.start]) else first.end


def _trimmed(piece: str) -> str:
    """Return the phrase that is denied without the little words around it, "" when it points at nothing."""
    words = [each.strip("-") for each in piece.lower().split()]
    while words and (words[0] in _LEADING or not has_word(words[0])):
        words.pop(0)
    while words and (words[-1] in _TRAILING or not has_word(words[-1])):
        words.pop()
    return "" if _POINTING.issuperset(words) else " ".join(words[:_LONGEST])
