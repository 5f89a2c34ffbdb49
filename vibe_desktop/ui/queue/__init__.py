"""The queue as it is shown and edited."""
