"""How tags and labels are written into columns: compact JSON that any bytes-born string survives."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from vibe_desktop.domain import Label, MoodRequest, Tags

_DEFAULTS = {field.name: getattr(Tags(), field.name) for field in fields(Tags)}
_LARGEST = 2**63 - 1
_decode = json.JSONDecoder().raw_decode


def dump_tags(tags: Tags) -> str:
    """Write what is not at its default; the same tags always give the same string."""
    said = ((name, getattr(tags, name), default) for name, default in _DEFAULTS.items())
    return json.dumps({name: storable(value) for name, value, default in said if value != default})


def load_tags(text: str) -> Tags:
    """Read what `dump_tags` wrote."""
    said = {
        name: _restored(value) if isinstance(value, list) else value
        for name, value in _read(text).items()
        if name in _DEFAULTS
    }
    return Tags(**said)


def dump_labels(labels: Iterable[Label]) -> str:
    """Write labels in their order; weights to four digits, finer than any ear is."""
    return json.dumps([[label.name, round(label.weight, 4)] for label in labels])


def load_labels(text: str | None) -> tuple[Label, ...]:
    """Read what `dump_labels` wrote; None, where nothing was heard, gives none."""
    return tuple(Label(name, weight) for name, weight in _read(text)) if text else ()


def load_label_names(text: str | None) -> tuple[str, ...]:
    """Read only the names of the labels that `dump_labels` wrote."""
    return tuple(name for name, _ in _read(text)) if text else ()


def dump_words(words: Iterable[str]) -> str:
    """Write a list of words."""
    return json.dumps(list(words))


def load_words(text: str | None) -> tuple[str, ...]:
    """Read what `dump_words` wrote."""
    return tuple(_read(text)) if text else ()


def dump_request(request: MoodRequest) -> str:
    """Write a request, so that it can be answered again."""
    return json.dumps(asdict(request))


def load_request(text: str) -> MoodRequest | None:
    """Read what `dump_request` wrote; None for "" and for what another version wrote and this cannot read."""
    names = {field.name for field in fields(MoodRequest)}
    try:
        said = {name: _restored(value) for name, value in json.loads(text).items() if name in names}
        return MoodRequest(**said)
    except (ValueError, TypeError, AttributeError):
        return None


def plain(text: str) -> str:
    """Replace what is no Unicode text, such as half of a surrogate pair, so that SQLite can hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def storable(value: Any) -> Any:
    """Turn a number that JSON or a column cannot hold into None, and leave anything else."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST:
        return None
    return value


def _read(text: str) -> Any:
    """Read JSON that we wrote, without blanks around it: half of what `json.loads` takes for a short text."""
    value, _ = _decode(text)
    return value


def _restored(value: Any) -> Any:
    return tuple(map(_restored, value)) if isinstance(value, list) else value
