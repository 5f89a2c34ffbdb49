"""Models are data: nothing that could be code is ever loaded, and only what is pinned."""

from __future__ import annotations

import ast
import pickle
import re
import shutil
from pathlib import Path

import pytest

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import HubSource, WheelSource, catalog
from vibe_desktop.models.ears import verdict_on
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import MANIFEST, open_model
from vibe_desktop.progress import Progress

PACKAGE = Path(__file__).parent.parent.parent / "vibe_desktop"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# Modules that turn the bytes of a file into running code.
RUN_FILES = {
    "cloudpickle", "dill", "imp", "joblib", "keras", "marshal", "pickle", "runpy", "shelve", "tensorflow",
    "torch", "yaml",
}  # fmt: skip
RUN_TEXT = {"eval", "exec", "compile", "__import__", "execfile"}
TEXT_FOR_A_SHELL = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
UNPACK_ANYWHERE = {"extractall", "unpack_archive"}


def faults(source: str) -> list[str]:
    """Return what a module does that could run what a file holds."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.partition(".")[0] in RUN_FILES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in RUN_FILES:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            found += _faults_of_call(node)
    return found


def _faults_of_call(node: ast.Call) -> list[str]:
    name = ast.unparse(node.func)
    options = {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}
    if name in RUN_TEXT | TEXT_FOR_A_SHELL or name.rpartition(".")[2] in UNPACK_ANYWHERE:
        return [name]
    is_careless = options.get("allow_pickle", "False") != "False" or options.get("shell", "False") != "False"
    return [ast.unparse(node)] if is_careless else []


def test_nothing_a_file_holds_is_ever_run() -> None:
    found = {str(path): faults(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from torch import load", "import torch.nn", "eval(text)", "os.system(text)",
        "np.load(file, allow_pickle=True)", "subprocess.run(text, shell=True)", "archive.extractall(folder)",
    ],
)  # fmt: skip
def test_what_would_run_a_file_is_found(source: str) -> None:
    assert faults(source)


def test_every_byte_of_every_model_is_pinned() -> None:
    for entry in catalog().values():
        assert entry.files
        for file in entry.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.size > 0
            assert Path(file.name).suffix in {
                ".safetensors",
                ".json",
                ".onnx",
                ".index",
                ".data-00000-of-00001",
                "",
            }
            assert ".." not in Path(file.name).parts
        if isinstance(entry.source, HubSource):
            assert re.fullmatch(r"[0-9a-f]{40}", entry.source.revision)
        if isinstance(entry.source, WheelSource):
            assert re.fullmatch(r"[0-9a-f]{64}", entry.source.sha256)


class _Payload:
    """What would leave a mark, were it unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", ["audio.onnx", "text.onnx", "tokenizer.json"])
def test_a_pickle_in_place_of_a_network_is_of_no_use_and_not_run(
    name: str, stick: Path, tmp_path: Path
) -> None:
    folder, mark = tmp_path / "stick", tmp_path / "mark"
    shutil.copytree(stick / "good", folder)
    before = (folder / name).stat().st_size, sha256_of(folder / name)
    (folder / name).write_bytes(pickle.dumps(_Payload(mark)))
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    for old, new in zip(
        map(str, before), ((folder / name).stat().st_size, sha256_of(folder / name)), strict=True
    ):
        text = text.replace(old, str(new))
    (folder / MANIFEST).write_text(text, encoding="utf-8")

    install(catalog()["clap"], tmp_path / "models", Progress(), folder)

    assert not passes(tmp_path / "models")
    assert not mark.exists()


def passes(models: Path) -> bool:
    """Whether the ear that was installed may hear."""
    try:
        return verdict_on(open_model(models, "clap"), Progress()).passed
    except VibeError:
        return False


def test_a_network_that_is_one_passes(stick: Path, tmp_path: Path) -> None:
    install(catalog()["clap"], tmp_path / "models", Progress(), stick / "good")
    assert passes(tmp_path / "models")
