"""Own protection of the forces: their tests, hours, gaps after an exposure; teams from outside; sign-in by scan."""
