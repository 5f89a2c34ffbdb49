-- What a person does with the library: likes, listens, keeps playlists, removes folders; and quick tables of it.

-- A folder that was removed: its tracks are shown nowhere, but everything kept about them stays. Never online.
ALTER TABLE root ADD COLUMN forgotten_at REAL;

-- What names are sorted by, NULL where there is none, see ordering.py: the functions are ours.
ALTER TABLE track ADD COLUMN title_key TEXT;
ALTER TABLE track ADD COLUMN artist_key TEXT;
ALTER TABLE track ADD COLUMN album_key TEXT;
UPDATE track SET title_key = title_key(title, path), artist_key = sort_key(artist),
    album_key = album_key(album, album_artist);

CREATE INDEX track_by_title ON track (title_key, artist_key);
CREATE INDEX track_by_artist ON track (artist_key, album_key, disc_number, track_number);
CREATE INDEX track_by_album ON track (album_key, disc_number, track_number);
-- Everything else a table sorts or filters by, in one narrow index: a track's own row is ten times as wide.
CREATE INDEX track_facts ON track (root_id, missing_since, year, seconds, bpm, first_seen);

-- Again, with the beginnings of words: someone who types is answered after the first letter.
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
    title, artist, album, genres, sentence, keywords,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO words (rowid, title, artist, album, genres, sentence, keywords)
    SELECT t.id, t.title, t.artist || ' ' || t.album_artist, t.album,
        (SELECT group_concat(genre, ' ') FROM track_genre WHERE track_id = t.id),
        coalesce(c.own_sentence, c.sentence), c.keywords
    FROM track t LEFT JOIN caption c ON c.track_id = t.id
    WHERE t.tags_pending = 0 OR c.track_id IS NOT NULL;

CREATE TABLE liked (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    at REAL NOT NULL
) STRICT;

-- Every play and every skip; `seconds` is how much of the track was heard.
CREATE TABLE listen (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    seconds REAL NOT NULL,
    skipped INTEGER NOT NULL
) STRICT;

CREATE INDEX listen_track ON listen (track_id, skipped, at);

CREATE TABLE playlist (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    mood TEXT NOT NULL DEFAULT '',
    -- The request it was made from, as JSON, so that it can be answered again; '' where there was none.
    request TEXT NOT NULL DEFAULT '',
    -- The folder its lines are seen from, where it was read from a file.
    folder BLOB,
    made_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    deleted_at REAL
) STRICT;

-- A track and why it is there, or a line of a file that led to no known track.
CREATE TABLE playlist_entry (
    playlist_id INTEGER NOT NULL REFERENCES playlist (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    track_id INTEGER REFERENCES track (id) ON DELETE CASCADE,
    reason TEXT NOT NULL DEFAULT '',
    location TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    seconds REAL,
    PRIMARY KEY (playlist_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX playlist_entry_track ON playlist_entry (track_id);
