-- The library: which files there are, what they say, how they are described, where they lie in each space.

CREATE TABLE root (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    online INTEGER NOT NULL DEFAULT 1,
    -- How many tracks vanished at once and wait for a second scan to agree; 0 when nothing waits.
    held INTEGER NOT NULL DEFAULT 0,
    added_at REAL NOT NULL,
    scanned_at REAL
) STRICT;

-- AUTOINCREMENT: an id is never given to another track, so nothing kept about one can ever reach the wrong music.
CREATE TABLE track (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id INTEGER NOT NULL REFERENCES root (id),
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    missing_since REAL,
    first_seen REAL NOT NULL,
    content_key BLOB,
    -- 0 until its content was compared with that of missing tracks: only such a row can be a moved file.
    settled INTEGER NOT NULL DEFAULT 0,
    tags_pending INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL DEFAULT '',
    artist TEXT NOT NULL DEFAULT '',
    album_artist TEXT NOT NULL DEFAULT '',
    album TEXT NOT NULL DEFAULT '',
    track_number INTEGER,
    disc_number INTEGER,
    year INTEGER,
    seconds REAL,
    bpm REAL,
    tags TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX track_identity ON track (inode, size, mtime_ns);
CREATE INDEX track_content ON track (content_key);
CREATE INDEX track_tags_pending ON track (id) WHERE tags_pending = 1;
CREATE INDEX track_missing ON track (id) WHERE missing_since IS NOT NULL;
CREATE INDEX track_unsettled ON track (id) WHERE settled = 0;
CREATE INDEX track_present ON track (root_id) WHERE missing_since IS NULL;
CREATE INDEX track_year ON track (year);

-- Every genre of a track, normalised, for filters.
CREATE TABLE track_genre (
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    genre TEXT NOT NULL,
    PRIMARY KEY (genre, track_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX track_genre_track ON track_genre (track_id);

CREATE TABLE caption (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    sentence TEXT NOT NULL,
    own_sentence TEXT,
    terms TEXT NOT NULL,
    keywords TEXT NOT NULL DEFAULT '[]',
    source BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE words USING fts5 (
    title, artist, album, genres, sentence, keywords,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE space (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a nearest-neighbour file must be to be trusted; `generation` is the space's at the time it was built.
CREATE TABLE neighbour_cache (
    space_id INTEGER PRIMARY KEY REFERENCES space (id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    count INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT;

-- float16, little-endian. `source` tells what the vector was made from; another source means it is out of date.
CREATE TABLE vector (
    space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    value BLOB NOT NULL,
    source BLOB NOT NULL,
    PRIMARY KEY (space_id, track_id)
) STRICT;

CREATE TABLE hearing (
    space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    spread BLOB NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (space_id, track_id)
) STRICT;

-- Deleting a track must not read every vector there is.
CREATE INDEX vector_track ON vector (track_id);
CREATE INDEX hearing_track ON hearing (track_id, space_id);

-- Written before a file is opened and removed after: whoever is left here was open when the program died.
-- `begun` counts how often that happened.
CREATE TABLE attempt (
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    begun INTEGER NOT NULL,
    PRIMARY KEY (track_id, task)
) STRICT, WITHOUT ROWID;

-- A file that could not be read or heard as it is now; another size or mtime lets it be tried again.
CREATE TABLE failure (
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (track_id, task)
) STRICT, WITHOUT ROWID;

-- Work on the whole library that is due since something changed; a row goes when the work is done.
CREATE TABLE due (
    task TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
