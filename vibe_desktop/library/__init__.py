"""Which music is here: files, tags and the database. May import `domain` and `progress` only."""
