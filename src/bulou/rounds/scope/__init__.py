"""Who owes a round and who does not: a rule as data, with its date and author, kept with the round and explained."""
