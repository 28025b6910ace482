"""Facilities and their day: who lies there, who comes, who may go, how many beds there will be."""
