-- When the clock was last looked at for a removed folder that is to be deleted: no look counts for more than a week.
ALTER TABLE root ADD COLUMN clock_seen_at REAL;
