"""Playlist files other players understand. May import `domain` only."""
