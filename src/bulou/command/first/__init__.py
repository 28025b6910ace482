"""The way from an empty installation to the first round: what is there, what is missing, who does it."""
