"""The towers of CLAP: right whatever the company, and plain about files that are of no use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from tiny_clap import DIMENSIONS, Made, install_tiny_clap, piece, seal, write_tiny_clap
from vibe_desktop.audio.clap_mel import WINDOW, log_mel
from vibe_desktop.domain import FloatMatrix, VibeError
from vibe_desktop.models.clap_towers import AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE, AudioTower, TextTower
from vibe_desktop.models.installed import InstalledModel, ModelDamaged, open_model


@pytest.fixture(scope="module")
def pictures() -> FloatMatrix:
    return log_mel(np.stack([piece(number, 10.0)[:WINDOW] for number in (0, 14, 22)]))


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    return tiny(tmp_path)


def tiny(models_folder: Path, made: Made = Made.TRAINED, *, mask: bool = False) -> InstalledModel:
    install_tiny_clap(models_folder, made, mask=mask)
    return open_model(models_folder, "clap")


def resealed(model: InstalledModel, dimensions: int = DIMENSIONS) -> InstalledModel:
    """Return the model as if its files had always been as they are now."""
    seal(model.folder, dimensions)
    return open_model(model.folder.parent, "clap")


def edited(model: InstalledModel, file: str, edit: Callable[[onnx.ModelProto], None]) -> InstalledModel:
    network = onnx.load(model.folder / file)
    edit(network)
    onnx.save(network, model.folder / file)
    return resealed(model)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(ModelDamaged) as caught:
        work()
    assert "models install clap" in caught.value.remedy
    return caught.value.message


# --- what they answer


def test_pictures_become_unit_rows_whatever_the_company(model: InstalledModel, pictures: FloatMatrix) -> None:
    tower = AudioTower(model)
    rows = tower.embed(pictures)
    assert rows.dtype == np.float32
    assert rows.shape == (3, DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(rows, np.vstack([tower.embed(pictures[[n]]) for n in range(3)]))
    assert tower.embed(pictures[:0]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("mask", [False, True])
def test_prompts_become_unit_rows_whatever_the_company(mask: bool, tmp_path: Path) -> None:  # noqa: FBT001
    tower = TextTower(tiny(tmp_path, mask=mask))
    prompts = ["piano", "A recording of slow piano music for a rainy evening.", "heavy metal"]
    rows = tower.embed(prompts)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(rows, np.vstack([tower.embed([prompt]) for prompt in prompts]))
    assert rows[0] @ rows[1] > 0.3 > rows[0] @ rows[2]


def test_a_mask_changes_nothing(tmp_path: Path) -> None:
    plain, masked = (TextTower(tiny(tmp_path / str(mask), mask=mask)) for mask in (False, True))
    prompts = ["calm piano", "noise"]
    np.testing.assert_allclose(plain.embed(prompts), masked.embed(prompts), atol=1e-6)


@pytest.mark.parametrize("text", ["", " ", "🎹", "caf\udce9", "\0", "ピアノ", "piano " * 5000])
def test_any_text_will_do(text: str, model: InstalledModel) -> None:
    assert np.isfinite(TextTower(model).embed([text])).all()


def test_a_long_prompt_is_cut_at_the_longest_input(model: InstalledModel) -> None:
    tower = TextTower(model)
    full = "piano " * 75  # and a token at either end
    np.testing.assert_array_equal(tower.embed([full]), tower.embed([full + "metal " * 30]))
    assert (tower.embed([full]) != tower.embed(["metal " + full])).any()


def test_nothing_is_read_before_it_is_needed(model: InstalledModel, pictures: FloatMatrix) -> None:
    audio, text = AudioTower(model), TextTower(model)
    for file in (AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE):
        (model.folder / file).unlink()
    assert "cannot be read" in refusal(lambda: audio.embed(pictures))
    assert "cannot be read" in refusal(lambda: text.embed(["piano"]))


# --- files that are of no use


def test_swapped_files_are_called_that(tmp_path: Path, pictures: FloatMatrix) -> None:
    model = tiny(tmp_path, Made.SWAPPED)
    for said in (
        refusal(lambda: AudioTower(model).embed(pictures)),
        refusal(lambda: TextTower(model).embed(["piano"])),
    ):
        assert "audio.onnx and text.onnx were swapped" in said


def test_what_is_no_number_is_refused(tmp_path: Path, pictures: FloatMatrix) -> None:
    model = tiny(tmp_path, Made.NO_NUMBERS)
    assert "audio.onnx" in refusal(lambda: AudioTower(model).embed(pictures))


@pytest.mark.parametrize(
    "content", [b"", b"<html>404</html>", b"\x08\x08" * 400], ids=["empty", "html", "junk"]
)
@pytest.mark.parametrize("file", [AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE])
def test_files_of_something_else_are_refused(
    file: str, content: bytes, model: InstalledModel, pictures: FloatMatrix
) -> None:
    (model.folder / file).write_bytes(content)
    assert file in refusal(lambda: used(resealed(model), file, pictures))


@pytest.mark.parametrize("file", [AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE])
def test_half_a_file_is_refused(file: str, model: InstalledModel, pictures: FloatMatrix) -> None:
    whole = (model.folder / file).read_bytes()
    (model.folder / file).write_bytes(whole[: len(whole) // 2])
    assert file in refusal(lambda: used(resealed(model), file, pictures))


def used(model: InstalledModel, file: str, pictures: FloatMatrix) -> FloatMatrix:
    return AudioTower(model).embed(pictures) if file == AUDIO_FILE else TextTower(model).embed(["piano"])


def test_a_file_that_changed_behind_its_times_is_found_out(
    model: InstalledModel, pictures: FloatMatrix
) -> None:
    path = model.folder / AUDIO_FILE
    before = path.stat()
    path.write_bytes(b"\0" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "not the file that was installed" in refusal(lambda: AudioTower(model).embed(pictures))


@pytest.mark.parametrize("beside", [True, False])
def test_weights_in_other_files_are_never_looked_for(
    beside: bool,  # noqa: FBT001
    model: InstalledModel,
    pictures: FloatMatrix,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = onnx.load(model.folder / AUDIO_FILE)
    onnx.save_model(
        network,
        model.folder / AUDIO_FILE,
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    assert (model.folder / "weights.bin").stat().st_size > 1000
    if beside:
        monkeypatch.chdir(model.folder)
    else:
        (model.folder / "weights.bin").unlink()
    said = refusal(lambda: AudioTower(resealed(model)).embed(pictures))
    assert "audio.onnx is not a whole network in one file" in said


def test_other_dimensions_than_the_manifest_says_are_refused(
    model: InstalledModel, pictures: FloatMatrix
) -> None:
    wrong = resealed(model, 512)
    assert "512 numbers" in refusal(lambda: AudioTower(wrong).embed(pictures))
    assert "512 numbers" in refusal(lambda: TextTower(wrong).embed(["piano"]))


def test_a_tokenizer_of_another_model_is_found_out(model: InstalledModel) -> None:
    other = Tokenizer(models.WordLevel({"piano": 10**6, "?": 0}, unk_token="?"))
    other.pre_tokenizer = pre_tokenizers.Whitespace()
    other.save(str(model.folder / TOKENIZER_FILE))
    assert "text.onnx fails while it computes" in refusal(lambda: TextTower(resealed(model)).embed(["piano"]))


# --- what a network takes and gives is asked of it


def test_other_names_are_understood(model: InstalledModel, pictures: FloatMatrix) -> None:
    expected = AudioTower(model).embed(pictures), TextTower(model).embed(["piano"])

    def rename(network: onnx.ModelProto) -> None:
        for node in network.graph.node:
            for names in (node.input, node.output):
                names[:] = ["x" + name if name in ends else name for name in names]
        for each in (*network.graph.input, *network.graph.output):
            each.name = "x" + each.name

    ends = {"input_features", "audio_embeds", "input_ids", "text_embeds"}
    edited(model, AUDIO_FILE, rename)
    renamed = edited(model, TEXT_FILE, rename)
    np.testing.assert_array_equal(AudioTower(renamed).embed(pictures), expected[0])
    np.testing.assert_array_equal(TextTower(renamed).embed(["piano"]), expected[1])


def test_the_named_output_wins_over_others(model: InstalledModel, pictures: FloatMatrix) -> None:
    def add_output(network: onnx.ModelProto) -> None:
        another = helper.make_tensor_value_info("led", TensorProto.FLOAT, ["batch", DIMENSIONS])
        network.graph.output.insert(0, another)

    def hide_name(network: onnx.ModelProto) -> None:
        network.graph.node[-1].output[0] = network.graph.output[1].name = "something"

    expected = AudioTower(model).embed(pictures)
    two = edited(model, AUDIO_FILE, add_output)
    np.testing.assert_array_equal(AudioTower(two).embed(pictures), expected)
    unclear = edited(two, AUDIO_FILE, hide_name)
    assert "no single output" in refusal(lambda: AudioTower(unclear).embed(pictures))


def _want_more(network: onnx.ModelProto) -> None:
    network.graph.input.append(helper.make_tensor_value_info("is_longer", TensorProto.BOOL, ["batch", 1]))


def _want_positions(network: onnx.ModelProto) -> None:
    positions = helper.make_tensor_value_info("position_ids", TensorProto.INT64, ["batch", "length"])
    network.graph.input.append(positions)


def _want_four_pictures(network: onnx.ModelProto) -> None:
    """Become like the fused kind, which takes four pictures of a track."""
    network.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 4
    network.graph.node[0].op_type = "ReduceMax"
    network.graph.node[0].input[:] = ["input_features"]
    network.graph.node[0].attribute.append(helper.make_attribute("axes", [1]))
    network.graph.node[0].attribute.append(helper.make_attribute("keepdims", 0))


def _want_77_tokens(network: onnx.ModelProto) -> None:
    network.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 77


def _want_small_tokens(network: onnx.ModelProto) -> None:
    network.graph.input[0].type.tensor_type.elem_type = TensorProto.INT32


@pytest.mark.parametrize(
    ("file", "edit", "named"),
    [
        (AUDIO_FILE, _want_more, "is_longer"),
        (AUDIO_FILE, _want_four_pictures, "['batch', 4, 1001, 64]"),
        (TEXT_FILE, _want_positions, "position_ids"),
        (TEXT_FILE, _want_77_tokens, "input_ids"),
        (TEXT_FILE, _want_small_tokens, "int32"),
    ],
)
def test_networks_that_want_something_else_say_what(
    file: str,
    edit: Callable[[onnx.ModelProto], None],
    named: str,
    model: InstalledModel,
    pictures: FloatMatrix,
) -> None:
    said = refusal(lambda: used(edited(model, file, edit), file, pictures))
    assert file in said
    assert named in said


def test_the_tiny_model_can_be_written_anywhere(tmp_path: Path) -> None:
    write_tiny_clap(tmp_path / "export")
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == sorted(
        [AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE, "manifest.json"]
    )


def test_a_lack_of_memory_says_nothing_about_the_network(
    model: InstalledModel, pictures: FloatMatrix
) -> None:
    def ask_for_too_much(network: onnx.ModelProto) -> None:
        graph = network.graph
        graph.initializer.append(numpy_helper.from_array(np.array([10**7, 10**7]), "vast"))
        graph.node.insert(0, helper.make_node("ConstantOfShape", ["vast"], ["room"]))
        graph.node.insert(1, helper.make_node("ReduceSum", ["room"], ["filled"], keepdims=0))
        graph.node[-1].output[0] = "answer"
        graph.node.append(helper.make_node("Add", ["answer", "filled"], ["audio_embeds"]))

    greedy = edited(model, AUDIO_FILE, ask_for_too_much)
    with pytest.raises(VibeError, match="not enough memory") as caught:
        AudioTower(greedy).embed(pictures[:1])
    assert not isinstance(caught.value, ModelDamaged)
    assert "Close other programs" in caught.value.remedy


def test_networks_of_another_model_are_not_taken_for_those_that_were_chosen(
    model: InstalledModel, pictures: FloatMatrix
) -> None:
    sound, words = AudioTower(model), TextTower(model)
    install_tiny_clap(model.folder.parent, Made.RANDOM)
    for work in (lambda: sound.embed(pictures[:1]), lambda: words.embed(["piano"])):
        assert "is not the file that was installed" in refusal(work)
