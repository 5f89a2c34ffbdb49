"""How much there is of something, in words."""

from __future__ import annotations


def listed(*, likes: int, listens: int, playlists: int, captions: int) -> str:
    """Say how much there is of each: "1 like, 34 plays and skips, 2 playlists and 5 captions of your own"."""
    counts = [counted(likes, "like"), counted(listens, "play or skip", "plays and skips")]
    own = counted(captions, "caption")
    return f"{', '.join(counts)}, {counted(playlists, 'playlist')} and {own} of your own"


def counted(count: int, one: str, more: str = "") -> str:
    """Say how many: "1 like", "2 likes"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
