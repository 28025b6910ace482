"""Parts of pages that stay true while they are open: read once for all who see the same."""
