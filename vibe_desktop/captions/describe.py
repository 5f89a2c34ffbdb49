"""How a track is described: one or two sentences that read well and that a mood finds."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vibe_desktop.captions.findings import Findings
from vibe_desktop.captions.normalise import normalise
from vibe_desktop.captions.vocabulary import Entry, Kind, Vocabulary
from vibe_desktop.domain import Label, Tags

VERSION = "1"
"""Raise it whenever the same facts would make another sentence: every caption is then written anew."""
LONGEST = 58
"""Words in a caption; MiniLM reads 128 word pieces at most in training."""
_MOST_MOODS = 5
_MOST_GENRES = 3
_MOST_INSTRUMENTS = 4
_MOST_VOICES = 2
_MOST_THEMES = 3
_MOST_SITUATIONS = 3


@dataclass(frozen=True, slots=True)
class Description:
    """A sentence for readers and encoders, and the words it is made of for keywords."""

    sentence: str
    terms: tuple[str, ...]


def recipe(vocabulary: Vocabulary) -> str:
    """Return what every caption depends on besides the track: it changes when captions must be rewritten."""
    return f"captions-{VERSION}-{vocabulary.digest}"


def genres_of(tags: Tags, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the genres of a track and the wider ones they belong to ("death metal", then "metal")."""
    terms = normalise(tags.genres, vocabulary)
    own = [term.name for term in terms if term.entry is None or term.entry.kind is Kind.GENRE]
    genres = (term.entry for term in terms if term.entry and term.entry.kind is Kind.GENRE)
    wider = [parent.name for genre in genres for parent in vocabulary.line(genre)[1:]]
    return tuple(dict.fromkeys((*own, *wider)))


def describe(tags: Tags, labels: Sequence[Label], path: str, vocabulary: Vocabulary) -> Description:
    """Describe a track by its tags, what an ear heard and, failing those, its file and folder names.

    Any input gives a sentence of 1 to 58 words; the same input always the same
    one. The artist, the lyrics and the comment's own words never enter it.
    """
    findings = Findings(vocabulary)
    findings.read_tags(tags)
    told_mood = bool(findings.of(Kind.MOOD))
    untagged = not (findings.of(Kind.GENRE) or findings.unknown_genres or told_mood)
    findings.listen(labels)
    findings.read_album(tags.album)
    if untagged:
        findings.read_names(path, tags.title)
    if not told_mood:
        findings.conclude()
    style = zlib.crc32(f"{tags.album}/{tags.title or path}"[-200:].encode("utf-8", "replace"))
    return Description(_sentence(findings, tags.bpm, style), findings.terms())


def _sentence(findings: Findings, bpm: float | None, style: int) -> str:
    """Put the parts together, leaving off the least telling ones where they would be too many.

    `style` varies how parts are joined, never their order: captions that begin
    otherwise are told apart by how they begin rather than by what they say.
    """
    parts = [_opening(findings, bpm, style), _good_for(findings), _called(findings)]
    while len(" ".join(parts).split()) > LONGEST:
        parts.pop()
    return " ".join(part for part in parts if part)


def _opening(findings: Findings, bpm: float | None, style: int) -> str:
    moods = _listed([*findings.of(Kind.MOOD), *findings.implied][:_MOST_MOODS])
    genres = _listed(_genres(findings))
    sung = any(voice.name != "instrumental" for voice in findings.of(Kind.VOICE))
    themes = _listed(findings.of(Kind.THEME)[:_MOST_THEMES])
    words = (moods, genres, "song" if sung else "music", f"for {themes}" if themes else "")
    details = (" ".join(filter(None, words)), *_details(findings, bpm, style))
    return _capitalised(", ".join(filter(None, details))) + "."


def _genres(findings: Findings) -> list[str]:
    return [*(genre.phrase for genre in findings.of(Kind.GENRE)), *findings.unknown_genres][:_MOST_GENRES]


def _details(findings: Findings, bpm: float | None, style: int) -> Iterable[str]:
    if instruments := findings.of(Kind.INSTRUMENT)[:_MOST_INSTRUMENTS]:
        yield f"{('with', 'featuring')[style % 2]} {_listed(instruments)}"
    yield _listed(findings.of(Kind.VOICE)[:_MOST_VOICES])
    for tempo in findings.of(Kind.TEMPO):
        beats = f" ({bpm:.0f} BPM)" if bpm and tempo.bpm and tempo.bpm[0] <= bpm < tempo.bpm[1] + 1 else ""
        yield f"{tempo.phrase} tempo{beats}"
    for era in findings.of(Kind.ERA):
        yield f"from the {era.phrase}"


def _good_for(findings: Findings) -> str:
    """Choose the situations most feelings agree on; what a genre suits counts where no feeling is known.

    A sad rock song is found by "road trip" otherwise, for no reason but its being rock.
    """
    known = [*findings.of(Kind.MOOD), *findings.of(Kind.THEME)]
    votes: Counter[str] = Counter()
    for entry in known or (*findings.of(Kind.GENRE), *findings.implied):
        votes.update(dict.fromkeys(entry.good_for, 2 if entry.kind is Kind.GENRE else 1))
    chosen = [situation for situation, _ in votes.most_common(_MOST_SITUATIONS)]
    return f"Good for {_listed(chosen)}." if chosen else ""


def _called(findings: Findings) -> str:
    return f"Called {' / '.join(findings.names)}." if findings.names else ""


def _listed(items: Sequence[Entry | str]) -> str:
    phrases = [item if isinstance(item, str) else item.phrase for item in items]
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}" if len(phrases) > 1 else "".join(phrases)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
