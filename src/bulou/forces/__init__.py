"""Forces: people and teams, call-ups, shifts, and who goes where."""
