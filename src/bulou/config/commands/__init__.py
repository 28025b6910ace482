"""The subcommands of `bulou`, one module each: HELP, arguments(parser), run(options) -> exit status."""
