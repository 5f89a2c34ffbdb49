"""Reading and checking the vocabulary's TOML, so that a slip in it is named rather than felt."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

from vibe_desktop.captions.vocabulary import Axes, Entry, Kind, Lists, Vocabulary
from vibe_desktop.captions.words import key
from vibe_desktop.domain import VibeError

Table: TypeAlias = dict[str, Any]
Document: TypeAlias = dict[str, dict[str, Any]]

_LISTS = ("heard", "ignored")
_IGNORED = ("alone", "genres", "names")
_FIELDS = frozenset({"synonyms", "say", "good_for", "axes", "parent", "moods", "bpm", "years"})


class _MistakeError(Exception):
    """What is wrong with a vocabulary, in words."""


def read(files: Sequence[Path]) -> Vocabulary:
    """Read one vocabulary from files that add to each other, the later winning.

    Raises `VibeError` naming the file and the mistake.
    """
    merged: Document = {}
    claims: dict[str, str] = {}
    for file in files:
        try:
            document = _parsed(file)
            claims |= _claims(document)
            _merge(merged, document)
            entries = _entries(merged)
            lists = _lists(merged, entries)
        except (_MistakeError, tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as mistake:
            raise VibeError(
                f"The vocabulary {file} could not be read: {mistake}.",
                "Mend that line, or put the original file back.",
            ) from mistake
    kept = {word: name for word, name in claims.items() if name in entries}
    return Vocabulary(entries, kept, lists, _digest(merged))


def _parsed(file: Path) -> Document:
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    for name, table in document.items():
        if name not in {*Kind, *_LISTS} or not isinstance(table, dict):
            raise _MistakeError(f"[{name}] is not a table of a vocabulary")
    return document


def _claims(document: Document) -> dict[str, str]:
    """Return every way to write an entry and the entry's name; no word may mean two things."""
    claims: dict[str, str] = {}
    for kind in Kind:
        for name, fields in document.get(kind, {}).items():
            _check_fields(name, fields)
            for word in (name, *fields.get("synonyms", ())):
                if not key(word):
                    raise _MistakeError(f'"{name}" has a synonym without a letter or digit')
                owner = claims.setdefault(key(word), name)
                if owner != name:
                    raise _MistakeError(f'"{word}" belongs to both "{owner}" and "{name}"')
    return claims


def _check_fields(name: str, fields: object) -> None:
    if not isinstance(fields, dict) or not set(fields) <= _FIELDS:
        raise _MistakeError(f'"{name}" holds something other than {", ".join(sorted(_FIELDS))}')
    for field in ("synonyms", "good_for", "moods"):
        if not _are(fields.get(field, []), str):
            raise _MistakeError(f'"{field}" of "{name}" is not a list of words')
    if not _are([fields[field] for field in ("say", "parent") if field in fields], str):
        raise _MistakeError(f'"say" or "parent" of "{name}" is not a word')
    if "axes" in fields and not _is_place(fields["axes"]):
        raise _MistakeError(f'"axes" of "{name}" are not four numbers from -1 to 1')
    for field in ("bpm", "years"):
        if field in fields and not _is_range(fields[field]):
            raise _MistakeError(f'"{field}" of "{name}" is not a lowest and a highest number')


def _are(values: object, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _is_place(value: object) -> bool:
    if not isinstance(value, list) or len(value) != len(Axes._fields):
        return False
    return all(isinstance(number, int | float) and -1 <= number <= 1 for number in value)


def _is_range(value: object) -> bool:
    match value:
        case [int(lowest), int(highest)]:
            return lowest <= highest
    return False


def _merge(merged: Document, document: Document) -> None:
    """Add a later file: its fields win, its synonyms join those known, its entries may change their kind."""
    for table, values in document.items():
        known = merged.setdefault(table, {})
        if table == "heard":
            known |= values
        elif table == "ignored":
            for name, listed in values.items():
                if name not in _IGNORED or not _are(listed, str):
                    raise _MistakeError(f'[ignored] "{name}" is not a list of words')
                known[name] = [*known.get(name, []), *listed]
        else:
            for name, fields in values.items():
                before = known.get(name, {})
                synonyms = [*before.get("synonyms", []), *fields.get("synonyms", [])]
                for kind in Kind:
                    merged.get(kind, {}).pop(name, None)
                known[name] = {**before, **fields, "synonyms": synonyms}


def _entries(merged: Document) -> dict[str, Entry]:
    entries = {
        name: _entry(kind, name, fields) for kind in Kind for name, fields in merged.get(kind, {}).items()
    }
    for entry in entries.values():
        _check_references(entry, entries)
    return entries


def _entry(kind: Kind, name: str, fields: Table) -> Entry:
    return Entry(
        name=name,
        kind=kind,
        phrase=fields.get("say", name),
        synonyms=tuple(fields.get("synonyms", ())),
        good_for=tuple(fields.get("good_for", ())),
        moods=tuple(fields.get("moods", ())),
        parent=fields.get("parent"),
        axes=Axes(*map(float, fields["axes"])) if "axes" in fields else None,
        bpm=tuple(fields["bpm"]) if "bpm" in fields else None,
        years=tuple(fields["years"]) if "years" in fields else None,
    )


def _check_references(entry: Entry, entries: Mapping[str, Entry]) -> None:
    parents = (entry.parent,) if entry.parent is not None else ()
    named = (
        ("good_for", entry.good_for, {Kind.SITUATION}),
        ("moods", entry.moods, {Kind.MOOD, Kind.THEME}),
        ("parent", parents, {entry.kind}),
    )
    for field, names, kinds in named:
        for name in names:
            if name not in entries or entries[name].kind not in kinds:
                raise _MistakeError(f'"{field}" of "{entry.name}" names "{name}", which is not there')
    parent, passed = entry.parent, {entry.name}
    while parent is not None:
        if parent in passed:
            raise _MistakeError(f'"{entry.name}" is its own parent')
        passed.add(parent)
        parent = entries[parent].parent


def _lists(merged: Document, entries: Mapping[str, Entry]) -> Lists:
    heard = merged.get("heard", {})
    for label, name in heard.items():
        if name != "" and name not in entries:
            raise _MistakeError(f'[heard] "{label}" stands for "{name}", which is not there')
    alone, genres, names = (frozenset(map(key, merged.get("ignored", {}).get(n, []))) for n in _IGNORED)
    return Lists({key(label): name for label, name in heard.items()}, alone, genres, names)


def _digest(merged: Document) -> str:
    return blake2b(json.dumps(merged, sort_keys=True).encode(), digest_size=16).hexdigest()
