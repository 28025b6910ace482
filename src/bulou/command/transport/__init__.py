"""Transfers across the house: the board of those who wait, and the board of trips."""
