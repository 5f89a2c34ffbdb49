"""Reading vocabularies: additions of a listener, and mistakes."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from vibe_desktop.captions.vocabulary import Entry, Kind, load_vocabulary
from vibe_desktop.captions.vocabulary_file import read
from vibe_desktop.domain import VibeError

SMALL = """
[situation]
"coding" = { synonyms = ["programming"] }
[mood]
calm = { axes = [-0.9, 0.3, -0.2, -0.2], synonyms = ["tranquil"], good_for = ["coding"] }
[genre]
"rock" = { moods = ["calm"] }
"soft rock" = { parent = "rock" }
[heard]
"quiet rock" = "soft rock"
"hm" = ""
[ignored]
alone = ["tranquil"]
"""


def written(folder: Path, text: str, name: str = "words.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_small_one(tmp_path: Path) -> None:
    vocabulary = read([written(tmp_path, SMALL)])
    assert list(vocabulary.entries) == ["calm", "rock", "soft rock", "coding"]
    assert vocabulary.heard("Quiet Rock") is vocabulary.entries["soft rock"]
    assert vocabulary.mentions("a tranquil day") == ()
    assert [each.entry.name for each in vocabulary.mentions("tranquil")] == ["calm"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[mood", "Expected"),
        ("[colour]\nred = {}", "colour"),
        ("mood = 3", "mood"),
        ("[mood]\ncalm = 3", "calm"),
        ("[mood]\ncalm = { axis = [0, 0, 0, 0] }", "calm"),
        ("[mood]\ncalm = { axes = [0, 0, 0] }", "axes"),
        ("[mood]\ncalm = { axes = [0, 0, 0, 2] }", "axes"),
        ("[mood]\ncalm = { synonyms = 'tranquil' }", "synonyms"),
        ("[mood]\ncalm = { synonyms = ['!'] }", "letter"),
        ("[mood]\ncalm = { say = 3 }", "say"),
        ("[mood]\ncalm = { good_for = ['coding'] }", "coding"),
        ("[mood]\ncalm = { synonyms = ['Still-ness'] }\nstill = { synonyms = ['still ness'] }", "both"),
        ("[tempo]\nfast = { bpm = [180, 120] }", "bpm"),
        ("[era]\nold = { years = ['a', 'b'] }", "years"),
        ("[genre]\nrock = { moods = ['rock'] }", "moods"),
        ("[genre]\nrock = { moods = ['joy'] }", "not there (at line 2)"),
        ("[mood]\ncalm = { moods = [] }", "moods"),
        ("[mood]\ncalm = { sounds = ['harp'] }", "not there (at line 2)"),
        ("[mood]\ncalm = { sounds = ['calm'] }", "itself"),
        ("[mood]\ncalm = { sounds = ['slow', 'slow'] }\n[tempo]\nslow = {}", "twice"),
        ("[mood]\ncalm = { sounds = ['coding'] }\n[situation]\ncoding = {}", "situation"),
        ("[genre]\nrock = { sounds = ['slow'] }\n[tempo]\nslow = {}", "sounds"),
        ("[mood]\ncalm = { synonyms = ['Hush-hush', 'hush hush'] }", "twice"),
        ("[mood]\ncalm = { synonyms = ['calm'] }", "itself"),
        ("[mood.glad]\naxes = [0, 0, 0, 0]\n[mood.calm]\n# so\naxes = [0, 0, 0, 9]", "(at line 5)"),
        ("[mood]\ncalm = { bpm = [60, 70] }", "bpm"),
        ("[genre]\nrock = { parent = 'rock' }", "own parent"),
        ("[genre]\na = { parent = 'b' }\nb = { parent = 'a' }", "own parent"),
        ("[instrument]\nlute = {}\n[genre]\nrock = { parent = 'lute' }", "parent"),
        ("[heard]\nhum = 'humming'", "humming"),
        ("[heard]\nhum = 3", "hum"),
        ("[ignored]\nwords = ['a']", "words"),
        ("[ignored]\nnames = 'a'", "names"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, part: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(VibeError) as caught:
        load_vocabulary(path)
    assert str(path) in caught.value.message
    assert part in caught.value.message
    assert caught.value.remedy


def test_missing_and_not_text(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("bytes.toml", "none.toml"):
        with pytest.raises(VibeError, match="could not be read"):
            load_vocabulary(tmp_path / name)


def test_a_listener_adds_words_and_wins(tmp_path: Path) -> None:
    extra = written(
        tmp_path,
        """
        [mood]
        calm = { synonyms = ["hygge"] }
        sundayish = { axes = [-0.5, 0.5, 0, 0], synonyms = ["tranquil"], good_for = ["reading a book"] }
        [theme]
        noise = {}
        [heard]
        "weird" = "sundayish"
        """,
    )
    ours, theirs = load_vocabulary(), load_vocabulary(extra=extra)
    known = {
        phrase: found.name for phrase in ("hygge", "calming", "tranquil") if (found := theirs.find(phrase))
    }
    assert known == {"hygge": "calm", "calming": "calm", "tranquil": "sundayish"}
    assert theirs.entries["calm"].axes == ours.entries["calm"].axes
    assert theirs.entries["noise"].kind is Kind.THEME
    assert theirs.heard("weird") is theirs.entries["sundayish"]
    assert theirs.digest != ours.digest
    assert ours.find("hygge") is None
    assert "tranquil" in ours.entries["calm"].synonyms
    assert "tranquil" not in theirs.entries["calm"].synonyms


def test_the_digest_tells_contents_apart(tmp_path: Path) -> None:
    same, other = written(tmp_path, SMALL, "a.toml"), written(tmp_path, SMALL.replace("0.3", "0.4"), "b.toml")
    reordered = written(tmp_path, SMALL + "\n# a comment\n", "c.toml")
    assert read([same]).digest == read([reordered]).digest != read([other]).digest


def test_the_digest_is_of_what_captions_depend_on_only(tmp_path: Path) -> None:
    """Otherwise a better understanding of requests would write every caption anew."""
    small = read([written(tmp_path, SMALL)])
    asked = {"said": '["unwind me"]', "sounds": '["rock"]'}
    told = {"say": '"quiet"', "synonyms": '["still"]', "good_for": "[]", "axes": "[0, 0, 0, 0]"}
    for field, value in {**asked, **told}.items():
        extra = written(tmp_path, f"[mood]\ncalm = {{ {field} = {value} }}", "extra.toml")
        changed = read([written(tmp_path, SMALL), extra])
        assert changed.entries["calm"] != small.entries["calm"]
        assert (changed.digest == small.digest) == (field in asked)
    extra = written(tmp_path, '[heard]\n"hm" = "rock"', "extra.toml")
    assert read([written(tmp_path, SMALL), extra]).digest != small.digest


def test_the_examples_of_the_page_on_words_are_right(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "vocabulary.md"
    examples = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    theirs = load_vocabulary(extra=written(tmp_path, "\n".join(examples)))
    meant = {
        word: found.name for word in ("Sunday roast", "sofa mode", "noise") if (found := theirs.find(word))
    }
    assert meant == {"Sunday roast": "Grandma's kitchen", "sofa mode": "chill", "noise": "punk"}
    assert theirs.entries["chill"].sounds == ("mellow", "lo-fi", "dub", "reggae")


def test_the_page_on_words_tells_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert told == {field.name for field in fields(Entry)} - {"name", "kind", "phrase"} | {"say"}
