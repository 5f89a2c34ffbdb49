"""Vibe Desktop: type how you feel, hear your own music.

What must be said before a library is first imported is said here, where every
process of the program passes.
"""

import os

# onnxruntime reports usage to its maker unless told not to.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# numpy starts a thread for each core in every process. Our products are small: threads that wait for each
# other, and for other programs, cost more than they bring.
for _threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_threads, "1")

__version__ = "0.1.0"
