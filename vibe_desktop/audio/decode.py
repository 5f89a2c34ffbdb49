"""Decodes the parts of a file that an ear wants to hear, by PyAV (FFmpeg).

Seeking costs a fraction of decoding everything, so it is tried first. Where a
file gives no length, lies about it or cannot be sought in, one pass over the
whole file picks the windows instead, in bounded memory.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.audio.zero_tail import end_of_sound
from vibe_desktop.domain import FloatMatrix, FloatVector, WindowPlan
from vibe_desktop.long_paths import reachable

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# Containers of sound only: a playlist, or a script that opens other files or addresses, is not among them.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,caf,dsf,eac3,flac,iff,matroska,mov,mp3,mpc,mpc8,ogg,shn,tak,tta,w64,wav,wv"
)
_OPTIONS = {"protocol_whitelist": "file,subfile", "format_whitelist": _FORMATS}
_PREROLL_SECONDS = 0.25
"""decoded and thrown away before a window, so that codecs which lean on earlier packets have settled"""
_WORST_LANDING_SECONDS = 10.0
_EDGE = 0.04
"""share of the track left out at either end: lead-ins, applause and fades say little"""
_SILENCE = 1e-4
"""peak below which a window holds nothing to hear (-80 dBFS)"""


class UndecodableAudio(Exception):  # noqa: N818 - named for what it says of the file
    """A file that cannot be heard: one plain reason."""


def read_windows(path: bytes, plan: WindowPlan) -> FloatMatrix:
    """Return float32 [n, sample_rate * seconds] within [-1, 1], 1 <= n <= `plan.count`, in playing order.

    The windows never overlap, so short tracks give fewer. A track shorter than
    one window is repeated to fill it, as in the network's training.
    Silent windows and windows that are no numbers are left out. Channels are averaged.

    Raises `UndecodableAudio` for whatever cannot be heard, silence included.
    """
    import av

    try:
        _require_regular_file(path)
        with _opened(path) as (container, stream):
            windows = _by_seeking(container, stream, plan)
        if windows is None:
            with _opened(path) as (container, stream):
                windows = _in_one_pass(container, stream, plan)
    except av.InvalidDataError as error:
        raise UndecodableAudio("It is damaged, or not a kind of audio that is known here.") from error
    except av.FFmpegError as error:
        raise UndecodableAudio(f"It cannot be decoded: {error.strerror}.") from error
    except OSError as error:
        raise UndecodableAudio(f"It cannot be read: {error.strerror}.") from error
    return _checked(windows)


def window_starts(seconds: float, plan: WindowPlan) -> list[float]:
    """Return where windows begin, in seconds, for a track of that length: evenly spread, ends left out."""
    count = max(1, min(plan.count, int(seconds / plan.seconds)))
    room = max(0.0, seconds - count * plan.seconds)
    if count == 1:
        return [room / 2]
    edge = min(_EDGE * seconds, room / 2)
    return [float(start) for start in np.linspace(edge, seconds - edge - plan.seconds, count)]


def _require_regular_file(path: bytes) -> None:
    """Refuse pipes and devices, which would block or never end."""
    if not stat.S_ISREG(Path(os.fsdecode(reachable(path))).stat().st_mode):
        raise UndecodableAudio("It is not a regular file.")


@contextmanager
def _opened(path: bytes) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open a file's main audio stream, to be decoded in this thread only."""
    import av

    with av.open(_place(path), options=_OPTIONS, metadata_errors="replace") as container:
        stream = container.streams.best("audio")
        if not isinstance(stream, av.AudioStream) or not stream.codec_context:
            raise UndecodableAudio("It holds no sound that can be decoded.")
        stream.codec_context.thread_count = 1
        yield container, stream


def _place(path: bytes) -> str:
    """Return how FFmpeg is to find a file: up to where it goes on with zeros.

    The prefix keeps it from reading a name such as "concat:a|b" as a protocol.
    """
    with Path(os.fsdecode(reachable(path))).open("rb") as file:
        end = end_of_sound(file)
    part = f"subfile,,start,0,end,{end},,:" if end else ""
    return f"{part}file:{os.fsdecode(path)}"


def _by_seeking(container: InputContainer, stream: AudioStream, plan: WindowPlan) -> FloatMatrix | None:
    """Return whole windows from all over the track, or None if seeking does not pay or cannot be trusted."""
    import av

    seconds = float(container.duration or 0) / av.time_base
    if seconds < 2 * plan.count * plan.seconds:
        return None
    windows = []
    for start in window_starts(seconds, plan):
        try:
            window = _window_at(container, stream, start, plan)
        except av.FFmpegError:
            return None
        if window is None:
            return None
        windows.append(window)
    return np.stack(windows)


def _window_at(
    container: InputContainer, stream: AudioStream, start: float, plan: WindowPlan
) -> FloatVector | None:
    """Return the window that begins `start` seconds into the track, or None if it is not to be had there."""
    origin = (stream.start_time or 0) * float(stream.time_base or 0)
    container.seek(int((origin + start - _PREROLL_SECONDS) / float(stream.time_base or 1)), stream=stream)
    sound = _Sound(plan.sample_rate)
    length = round(plan.sample_rate * plan.seconds)
    skip = -1
    for frame in _frames(container, stream):
        if skip < 0:
            early = origin + start - frame.time if frame.time is not None else 0.0
            if early > _WORST_LANDING_SECONDS or early < -plan.seconds:
                return None
            skip = max(0, round(early * plan.sample_rate))
        sound.add(frame)
        if sound.length >= skip + length:
            break
    window = sound.finished()[max(skip, 0) :][:length]
    return window if len(window) == length else None


def _in_one_pass(container: InputContainer, stream: AudioStream, plan: WindowPlan) -> FloatMatrix:
    """Decode everything and return windows from all over it.

    Holds at most twice the windows wanted: once full, every second is dropped
    and from then on half as many are kept.
    """
    length = round(plan.sample_rate * plan.seconds)
    kept: list[FloatVector] = []
    stride = number = 0
    for number, window in enumerate(_consecutive(container, stream, plan.sample_rate, length)):
        if number % (1 << stride):
            continue
        kept.append(window)
        if len(kept) == 2 * plan.count:
            kept = kept[::2]
            stride += 1
    if not kept:
        raise UndecodableAudio("It holds no sound that can be decoded.")
    whole = [window for window in kept if len(window) == length] or [_filled(kept[0], length, plan)]
    # The very beginning says little, if there is more to choose from than is asked for.
    whole = whole[len(whole) > plan.count :]
    middles = (np.arange(min(plan.count, len(whole))) + 0.5) / min(plan.count, len(whole))
    return np.stack([whole[int(middle * len(whole))] for middle in middles])


def _filled(short: FloatVector, length: int, plan: WindowPlan) -> FloatVector:
    """Return a window made from less."""
    if not plan.whole_repeats:
        return np.resize(short, length)
    repeated = np.tile(short, length // len(short))
    return np.pad(repeated, (0, length - len(repeated)))


def _consecutive(
    container: InputContainer, stream: AudioStream, sample_rate: int, length: int
) -> Iterator[FloatVector]:
    """Yield all of a track in pieces of `length` samples; the last may be shorter."""
    sound = _Sound(sample_rate)
    for frame in _frames(container, stream):
        sound.add(frame)
        while sound.length >= length:
            yield sound.take(length)
    rest = sound.finished()
    while len(rest):
        yield rest[:length]
        rest = rest[length:]


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield decoded frames from here on, passing over damaged packets as players do."""
    import av

    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        for frame in frames:
            if isinstance(frame, av.AudioFrame) and frame.samples:
                yield frame


class _Sound:
    """Mono samples at one rate, gathered from frames of any kind.

    Channels are averaged here: FFmpeg's own mix of float stereo is 3 dB
    louder, and differs between sample formats. They come interleaved, because
    PyAV counts the planes of eight or more channels past their end and crashes.
    """

    def __init__(self, sample_rate: int) -> None:
        from av import AudioResampler

        self._rate = sample_rate
        self._resampler = AudioResampler(format="flt", rate=sample_rate)
        self._kind: tuple[str, str, int] | None = None
        self._parts: list[FloatVector] = []
        self.length = 0

    def add(self, frame: AudioFrame) -> None:
        """Resample a frame; a stream may change its kind on the way, a resampler may not."""
        from av import AudioResampler

        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self._flush()
            self._resampler = AudioResampler(format="flt", rate=self._rate)
            self._kind = kind
        self._keep(self._resampler.resample(frame))

    def take(self, length: int) -> FloatVector:
        """Remove and return the first `length` samples."""
        whole = np.concatenate(self._parts)
        self._parts = [whole[length:]]
        self.length = len(whole) - length
        return whole[:length]

    def finished(self) -> FloatVector:
        """Return everything left, with what the resampler still held."""
        self._flush()
        return np.concatenate([*self._parts, np.empty(0, np.float32)])

    def _flush(self) -> None:
        if self._kind is not None:
            self._keep(self._resampler.resample(None))

    def _keep(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            channels = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
            # Summed channel by channel: numpy's own mean over so few costs a quarter of all decoding.
            samples: FloatVector = sum(channels.T[1:], channels.T[0]) / np.float32(channels.shape[1])
            self._parts.append(samples)
            self.length += len(samples)


def _checked(windows: FloatMatrix) -> FloatMatrix:
    """Leave out windows that are silent or, after damage, no numbers; keep the rest within [-1, 1]."""
    sound = windows[np.isfinite(windows).all(axis=1)]
    if not len(sound):
        raise UndecodableAudio("Its samples are not numbers.")
    audible = sound[np.abs(sound).max(axis=1) > _SILENCE]
    if not len(audible):
        raise UndecodableAudio("It is silent.")
    heard: FloatMatrix = np.clip(audible, -1.0, 1.0)
    return heard
