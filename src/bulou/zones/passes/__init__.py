"""Passes through the gates of closed areas, and who is let out without one."""
