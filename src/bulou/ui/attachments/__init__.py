"""Photos that belong to something: checked, stripped, kept by content, seen within the area, each look recorded."""
