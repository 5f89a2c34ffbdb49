-- An ear that also listens for a single passage: its windows, and the phrases its text network was asked for.

-- float16, little-endian: the windows of a track one after the other, in playing order.
CREATE TABLE heard_window (
    space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    value BLOB NOT NULL,
    PRIMARY KEY (space_id, track_id)
) STRICT;

CREATE INDEX heard_window_track ON heard_window (track_id);

-- Whose labels come from comparing the library: what they were last chosen from; '' when they are to be chosen.
ALTER TABLE space ADD COLUMN named TEXT NOT NULL DEFAULT '';

-- float32, little-endian. `fingerprint` is the text network's; these are kept for speed and may be lost at any time.
CREATE TABLE phrase (
    fingerprint TEXT NOT NULL,
    text TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (fingerprint, text)
) STRICT;
