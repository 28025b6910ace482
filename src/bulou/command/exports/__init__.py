"""Lists of the board that leave the desk as Excel files."""
