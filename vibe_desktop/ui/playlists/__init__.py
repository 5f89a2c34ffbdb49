"""The playlists page: what was saved, and what is in it."""
