"""Work the window must never wait for, in processes of its own; nothing here knows Qt.

`Answering` asks the one process that understands moods, `Jobs` runs one
process for each long job. Neither imports what those processes import.
"""
