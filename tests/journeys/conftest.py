"""How patient the journeys are: an open board asks every five seconds, and one that took a busy machine long to read,
with the plans of a new connection in it, stands for up to half a minute (``live.DEAR``).
"""

from playwright.sync_api import expect

expect.set_options(timeout=40_000)
