"""How much there is of something, in words."""

from __future__ import annotations


def listed(*, likes: int, listens: int, playlists: int, captions: int) -> str:
    """Say how much there is of each: "1 like, 34 plays and skips and 2 playlists", or "nothing"."""
    counts = {
        counted(likes, "like"): likes,
        counted(listens, "play or skip", "plays and skips"): listens,
        counted(playlists, "playlist"): playlists,
        f"{counted(captions, 'description')} of your own": captions,
    }
    *others, last = [text for text, count in counts.items() if count] or ["nothing"]
    return f"{', '.join(others)} and {last}" if others else last


def counted(count: int, one: str, more: str = "") -> str:
    """Say how many: "1 like", "2 likes"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
