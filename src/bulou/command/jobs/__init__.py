"""Long work on one page: imports, linkage runs, openings of rounds, undone imports; and what can be done to each."""
