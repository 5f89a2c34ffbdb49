"""Reading and checking the vocabulary's TOML, so that a slip in it is named rather than felt."""

from __future__ import annotations

import json
import re
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
_FIELDS = frozenset(
    {"synonyms", "say", "said", "good_for", "sounds", "axes", "parent", "moods", "bpm", "years"}
)
_ASKED_ONLY = frozenset({"said", "sounds"})
"""Fields that only tell what a request means, and nothing in a caption."""
_SOUNDING = frozenset({Kind.MOOD, Kind.THEME, Kind.SITUATION})
_FELT = frozenset({Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.TEMPO})
_MAY_HAVE = {"sounds": _SOUNDING, "moods": _FELT, "bpm": {Kind.TEMPO}, "years": {Kind.ERA}}
"""The kinds a field is for; every other field is for all."""


class _MistakeError(Exception):
    """What is wrong with a vocabulary, and the words its place in the file is found by, the widest first."""

    def __init__(self, message: str, *place: str) -> None:
        super().__init__(message)
        self.place = place


def read(files: Sequence[Path]) -> Vocabulary:
    """Read one vocabulary from files that add to each other, the later winning.

    Raises `VibeError` naming the file, the mistake and, as far as it is known, its line.
    """
    merged: Document = {}
    claims: dict[str, str] = {}
    for file in files:
        try:
            document = _parsed(file)
            claims |= (taken := _claims(document))
            _hand_over(merged, taken)
            _merge(merged, document)
            entries = _entries(merged)
            lists = _lists(merged, entries)
        except (_MistakeError, tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as mistake:
            where = _line(file, mistake.place) if isinstance(mistake, _MistakeError) else ""
            raise VibeError(
                f"The vocabulary {file} could not be read: {mistake}{where}.",
                "Mend that line, or put the original file back.",
            ) from mistake
    return Vocabulary(entries, claims, lists, _digest(merged))


def _line(file: Path, place: Sequence[str]) -> str:
    """Tell the line where all of `place` was met, one word after the other; "" where it was not."""
    lines = file.read_text(encoding="utf-8").splitlines()
    at = -1
    for word in place:
        begins = r"^\W*(?:\w+\.)?\W*" if at < 0 else r"(?<![\w-])"
        written = re.compile(rf"{begins}{re.escape(word)}(?![\w-])")
        found = (number for number in range(max(at, 0), len(lines)) if written.search(lines[number]))
        at = next(found, at)
    return f" (at line {at + 1})" if at >= 0 else ""


def _parsed(file: Path) -> Document:
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    for name, table in document.items():
        if name not in {*Kind, *_LISTS} or not isinstance(table, dict):
            raise _MistakeError(f"[{name}] is not a table of a vocabulary", name)
    return document


def _claims(document: Document) -> dict[str, str]:
    """Return every way to write an entry and the entry's name; no word may mean two things."""
    claims: dict[str, str] = {}
    for kind in Kind:
        for name, fields in document.get(kind, {}).items():
            _check_fields(kind, name, fields)
            ways = [name, *fields.get("synonyms", ())]
            keys = list(map(key, ways))
            _check_once(name, "synonyms", keys[:1], keys[1:])
            for word, plain in zip(ways, keys, strict=True):
                if not plain:
                    raise _MistakeError(f'"{name}" has a synonym without a letter or digit', name)
                owner = claims.setdefault(plain, name)
                if owner != name:
                    raise _MistakeError(f'"{word}" belongs to both "{owner}" and "{name}"', name, word)
    return claims


def _check_fields(kind: Kind, name: str, fields: object) -> None:
    if not isinstance(fields, dict):
        raise _MistakeError(f'"{name}" is not a table of fields', name)
    for field, value in fields.items():
        if field not in _FIELDS:
            raise _MistakeError(
                f'"{name}" has no field "{field}", only {", ".join(sorted(_FIELDS))}', name, field
            )
        if kind not in _MAY_HAVE.get(field, Kind):
            raise _MistakeError(f'"{name}" is a {kind}, which has no "{field}"', name, field)
        if wanted := _unlike(field, value):
            raise _MistakeError(f'"{field}" of "{name}" is not {wanted}', name, field)
    for field in ("sounds", "moods", "good_for"):
        _check_once(name, field, [name] if field != "good_for" else [], fields.get(field, []))


def _unlike(field: str, value: object) -> str:
    """Tell what the value of a field should have been; "" where it is that."""
    if field in {"say", "parent"}:
        return "" if isinstance(value, str) else "a word"
    if field == "axes":
        return "" if _is_place(value) else "four numbers from -1 to 1"
    if field in {"bpm", "years"}:
        return "" if _is_range(value) else "a lowest and a highest number"
    return "" if _are(value, str) else "a list of words"


def _check_once(name: str, field: str, before: Sequence[str], values: Sequence[str]) -> None:
    """Check that a list neither says anything twice nor names its own entry again."""
    known = set(before)
    for value in values:
        if value in known:
            raise _MistakeError(f'"{field}" of "{name}" says "{value}" twice or names itself', name, field)
        known.add(value)


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


def _hand_over(merged: Document, taken: Mapping[str, str]) -> None:
    """Take from the entries so far the synonyms that a later file gives to others."""
    for kind in Kind:
        for name, fields in merged.get(kind, {}).items():
            ways = fields.get("synonyms", [])
            fields["synonyms"] = [word for word in ways if taken.get(key(word), name) == name]


def _merge(merged: Document, document: Document) -> None:
    """Add a later file: its fields win, its synonyms join those known, its entries may change their kind."""
    for table, values in document.items():
        known = merged.setdefault(table, {})
        if table == "heard":
            known |= values
        elif table == "ignored":
            for name, listed in values.items():
                if name not in _IGNORED or not _are(listed, str):
                    raise _MistakeError(f'[ignored] "{name}" is not a list of words', "[ignored]", name)
                known[name] = [*known.get(name, []), *listed]
        else:
            for name, fields in values.items():
                before = known.get(name, {})
                synonyms = dict.fromkeys((*before.get("synonyms", []), *fields.get("synonyms", [])))
                for kind in Kind:
                    merged.get(kind, {}).pop(name, None)
                known[name] = {**before, **fields, "synonyms": list(synonyms)}


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
        said=tuple(fields.get("said", ())),
        sounds=tuple(fields.get("sounds", ())),
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
        ("sounds", entry.sounds, {*Kind} - {Kind.SITUATION}),
        ("moods", entry.moods, {Kind.MOOD, Kind.THEME}),
        ("parent", parents, {entry.kind}),
    )
    for field, names, kinds in named:
        for name in names:
            if name not in entries:
                missing = f'"{field}" of "{entry.name}" names "{name}", which is not there'
                raise _MistakeError(missing, entry.name, field, name)
            if entries[name].kind not in kinds:
                odd = f'"{field}" of "{entry.name}" names "{name}", which is a {entries[name].kind}'
                raise _MistakeError(odd, entry.name, field, name)
    parent, passed = entry.parent, {entry.name}
    while parent is not None:
        if parent in passed:
            raise _MistakeError(f'"{entry.name}" is its own parent', entry.name, "parent")
        passed.add(parent)
        parent = entries[parent].parent


def _lists(merged: Document, entries: Mapping[str, Entry]) -> Lists:
    heard = merged.get("heard", {})
    for label, name in heard.items():
        if name != "" and name not in entries:
            missing = f'[heard] "{label}" stands for "{name}", which is not there'
            raise _MistakeError(missing, "[heard]", label)
    alone, genres, names = (frozenset(map(key, merged.get("ignored", {}).get(n, []))) for n in _IGNORED)
    return Lists({key(label): name for label, name in heard.items()}, alone, genres, names)


def _digest(merged: Document) -> str:
    """Return a fingerprint of whatever captions and labels depend on; a request alone needs the rest."""
    described = {
        table: {
            name: {field: value for field, value in fields.items() if field not in _ASKED_ONLY}
            for name, fields in merged[table].items()
        }
        for table in merged
        if table in {*Kind}
    }
    lists = {table: merged[table] for table in _LISTS if table in merged}
    return blake2b(json.dumps(described | lists, sort_keys=True).encode(), digest_size=16).hexdigest()
