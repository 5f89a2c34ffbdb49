"""Encoding tells nobody: no report to the runtime's maker, no connection, no heavy library on the side.

The runtime keeps quiet by itself where it believes to be on a build server, so the process under test must
not look like one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_ENCODE = """
import json, sys
reached = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        reached.append(f"{event}: {arguments}")
sys.addaudithook(watch)

from pathlib import Path
import psutil
from vibe_desktop.models.sbert import SentenceEncoder

before = sorted({name.partition(".")[0] for name in sys.modules})
SentenceEncoder(Path(sys.argv[1])).encode(["calm piano", "loud metal"])
reached += [str(each) for each in psutil.Process().net_connections("inet")]
print(json.dumps({"reached": reached, "before": before, "modules": sorted(sys.modules)}))
"""


@pytest.mark.usefixtures("without_ci")
def test_an_encoder_tells_nobody_and_drags_nothing_in(models_folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
            patch.setenv(name, str(tmp_path))
        patch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
        patch.delenv("ORT_RUNNING_UNIT_TESTS", raising=False)
        run = subprocess.run(
            [sys.executable, "-c", _ENCODE, str(models_folder)], capture_output=True, text=True, check=True
        )
    seen = json.loads(run.stdout)
    assert seen["reached"] == []
    assert list(tmp_path.rglob("*")) == []
    assert run.stderr == ""
    assert not {"onnxruntime", "tokenizers", "onnx"} & set(seen["before"])
    assert "onnxruntime" in seen["modules"]
    assert not {"torch", "tensorflow", "huggingface_hub", "onnx", "transformers"} & set(seen["modules"])
