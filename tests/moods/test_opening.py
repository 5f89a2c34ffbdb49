"""Putting together what a library can be asked with, over a real database."""

from pathlib import Path

import numpy as np

from comparing_ear import DIMENSIONS, ComparingEar
from vibe_desktop.app import App
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Hearing, Label, Space, SpaceKind
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.opening import open_senses
from vibe_desktop.paths import Profile

HEARD, HEARD_BEFORE = 1, 2


def test_words_of_an_ear_that_serves_no_more_are_no_echo(tmp_path: Path, models_folder: Path) -> None:
    encoder, vector = SentenceEncoder(models_folder), np.ones(DIMENSIONS, np.float32)
    gone = Space("musicnn", SpaceKind.EAR, DIMENSIONS, "gone/1")
    with App(Profile(tmp_path)) as app:
        stores = app.stores
        root = stores.tracks.add_root(tmp_path)
        stores.db.run_many(
            "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
            " VALUES (?, ?, ?, 1, 1, 1, ?, 0)",
            ((n, root, b"/%d.ogg" % n, n) for n in (HEARD, HEARD_BEFORE)),
        )
        stores.descriptions.store_captions(
            [(n, "guitar music", ("guitar",), b"") for n in (HEARD, HEARD_BEFORE)]
        )
        for track_id, space in ((HEARD, ComparingEar.space), (HEARD_BEFORE, gone)):
            hearing = Hearing(vector, vector, (Label("guitar", 0.9),))
            stores.vectors.put(space, [(track_id, vector, b"")])
            stores.descriptions.store_hearings(stores.vectors.space_id(space), [(track_id, hearing)])
        meanings = Meanings(Knowledge(load_vocabulary()), encoder)
        senses = open_senses(stores, encoder, [ComparingEar()], meanings)
        assert senses.told is not None
        assert senses.told.about(np.array([HEARD, HEARD_BEFORE]))[0].tolist() == [0.0, 1.0]
