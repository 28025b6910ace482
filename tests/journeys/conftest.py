"""How patient the journeys are: an open board asks every five seconds, and a busy machine takes its time."""

from playwright.sync_api import expect

expect.set_options(timeout=15_000)
