"""Computing an allocation in a process of its own: asked for, how far it is, ended, done."""
