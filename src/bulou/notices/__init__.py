"""Notices to households: whom they name, who approved them, what was sent and who was reached; rumours and answers."""
