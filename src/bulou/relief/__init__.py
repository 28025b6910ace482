"""Relief: what households ask for and what is brought to them."""
