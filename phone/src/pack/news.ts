// When to ask what others said of the same people: two phones that took one person without knowing hear of it soon. Pure.
import type { Kept } from "../journal/store";

/**
 * After an upload. Not at once: whoever took the same person comes back from the same dead spot a few seconds later, and
 * an answer before that says nothing; and a street whose network returns would ask in one second. So each phone waits
 * its own 20 to 60 seconds.
 */
const SOON_MS = 20_000, SPREAD_MS = 40_000;
/**
 * Between two such askings. An unchanged pack is a few kilobytes, but the database writes it each time to compare: about 10 ms
 * for 250 people, 60 ms for 2,500. Two thousand phones with 500 people each, sealing tubes all day, then ask 33 times a
 * second at most: half of what one of the door's two threads for packs can do.
 */
const LEAST_MS = 60_000;
/** Whoever is turned away again and again waits twice as long each time, up to the time of the ordinary asking. */
const MOST_MS = 300_000;
/** A person looks at the phone now, so it asks at once; a screen that goes on and off asks no more often than this. */
export const GLANCE_MS = 20_000;
/** What a phone says of itself; nobody else says anything of it. */
const OWN = new Set(["device.reported", "journal.closed", "labels.issued"]);

/** Tell whether something of people was confirmed since the pack was asked for, which was the one of number `turn`. */
export function unheard(entries: Kept[], turn: number): boolean {
  return entries.some((one) => one.status === "confirmed" && (one.turn ?? 0) >= turn && !OWN.has(one.kind));
}

/** Milliseconds until the pack is asked for; `since`: how long ago it was last tried, `random` in 0..1. */
export function wait(failures: number, since: number, random: number): number {
  const own = SOON_MS + SPREAD_MS * random;
  return Math.max(Math.min(MOST_MS, own * 2 ** failures), LEAST_MS - since);
}
