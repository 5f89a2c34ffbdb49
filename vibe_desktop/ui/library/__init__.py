"""The library page: every track in a table, and one of them closely."""
