"""An output for libvlc that keeps what it is given: every sample, and when each is due to be heard."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import vlc
from numpy.typing import NDArray

RATE = 44_100
_CALLBACKS = vlc.CallbackDecorators


@dataclass(frozen=True)
class Block:
    """Samples of shape (n, 2), int16, and the moment (seconds of libvlc's clock) the first is due."""

    due: float
    samples: NDArray[np.int16]

    @property
    def end(self) -> float:
        """When the last sample has sounded."""
        return self.due + len(self.samples) / RATE


class Tap:
    """What one player put out. Like a device, it is drained only when its last sample has sounded."""

    def __init__(self, player: Any) -> None:
        """Take the place of a media player's output."""
        self.blocks: list[Block] = []
        self._callbacks = (
            _CALLBACKS.AudioPlayCb(self._play),
            _CALLBACKS.AudioPauseCb(lambda _data, _when: None),
            _CALLBACKS.AudioResumeCb(lambda _data, _when: None),
            _CALLBACKS.AudioFlushCb(lambda _data, _when: None),
            _CALLBACKS.AudioDrainCb(self._drain),
        )
        player.audio_set_callbacks(*self._callbacks, None)
        player.audio_set_format("S16N", RATE, 2)

    @property
    def end(self) -> float:
        """When the last sample so far has sounded, seconds of libvlc's clock."""
        return self.blocks[-1].end

    @property
    def first_due(self) -> float:
        """When the first sample was due; a pause before the first sound moves that on."""
        return self.blocks[-1].end - sum(len(block.samples) for block in self.blocks) / RATE

    @property
    def samples(self) -> NDArray[np.int16]:
        """Everything put out, shape (n, 2)."""
        return np.concatenate([block.samples for block in self.blocks])

    @property
    def longest_pause(self) -> float:
        """The longest time nothing was due between two blocks, in seconds."""
        return max(later.due - block.end for block, later in pairwise(self.blocks))

    def _play(self, _data: Any, samples: int, count: int, due: int) -> None:
        pointer = ctypes.cast(samples, ctypes.POINTER(ctypes.c_int16))
        self.blocks.append(Block(due / 1e6, np.ctypeslib.as_array(pointer, (count, 2)).copy()))

    def _drain(self, _data: Any) -> None:
        if self.blocks:
            time.sleep(max(0.0, self.blocks[-1].end - vlc.libvlc_clock() / 1e6))


class TappedInstance:
    """A libvlc instance whose media players all put out into taps, in the order they are made."""

    def __init__(self, instance: Any) -> None:
        """Stand in for `instance`."""
        self.taps: list[Tap] = []
        self._instance = instance

    def media_player_new(self) -> Any:
        """Make a media player with a tap."""
        player = self._instance.media_player_new()
        self.taps.append(Tap(player))
        return player

    def __getattr__(self, name: str) -> Any:
        return getattr(self._instance, name)
