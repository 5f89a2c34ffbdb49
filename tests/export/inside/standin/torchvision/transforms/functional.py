"""Stands in for functions on pictures."""


def pil_to_tensor(*_: object) -> None:
    """Fail: there are no pictures here."""
    raise NotImplementedError
