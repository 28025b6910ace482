"""The resident's page: what a household may know of its own matters, opened by the code on the card at its door."""
