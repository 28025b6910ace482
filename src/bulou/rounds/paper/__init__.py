"""Numbered sheets where no phone works: printed, written on at the door, taken back through the same intake."""
