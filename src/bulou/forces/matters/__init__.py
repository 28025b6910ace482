"""A call-up as what it is to whoever answers for it: short or late, it stands on Now."""
