"""What one part of the window asks of another, without knowing it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Intents(QObject):
    """Signals that any page may emit; the main window and the mood desk answer them.

    Tracks travel as lists of track ids.
    """

    page = Signal(str)
    """show a page: mood, library, playlists, activity, settings"""
    models = Signal()
    """on the settings page, show where models are installed"""
    play = Signal(list, int)
    """replace the queue by these tracks and play the one at this place"""
    enqueue = Signal(list, bool)
    """add these tracks to the queue: after the current one (True) or at its end"""
    more_like = Signal(int)
    """make a queue of music like this track"""
    notice = Signal(str, str, object)
    """tell something in one line, with the text of an action ("" for none) and what it calls"""
    lasting_notice = Signal(str)
    """tell what a person must not miss: it stays until they close it"""
    library_changed = Signal()
    """tracks were added, removed or described anew"""
    playlists_changed = Signal()
    show_playlist = Signal(int)
    """show the playlists page with this playlist"""
    liked = Signal(list, bool)
    """these tracks were liked (True) or no longer"""
    edit_caption = Signal(int)
    show_in_folder = Signal(int)
    export = Signal(list, str)
    """save these tracks as a playlist file, suggesting this name"""
    choose_folder = Signal()
    """let the person choose a music folder and index it"""
    start_demo = Signal()
