"""How a reader narrows a declared list, kept under a name."""
