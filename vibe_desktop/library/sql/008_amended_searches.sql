-- How many vectors of a nearest-neighbour file were exchanged since it was made: each costs it a little precision.
ALTER TABLE neighbour_cache ADD COLUMN amended INTEGER NOT NULL DEFAULT 0;
