"""Programmes: kinds of duty from files of the installation, in the same words as those that a room declares in code."""
