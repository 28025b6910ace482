"""What every page is made of, and what a room declares of itself."""
