"""A thin line that fills as something gets done."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

_STEPS = 1000


class ThinBar(QProgressBar):
    """Shows how much is done, without words; takes no room where nobody knows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self.setRange(0, _STEPS)

    def set_share(self, share: float | None) -> None:
        """Show 0 to 1, or nothing for None."""
        self.setVisible(share is not None)
        if share is not None:
            self.setValue(round(share * _STEPS))
