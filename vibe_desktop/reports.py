"""What the commands tell other programs: plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vibe_desktop.kept_words import left_out_words
from vibe_desktop.moods.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vibe_desktop.doctor import Finding
    from vibe_desktop.domain import Queue, QueueEntry, Track
    from vibe_desktop.index.indexer import IndexReport
    from vibe_desktop.keepsakes.merging import Merged
    from vibe_desktop.keepsakes.things import Keepsakes
    from vibe_desktop.library.saved import Playlist
    from vibe_desktop.models.ears import EarChoice
    from vibe_desktop.models.status import ModelStatus
    from vibe_desktop.moods.coverage import Coverage
    from vibe_desktop.summary import Summary


def track(track: Track) -> dict[str, Any]:
    """Describe one track: what it says of itself, how it is captioned, what was heard in it."""
    return {
        "id": track.id,
        "path": track.path,
        "state": track.state.value,
        "tags": asdict(track.tags),
        "caption": track.caption.sentence,
        "caption_is_own": track.caption.own,
        "keywords": list(track.caption.keywords),
        "heard": [{"label": label.name, "weight": round(label.weight, 3)} for label in track.labels],
    }


def queue(
    answer: Queue,
    choice: EarChoice,
    coverage: Coverage,
    saved: Path | None,
    *,
    mode: Mode = Mode.FUSION,
    explain: bool,
) -> dict[str, Any]:
    """Describe a queue; `explain` adds the scores behind each entry."""
    return {
        "request": asdict(answer.request),
        "mode": mode.value,
        "ear": _ear(choice) | _covered(coverage),
        "notes": list(answer.notes),
        "seconds": round(answer.seconds, 1),
        "saved": str(saved) if saved else None,
        "entries": [_entry(entry, explain=explain) for entry in answer.entries],
    }


def index(report: IndexReport) -> dict[str, Any]:
    """Describe what one run of the indexer did."""
    told = asdict(report)
    told["scan"]["unsettled"] = len(report.scan.unsettled)
    return told


def models(statuses: Sequence[ModelStatus], choice: EarChoice) -> dict[str, Any]:
    """Describe the models and the choice of the ear."""
    return {"models": [asdict(status) for status in statuses], "ear": _ear(choice)}


def library(summary: Summary) -> dict[str, Any]:
    """Describe the library: folders, counts and failed files."""
    return {
        "folders": [{"path": folder.path, "online": folder.online} for folder in summary.folders],
        "counts": asdict(summary.counts),
        "ear": _ear(summary.choice) | _covered(summary.coverage),
        "failures": [asdict(failure) for failure in summary.failures],
    }


def playlist(saved: Playlist) -> dict[str, Any]:
    """Describe a saved playlist; the request it was made from as text only."""
    return {name: value for name, value in asdict(saved).items() if name != "request_json"}


def keepsakes(kept: Keepsakes) -> dict[str, Any]:
    """Count what a person made, and tell what is not among it."""
    return {**kept.counts, "left_out": left_out_words(kept)}


def merged(taken_in: Merged) -> dict[str, Any]:
    """Describe what was new in keepsakes that were taken in."""
    return asdict(taken_in)


def findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Describe what a check-up found."""
    return [asdict(finding) | {"well": finding.well} for finding in found]


def _ear(choice: EarChoice) -> dict[str, Any]:
    return {"name": choice.ear.space.name if choice.ear else None, "reason": choice.reason}


def _covered(coverage: Coverage) -> dict[str, Any]:
    return {
        "serving": list(coverage.serving),
        "heard": dict(coverage.heard),
        "songs": coverage.songs,
        "coverage": str(coverage),
    }


def _entry(entry: QueueEntry, *, explain: bool) -> dict[str, Any]:
    tags = entry.track.tags
    described = {
        "rank": entry.rank,
        "id": entry.track.id,
        "path": entry.track.path,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "seconds": tags.seconds,
        "caption": entry.track.caption.sentence,
        "keywords": list(entry.track.caption.keywords),
        "heard": [label.name for label in entry.track.labels],
        "caption_rank": entry.caption_rank,
        "ear_rank": entry.ear_rank,
        "reason": entry.reason,
    }
    if explain:
        described["evidence"] = {name: round(value, 4) for name, value in entry.evidence.items()}
    return described
