// How much is sent at once: as much as the line takes in a few seconds, so that the slowest one makes progress. Pure.

/** A batch should be through in that time; the door is given up after a multiple of it. */
const GOAL_MS = 8_000;
const LEAST = 1_000, MOST = 128_000;
/** Bytes of the first batch: on a line of 16 kbit/s through before anybody gives up. */
export const BEGIN = 32_000;
/** The most entries in a batch. */
export const BATCH = 200;

/** The first of `things` that fit: one at least, however large. `size`: of one, bytes. */
export function fitting<T>(things: T[], bytes: number, size: (thing: T) => number): { batch: T[]; bytes: number } {
  const batch: T[] = [];
  let total = 0;
  for (const thing of things.slice(0, BATCH)) {
    const own = size(thing);
    if (batch.length && total + own > bytes) break;
    batch.push(thing);
    total += own;
  }
  return { batch, bytes: total };
}

/** Bytes of the next batch, after one of `sent` bytes took `ms`, or was given up. */
export function paced(bytes: number, sent: number, ms: number, given_up: boolean): number {
  if (given_up) return Math.max(LEAST, Math.floor(sent / 2));
  if (ms > GOAL_MS) return Math.max(LEAST, Math.floor(sent * GOAL_MS / ms));
  return Math.min(MOST, Math.max(bytes, 2 * sent));
}

/** Tell whether a line is slow, by what its last batch was cut to. */
export function slow(bytes: number): boolean {
  return bytes < BEGIN;
}
