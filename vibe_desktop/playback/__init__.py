"""Playing music: what a player is, VLC behind it, the queue and what counts as a play."""
