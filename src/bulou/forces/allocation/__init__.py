"""Who goes where: workers allocated to places and shifts by need, with a bound, an explanation and a check. Pure."""
