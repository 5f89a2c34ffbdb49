"""Stands in for what turns pictures; laion-clap imports these names and calls none of them when it embeds."""

from enum import Enum


class InterpolationMode(Enum):
    """The ways to scale a picture, of which transformers makes a table when it is imported."""

    NEAREST = NEAREST_EXACT = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


class _Unused:
    """Fails when it is made."""

    def __init__(self, *_: object) -> None:
        raise NotImplementedError


CenterCrop = Compose = Normalize = RandomResizedCrop = Resize = ToTensor = _Unused
