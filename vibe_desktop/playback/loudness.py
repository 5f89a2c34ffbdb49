"""ReplayGain: how much louder or softer a track should be played so that all sound alike."""

from __future__ import annotations

import math

from vibe_desktop.domain import Tags
from vibe_desktop.settings import ReplayGain

FULL_SCALE = 1.0
MOST_GAIN = 20.0


def gain_db(tags: Tags, mode: ReplayGain, *, protect: bool = True) -> float:
    """Return the gain in dB; 0 where the mode is off or the file says nothing.

    A file that has only the other kind of gain is played by that. With
    `protect` the loudest sample stays within full scale; a file that does not
    tell its peak is taken to reach full scale already, and is never made louder.
    """
    track = (tags.replaygain_track_db, tags.replaygain_track_peak)
    album = (tags.replaygain_album_db, tags.replaygain_album_peak)
    if mode is ReplayGain.OFF:
        return 0.0
    wanted, other = (album, track) if mode is ReplayGain.ALBUM else (track, album)
    gain, peak = wanted if wanted[0] is not None else other
    if gain is None:
        return 0.0
    headroom = -20 * math.log10(peak or FULL_SCALE) if protect else MOST_GAIN
    return max(-MOST_GAIN, min(gain, headroom, MOST_GAIN))
