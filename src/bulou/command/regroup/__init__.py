"""Areas split and merged on the desk: proposed on a form, confirmed with what hangs on them, and taken back."""
