"""Fetches a model's files from a model hub: pinned to the byte, and resumed where they broke off."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.checksums import sha256_of, size_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.hub import HubError, Piece, address_of, receive, refusal
from vibe_desktop.models.patience import patiently
from vibe_desktop.models.weights import begin_bytes, is_verified
from vibe_desktop.saving import move

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from vibe_desktop.models.catalog import HubSource, ModelEntry, WeightFile
    from vibe_desktop.progress import Progress

_TRIES = 5
"""How often in a row a file is asked for in vain."""
_WORTH = 1 << 20
"""Bytes that make a try count as none in vain."""
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0
_LOOK_SECONDS = 0.1
_UNSATISFIABLE = 416


def download_hub(
    entry: ModelEntry, source: HubSource, downloads: Path, target: Path, progress: Progress
) -> None:
    """Put the entry's files, verified, into `target`; they lie in `downloads` until all are there.

    And afterwards too, as the same bytes by a second name, where the disk knows such.
    Raises `VibeError` if they cannot be had and `Cancelled` when asked to stop; the next run
    goes on from there.
    """
    downloads.mkdir(parents=True, exist_ok=True)
    fetches = [_Fetch(entry, source, file, downloads, progress) for file in entry.files]
    begin_bytes(progress, f"Downloading {entry.title}", entry.weights_size)
    progress.skip(sum(_have(downloads, file) for file in entry.files))
    for fetch in fetches:
        fetch.run()
    for fetch in fetches:
        try:
            os.link(fetch.whole, target / fetch.file.name)
        except OSError:
            move(fetch.whole, target / fetch.file.name)


def kept_of(entry: ModelEntry, downloads: Path) -> int:
    """Return the bytes of the entry's files that an earlier run left in `downloads`."""
    return sum(min(file.size, _have(downloads, file)) for file in entry.files)


def _whole(downloads: Path, file: WeightFile) -> Path:
    """Return where a file waits for the others. Its name tells its bytes, so that no revisions are mixed."""
    return downloads / f"{file.sha256[:16]}-{file.name}"


def _part(downloads: Path, file: WeightFile) -> Path:
    whole = _whole(downloads, file)
    return whole.with_name(f"{whole.name}.part")


def _have(downloads: Path, file: WeightFile) -> int:
    return max(size_of(_whole(downloads, file)), size_of(_part(downloads, file)))


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One file on its way."""

    entry: ModelEntry
    source: HubSource
    file: WeightFile
    downloads: Path
    progress: Progress

    @property
    def whole(self) -> Path:
        return _whole(self.downloads, self.file)

    @property
    def part(self) -> Path:
        return _part(self.downloads, self.file)

    def run(self) -> None:
        """Have the whole file, verified. Raises `VibeError` or `Cancelled`."""
        self._drop_what_cannot_be()
        if self.whole.exists():
            return
        resumed = size_of(self.part) > 0
        self._complete()
        if resumed and not self._is_right():
            # What was there may have been spoilt, by a crash for example: once more from the start.
            self._start_over()
            self._complete()
        if not self._is_right():
            self._start_over()
            raise self._wrong_bytes()
        move(self.part, self.whole)

    def _drop_what_cannot_be(self) -> None:
        if self.whole.exists() and not is_verified(self.whole, self.file.sha256, self.file.size):
            self.progress.advance(-size_of(self.whole))
            self.whole.unlink()
        if size_of(self.part) > self.file.size:
            self._start_over()

    def _is_right(self) -> bool:
        return sha256_of(self.part) == self.file.sha256

    def _start_over(self) -> None:
        self.progress.advance(-size_of(self.part))
        self.part.unlink(missing_ok=True)

    def _complete(self) -> None:
        """Ask until every byte is there."""
        vain = 0
        while (had := size_of(self.part)) < self.file.size:
            try:
                self._ask(had)
            except HubError as error:
                vain = 0 if size_of(self.part) - had > _WORTH else vain + 1
                if not error.again or vain == _TRIES or error.wait > _LONGEST_WAIT:
                    raise self._in_words(error) from error
                self._wait(max(error.wait, _FIRST_WAIT * 2 ** max(0, vain - 1)))

    def _ask(self, had: int) -> None:
        """Receive what is missing, or as much of it as comes."""
        address = address_of(self.source, self.file.path)
        with closing(patiently(lambda: receive(address, had), self.progress.check)) as pieces:
            reply, _ = next(pieces)
            fits = reply.size in (None, self.file.size)
            if had and (reply.status == _UNSATISFIABLE or reply.start not in (0, had) or not fits):
                self._start_over()
                raise HubError("The model hub does not know this part of the file.", "", again=True)
            if error := refusal(reply):
                raise error
            if not fits:
                raise self._wrong_bytes()
            if had and not reply.start:
                self._start_over()
            self._write(pieces)
        if size_of(self.part) < self.file.size:
            raise HubError("The connection broke off.", "Check the connection and start again.", again=True)

    def _write(self, pieces: Generator[Piece, None, None]) -> None:
        with self.part.open("ab") as out:
            left = self.file.size - out.tell()
            for _, data in pieces:
                if len(data) > left:
                    out.close()
                    self._start_over()
                    raise self._wrong_bytes()
                out.write(data)
                left -= len(data)
                self.progress.advance(len(data))
            out.flush()
            os.fsync(out.fileno())

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.progress.check()
            time.sleep(_LOOK_SECONDS)

    def _in_words(self, error: HubError) -> VibeError:
        kept = " What was fetched is kept; the next start goes on from there." if size_of(self.part) else ""
        return VibeError(
            f"{self.file.path} of {self.entry.title} could not be downloaded. {error.why}{kept}",
            f"{error.remedy} {self._by_hand()}".strip(),
        )

    def _wrong_bytes(self) -> VibeError:
        return VibeError(
            f"What the model hub sent as {self.file.path} is not the published file, so it was thrown away.",
            f"Try again later, or from another network. {self._by_hand()}",
        )

    def _by_hand(self) -> str:
        files = ", ".join(self.entry.downloads)
        return (
            f"Or fetch {files} of {self.source.repository} (revision {self.source.revision}) on another"
            f" machine and run `vibe-desktop models install {self.entry.name} --from FOLDER`."
        )
