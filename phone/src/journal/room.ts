// Chromium tells every page the same free space, whatever there is. So the app holds some room of its own: where it cannot
// be held the phone is nearly full, and an entry that finds no room is given this one.
const NAME = "bulou-room", AT = "./room";
const BYTES = 8 * 2 ** 20;
const GIBIBYTE = 2 ** 30;

export function isFull(error: unknown): boolean {
  return (error as { name?: string } | null)?.name === "QuotaExceededError";
}

/** Hold the room. False: there is not so much left. */
export async function hold(): Promise<boolean> {
  try {
    const cache = await caches.open(NAME);
    if (!(await cache.keys()).length) await cache.put(AT, new Response(new Uint8Array(BYTES)));
    return true;
  } catch (error) {
    return !isFull(error);
  }
}

/** Give the room away. False: it was given away before. A cache as a whole would go only when nobody has it open. */
export async function give(): Promise<boolean> {
  return (await caches.open(NAME)).delete(AT);
}

/** Free megabytes as the browser says; null where it does not know, or says the same to everybody: whole gibibytes. */
export function free(told: StorageEstimate | undefined): number | null {
  const left = (told?.quota ?? 0) - (told?.usage ?? 0);
  return told?.quota && left % GIBIBYTE !== 0 ? Math.max(0, Math.floor(left / 2 ** 20)) : null;
}
