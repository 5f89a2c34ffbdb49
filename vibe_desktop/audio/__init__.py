"""Sound as numbers: decoded windows and log-mel spectrograms. May import `domain` only."""
