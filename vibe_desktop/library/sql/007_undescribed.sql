-- Tracks whose caption, or its vector, may not go with their tags, their file or what was heard any more. Whatever
-- changes one of these adds the track; who has found or made all as it should be takes it out.
CREATE TABLE undescribed (
    track_id INTEGER PRIMARY KEY
) STRICT;

-- How captions and their vectors were to be made when that was last begun; where it is otherwise now, all are looked at.
CREATE TABLE described_as (
    recipe TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- NOT EXISTS, as OR IGNORE within a trigger gives way to what the statement outside says of conflicts.
CREATE TRIGGER undescribed_new AFTER INSERT ON track BEGIN
    INSERT INTO undescribed SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.id);
END;
CREATE TRIGGER undescribed_track AFTER UPDATE OF root_id, path, missing_since, tags_pending, tags ON track BEGIN
    INSERT INTO undescribed SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.id);
END;
CREATE TRIGGER undescribed_root AFTER UPDATE OF path, online ON root
WHEN NEW.online > OLD.online OR NEW.path <> OLD.path BEGIN
    INSERT INTO undescribed SELECT id FROM track
        WHERE root_id = NEW.id AND NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = track.id);
END;
CREATE TRIGGER undescribed_heard AFTER INSERT ON hearing BEGIN
    INSERT INTO undescribed SELECT NEW.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.track_id);
END;
CREATE TRIGGER undescribed_named AFTER UPDATE OF labels, track_id ON hearing BEGIN
    INSERT INTO undescribed SELECT NEW.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.track_id);
END;
CREATE TRIGGER undescribed_unheard AFTER DELETE ON hearing BEGIN
    INSERT INTO undescribed SELECT OLD.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = OLD.track_id);
END;
CREATE TRIGGER undescribed_caption AFTER INSERT ON caption BEGIN
    INSERT INTO undescribed SELECT NEW.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.track_id);
END;
CREATE TRIGGER undescribed_reworded AFTER UPDATE OF track_id, sentence, own_sentence, source ON caption BEGIN
    INSERT INTO undescribed SELECT NEW.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.track_id);
END;
CREATE TRIGGER undescribed_silent AFTER DELETE ON caption BEGIN
    INSERT INTO undescribed SELECT OLD.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = OLD.track_id);
END;
CREATE TRIGGER undescribed_vector AFTER DELETE ON vector BEGIN
    INSERT INTO undescribed SELECT OLD.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = OLD.track_id);
END;
CREATE TRIGGER undescribed_outdated AFTER UPDATE OF track_id, source ON vector BEGIN
    INSERT INTO undescribed SELECT NEW.track_id
        WHERE NOT EXISTS (SELECT 1 FROM undescribed WHERE track_id = NEW.track_id);
END;
