"""The rebuilt network, held to what the original said under TensorFlow."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from tensor_bundles import write_bundle
from vibe_desktop.audio.log_mel import log_mel
from vibe_desktop.domain import VibeError
from vibe_desktop.models import musicnn_graph
from vibe_desktop.models.installed import open_model


@pytest.fixture(scope="module")
def answers(models_folder: Path, repository: Path) -> dict[str, np.ndarray]:
    import onnxruntime

    windows = runpy.run_path(str(repository / "scripts/parity_musicnn.py"))["synthetic_windows"]()
    session = onnxruntime.InferenceSession(
        open_model(models_folder, "musicnn").file(musicnn_graph.FILE), providers=["CPUExecutionProvider"]
    )
    tags, features = session.run(None, {"log_mel": log_mel(windows)[:, : musicnn_graph.FRAMES]})
    return {"probabilities": tags, "embedding": features[:, ::10]}


@pytest.mark.parametrize("output", ["probabilities", "embedding"])
def test_says_what_the_original_says(output: str, answers: dict[str, np.ndarray], repository: Path) -> None:
    golden = json.loads((repository / "tests/models/musicnn_golden.json").read_text("utf-8"))
    assert answers[output].shape == np.shape(golden[output])
    np.testing.assert_allclose(answers[output], golden[output], atol=1e-4)


def test_the_usual_level_of_tags_is_plausible(models_folder: Path) -> None:
    usual = json.loads(open_model(models_folder, "musicnn").file(musicnn_graph.USUAL_FILE).read_text("utf-8"))
    mean, deviation = np.array(usual["mean"]), np.array(usual["deviation"])
    assert mean.shape == deviation.shape == (100,)
    assert mean[0] > mean[48], "rock is a more common tag than house"
    assert (mean < 0).all()
    assert (deviation > 0.3).all()


def test_other_weights_are_refused_plainly(tmp_path: Path) -> None:
    for name in musicnn_graph.CHECKPOINTS:
        (tmp_path / name).mkdir()
        write_bundle(tmp_path / name, {"dense/bias": np.zeros(3, np.float32)})
    with pytest.raises(VibeError, match="not MusiCNN's"):
        musicnn_graph.convert(tmp_path, tmp_path / "target")
    assert not (tmp_path / "target").exists()
