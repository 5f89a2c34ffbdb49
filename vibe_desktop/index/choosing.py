"""Which index a library's vectors are searched in: the embedded one, or a Qdrant server."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from vibe_desktop.index.neighbours import NeighbourCache
from vibe_desktop.index.qdrant_index import COLLECTION, QdrantIndexes
from vibe_desktop.index.vector_index import UnreachableError

if TYPE_CHECKING:
    from pathlib import Path

    from qdrant_client import QdrantClient

    from vibe_desktop.index.vector_index import VectorIndexes
    from vibe_desktop.index.vectors import VectorStore
    from vibe_desktop.library.database import Database

EMBEDDED = "embedded"
"""The setting for the index in the profile; any other is the address of a server, "#" and a collection."""
API_KEY = "VIBE_QDRANT_API_KEY"
"""The environment's word for a server's key: a secret has no place in a file of settings."""

_SECONDS = 60


def choose_indexes(setting: str, db: Database, vectors: VectorStore, folder: Path) -> VectorIndexes:
    """Return the indexes a setting names; one that cannot be had says so when it is needed."""
    if setting == EMBEDDED:
        return NeighbourCache(db, vectors, folder)
    address, collection = urldefrag(setting)
    return QdrantIndexes(vectors, partial(_connect, address), collection or COLLECTION)


def _connect(address: str) -> QdrantClient:
    unknown = UnreachableError(
        f"There is no vector index called {address}.",
        f'Set vector_index to "{EMBEDDED}", or to the address of a Qdrant server: http://…:6333',
    )
    if not address.startswith(("http://", "https://")):
        raise unknown
    try:
        from qdrant_client import QdrantClient
    except ImportError as error:
        raise UnreachableError(
            "The settings name a vector server, and what speaks with it is not installed.",
            f'Install it: pip install "vibe-desktop[qdrant]"; or set vector_index to "{EMBEDDED}".',
        ) from error
    try:
        return QdrantClient(
            url=address, api_key=os.environ.get(API_KEY), timeout=_SECONDS, check_compatibility=False
        )
    except ValueError as error:  # it is no address
        raise unknown from error
