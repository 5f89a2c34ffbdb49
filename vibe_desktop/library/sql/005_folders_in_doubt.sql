-- When much of a folder was first seen to have vanished at once; only a look long after that is believed.
ALTER TABLE root ADD COLUMN held_at REAL;

-- From when on the songs of a removed folder may be deleted with all that is kept about them; NULL is never.
ALTER TABLE root ADD COLUMN delete_after REAL;
