-- What a tag says is sung, which few files have: quick to find without reading every track's tags.
CREATE INDEX track_language ON track (json_extract(tags, '$.language'))
    WHERE json_extract(tags, '$.language') IS NOT NULL;
