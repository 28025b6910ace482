"""The desk of every kind of duty that a room declares as work: its list, its sheet, its acts."""
