"""Child processes of the window: one that answers moods, one for each long job."""
