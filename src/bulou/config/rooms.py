"""The domain rooms of this installation. A room is added by its name; all else it says itself (``ui.room``)."""

#: In the order in which Django loads them: what one names of another is looked up when all are there.
ROOMS = ("rounds", "cases", "zones")
