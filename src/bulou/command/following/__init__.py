"""What follows from a published list of zones: supplies of areas that it closes, passes of areas that it frees."""
