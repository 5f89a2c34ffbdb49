"""What names are sorted by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.library.ordering import album_key, sort_key, title_key


def test_case_accents_and_leading_marks_do_not_count() -> None:
    names = ["Émilie", "zebra", "(Anvil)", "emily", "Ölberg", "…baby", "Zoë"]
    assert sorted(names, key=lambda name: sort_key(name) or "") == [
        "(Anvil)",
        "…baby",
        "Émilie",
        "emily",
        "Ölberg",
        "zebra",
        "Zoë",
    ]


def test_other_scripts_keep_their_letters() -> None:
    assert sort_key("夜に駆ける") == sort_key("「夜に駆ける」") == "夜に駆ける"
    assert sort_key("Кино") == "кино"


def test_a_track_without_a_title_is_sorted_by_its_files_name() -> None:
    assert title_key("", b"/music/Night.Train.mp3") == "night.train"
    assert title_key("...", b"/music/Harbour.mp3") == "harbour"
    assert title_key("Anvil", b"/music/Harbour.mp3") == "anvil"


def test_two_albums_of_one_name_are_kept_apart_by_their_artists() -> None:
    assert album_key("Hits", "Ann") != album_key("Hits", "Ben")
    assert album_key("Hits", "") == "hits"


@given(st.text(st.characters(exclude_categories=())), st.binary(max_size=40))
def test_whatever_a_file_is_called_there_is_a_key_a_column_can_hold(text: str, path: bytes) -> None:
    for key in (sort_key(text), title_key(text, path), album_key(text, text)):
        assert key is None or 0 < len(key.encode("utf-8", "strict").decode()) <= 201


def test_nothing_has_no_key() -> None:
    assert sort_key(" …!") is None
    assert title_key("", b"/music/-.mp3") is None
    assert album_key("", "Ann") is None
