"""How a list leaves the desk: an Excel file, its name, its record."""
