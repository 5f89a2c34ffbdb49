"""Whose labels count where several ears heard the same track: those of the best one that names anything."""

from __future__ import annotations

from vibe_desktop.domain import EARS

_PLACES = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(EARS))
_NAMED = "labels <> '[]'"


def _place(space: str) -> str:
    return f"(CASE {space}.name {_PLACES} ELSE {len(EARS)} END, -{space}.id)"


LABELS = f"""(
    SELECT labels FROM hearing h JOIN space s ON s.id = h.space_id
    WHERE h.track_id = t.id AND h.{_NAMED}
    ORDER BY CASE s.name {_PLACES} ELSE {len(EARS)} END, s.id DESC LIMIT 1
)"""  # noqa: S608 - our own text
"""SQL for what was heard in the track `t`; NULL where nothing was named."""

LABELLED = f"""
    SELECT h.track_id AS id FROM hearing h
    WHERE h.{_NAMED} AND ((SELECT count(*) FROM space WHERE kind = 'ear') = 1 OR NOT EXISTS (
        SELECT 1 FROM hearing o JOIN space p ON p.id = o.space_id JOIN space s ON s.id = h.space_id
        WHERE o.track_id = h.track_id AND o.space_id <> h.space_id AND o.{_NAMED}
            AND {_place("p")} < {_place("s")}
    ))
    ORDER BY substr(h.labels, 1, 24) {{0}}
"""  # noqa: S608 - our own text
"""SQL for the tracks in which something was named, in order, up or down, of the `labels` of `LABELS`."""

LABELS_BETWEEN = f"""
    SELECT h.track_id, h.labels FROM hearing h JOIN space s ON s.id = h.space_id
    WHERE h.track_id BETWEEN ? AND ? AND h.{_NAMED}
    ORDER BY CASE s.name {_PLACES} ELSE {len(EARS)} END DESC, s.id
"""  # noqa: S608 - our own text
"""SQL for what was heard in the tracks from one id to another; of one that comes twice, the last counts."""
