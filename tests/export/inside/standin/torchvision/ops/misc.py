"""Stands in for the one operator that laion-clap looks for among its layers."""


class FrozenBatchNorm2d:
    """No layer of CLAP is one."""
