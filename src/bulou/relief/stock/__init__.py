"""Stock: goods with their lots, what each store has of them, what it will need, and how it comes to the households."""
