"""What the answering process has yet to learn is learnt between questions, and none waits for it."""

from __future__ import annotations

import shutil

import pytest

from vibe_desktop.app import App
from vibe_desktop.background.mind import Mind
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.paths import Profile

CALM = MoodRequest("calm", mood="calm", length=3)
_SAID = "wrapped in wool beside the stove"


@pytest.fixture
def with_new_words(indexed: Profile) -> Profile:
    """Return a library whose vocabulary says what nobody has read yet, with an encoder of its own."""
    shared = indexed.models.resolve()
    indexed.models.unlink()
    indexed.models.mkdir()
    (indexed.models / "musicnn").symlink_to(shared / "musicnn", target_is_directory=True)
    own = indexed.models / "sbert"
    own.mkdir()
    for file in (shared / "sbert").iterdir():
        if file.suffix == ".npz":
            shutil.copy(file, own)
        else:
            (own / file.name).symlink_to(file)
    indexed.vocabulary.write_text(f'[mood]\ncalm = {{ said = ["{_SAID}"] }}\n', encoding="utf-8")
    return indexed


def test_the_first_mood_is_answered_before_and_after_learning(with_new_words: Profile) -> None:
    with App(with_new_words) as app:
        mind = Mind(app)
        assert not mind.learn()  # nobody has asked anything that takes it
        assert mind.queue(CALM, (), "auto").entries
        assert not app.meanings.is_ready
        assert mind.understand("calm").chips

        while mind.learn():
            pass
        assert app.meanings.is_ready
        assert mind.queue(CALM, (), "auto").entries

    with App(with_new_words) as app:
        mind = Mind(app)
        mind.warm("auto")
        assert app.meanings.is_ready
        assert not mind.learn()


def test_a_model_that_is_damaged_meanwhile_ends_the_learning_and_is_told_to_who_asks(
    with_new_words: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with App(with_new_words) as app:
        mind = Mind(app)
        mind.queue(CALM, (), "auto")

        def damaged(_: object) -> None:
            raise VibeError("The model is damaged.", "Install it again.")

        monkeypatch.setattr(app.encoder, "encode", damaged)
        assert not mind.learn()
        assert not app.meanings.is_ready
        with pytest.raises(VibeError, match="damaged"):
            mind.queue(CALM, (), "auto")
