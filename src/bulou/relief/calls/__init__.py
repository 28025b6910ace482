"""Whom to call first (主动问需): households proposed for the list of calls, each with its reasons and no score."""
