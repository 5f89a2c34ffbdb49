"""One download from the hub of the tests, and the files it serves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import HubSource, ModelEntry
from vibe_desktop.models.download_hub import download_hub
from vibe_desktop.progress import Progress

FILES = {
    "audio.onnx": ("onnx/audio model.onnx", os.urandom(300_000)),
    "text.onnx": ("onnx/text.onnx", os.urandom(500_000)),
    "tokenizer.json": ("tokenizer.json", os.urandom(1_000)),
}
AUDIO = FILES["audio.onnx"][1]
TOTAL = sum(len(content) for _, content in FILES.values())


class Run:
    """One download into folders below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.downloads = folder / "downloads" / "clap"
        self.target = folder / "target"
        self.target.mkdir()
        self.progress = Progress()

    def __call__(self, entry: ModelEntry) -> None:
        assert isinstance(entry.source, HubSource)
        download_hub(entry, entry.source, self.downloads, self.target, self.progress)

    def error(self, entry: ModelEntry) -> VibeError:
        with pytest.raises(VibeError) as caught:
            self(entry)
        assert list(self.target.iterdir()) == []
        return caught.value

    def kept(self, entry: ModelEntry) -> Path:
        """Return where a file that is not complete waits."""
        file = entry.files[0]
        return self.downloads / f"{file.sha256[:16]}-{file.name}.part"

    def keep(self, entry: ModelEntry, content: bytes) -> None:
        self.downloads.mkdir(parents=True, exist_ok=True)
        self.kept(entry).write_bytes(content)

    @property
    def done(self) -> int:
        return self.progress.stages()[-1].done
