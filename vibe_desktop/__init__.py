"""Vibe Desktop: type how you feel, hear your own music.

onnxruntime reports usage to its maker unless told not to before its first
import, so the switch is set here, where every process of the program passes.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
