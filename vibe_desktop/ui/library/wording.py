"""Counts, lengths and dates in words."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def songs(count: int) -> str:
    """Return "1 song", "5,076 songs"."""
    if count == 1:
        return QCoreApplication.translate("Wording", "1 song")
    return QCoreApplication.translate("Wording", "{0} songs").format(number(count))


def lines(count: int) -> str:
    """Return "1 line", "3 lines"."""
    if count == 1:
        return QCoreApplication.translate("Wording", "1 line")
    return QCoreApplication.translate("Wording", "{0} lines").format(number(count))


def number(count: int) -> str:
    """Return a number as this place writes it; the C locale, which groups no digits, reads as English."""
    place = QLocale()
    if place.language() == QLocale.Language.C:
        place = QLocale(QLocale.Language.English)
    return place.toString(count)


def duration(seconds: float) -> str:
    """Return a long time in words, as roughly as one would say it: "45 min", "3 h 12 min", "14 days"."""
    minutes = max(1, round(seconds / _MINUTE))
    if seconds >= 2 * _DAY:
        return QCoreApplication.translate("Wording", "{0} days").format(number(round(seconds / _DAY)))
    if minutes < _MINUTE:
        return QCoreApplication.translate("Wording", "{0} min").format(minutes)
    hours, minutes = divmod(minutes, _MINUTE)
    if not minutes:
        return QCoreApplication.translate("Wording", "{0} h").format(hours)
    return QCoreApplication.translate("Wording", "{0} h {1} min").format(hours, minutes)


def day(at: float) -> str:
    """Return the day of a time in seconds since 1970: "today", "yesterday" or its date."""
    date = datetime.fromtimestamp(at, tz=UTC).astimezone().date()
    days = (datetime.now(tz=UTC).astimezone().date() - date).days
    if days == 0:
        return QCoreApplication.translate("Wording", "today")
    if days == 1:
        return QCoreApplication.translate("Wording", "yesterday")
    return QLocale().toString(QDate(date.year, date.month, date.day), QLocale.FormatType.ShortFormat)


def plays(count: int) -> str:
    """Return how often something was played: "never played", "played once", "played 12 times"."""
    if count == 0:
        return QCoreApplication.translate("Wording", "never played")
    if count == 1:
        return QCoreApplication.translate("Wording", "played once")
    return QCoreApplication.translate("Wording", "played {0} times").format(number(count))
