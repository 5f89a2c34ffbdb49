"""How a track would be described in words. May import `domain` only."""
