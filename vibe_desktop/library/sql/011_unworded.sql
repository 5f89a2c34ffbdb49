-- Tracks with a new caption that cannot be found by it yet: their words are written once their keywords are chosen too.
CREATE TABLE unworded (
    track_id INTEGER PRIMARY KEY
) STRICT;
