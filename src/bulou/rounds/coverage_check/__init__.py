"""True coverage: a sample of done and excused people is seen again by others, and what they find is projected."""
