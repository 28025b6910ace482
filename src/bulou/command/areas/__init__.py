"""The tree of areas on the desk: looked through level by level, and changed one area at a time."""
