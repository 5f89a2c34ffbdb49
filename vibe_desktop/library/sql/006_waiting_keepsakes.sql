-- What a person brought along from another library about tracks that are not in this one, for the day they are.
-- `identity` and `kept` are JSON as in a keepsakes file: who the track is, and what was made of it.
CREATE TABLE waiting_keepsake (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    kept TEXT NOT NULL
) STRICT;
