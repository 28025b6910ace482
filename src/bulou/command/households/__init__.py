"""The households with something open, one row each, the worst first."""
