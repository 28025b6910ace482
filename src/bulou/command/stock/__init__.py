"""Stock on the desk: what each store has, what comes in and goes out, for how long it lasts."""
