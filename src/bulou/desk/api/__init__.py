"""The programming interface: what other systems read and write over HTTP, with keys, as the desk's own users may."""
