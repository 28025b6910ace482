// What the phone keeps: numbered entries, the state of the screens, the leaves of the work pack.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Leaf, Owed } from "../pack/shapes";
import type { Moment, Stamp, Stretch } from "./time";

export type Status = "waiting" | "sent" | "confirmed" | "refused";

export interface Act {
  kind: string;
  area: number;
  body: Record<string, unknown>;
  /** How the declared duty stood before, for the way back. Stays on the phone. */
  was?: Owed;
}

/** An entry with what the server said of it. `at`: the corrected time; `confirmed_at`: the server's time, milliseconds; a refused entry is answered, not confirmed. */
export interface Kept extends Act {
  n: number;
  at: string;
  status: Status;
  code: number | null;
  confirmed_at: number | null;
  /** How many packs had been asked for when it was confirmed: it is in those asked for later. No clock tells that. */
  turn?: number;
  /** By how much the time was corrected, milliseconds; null where it was never measured. */
  offset_ms: number | null;
  /** How far the phone's clock was found to have jumped before, milliseconds. */
  jump_ms?: number | null;
  /** By which clock it was kept, until the server's time has told more of it. */
  clock?: Stamp;
  /** It left the phone in a file: what it says does not change any more. */
  left?: boolean;
}

interface Shape extends DBSchema {
  entries: { key: number; value: Kept; indexes: { status: Status } };
  state: { key: string; value: unknown };
  leaves: { key: number; value: Leaf };
}
export type Store = IDBPDatabase<Shape>;

export function open(name = "bulou"): Promise<Store> {
  return openDB<Shape>(name, 1, {
    upgrade(db) {
      db.createObjectStore("entries", { keyPath: "n" }).createIndex("status", "status");
      db.createObjectStore("state");
      db.createObjectStore("leaves", { keyPath: "area" });
    },
  });
}

export async function recall<T>(db: Store, name: string): Promise<T | undefined> {
  return (await db.get("state", name)) as T | undefined;
}

/** What changes on the screen together with an entry. */
export interface Change {
  state?: Record<string, unknown>;
}

/**
 * Number the acts and keep them, together with the screen's change: all of it or nothing. Returns the numbers.
 * `acts` is told the first number, for an id that is made of it.
 */
export async function append(
  db: Store, acts: Act[] | ((first: number) => Act[]), now: Moment, change: Change = {},
): Promise<number[]> {
  const tx = db.transaction(["entries", "state"], "readwrite");
  const settled = tx.done.catch((error: unknown) => error);
  try {
    const first = ((await tx.objectStore("state").get("next")) as number | undefined) ?? 1;
    const list = typeof acts === "function" ? acts(first) : acts;
    const { at: ms, ...time } = now;
    const at = new Date(ms).toISOString();
    for (const [place, act] of list.entries()) {
      const kept: Kept = { ...act, n: first + place, at, status: "waiting", code: null, confirmed_at: null, ...time };
      await tx.objectStore("entries").add(kept);
    }
    await tx.objectStore("state").put(first + list.length, "next");
    for (const [name, value] of Object.entries(change.state ?? {})) await tx.objectStore("state").put(value, name);
    const error = await settled;
    if (error) throw error;
    return list.map((_, place) => first + place);
  } catch (error) {
    try { tx.abort(); } catch { /* it has ended by itself */ }
    throw error;
  }
}

async function changed(db: Store, change: (entry: Kept) => Kept | null): Promise<void> {
  const tx = db.transaction("entries", "readwrite");
  for (const entry of await tx.store.getAll()) {
    const now = change(entry);
    if (now) await tx.store.put(now);
  }
  await tx.done;
}

/** Bring the times of what has not left the phone to what the server's time has told of each stretch. */
export function settle(db: Store, era: number, stretches: Stretch[]): Promise<void> {
  return changed(db, (entry) => {
    const stretch = entry.clock?.era === era ? stretches[entry.clock.stretch] : undefined;
    if (!stretch || !entry.clock || entry.status !== "waiting" || entry.left) return null;
    const { clock, ...told } = entry;
    if (!stretch.sure) return { ...told, jump_ms: stretch.jump || null };
    const at = clock.wall + stretch.offset, moved = at - Date.parse(entry.at);
    const until = typeof entry.body.until === "string" ? { until: new Date(Date.parse(entry.body.until) + moved).toISOString() } : {};
    return { ...told, at: new Date(at).toISOString(), body: { ...entry.body, ...until }, offset_ms: stretch.offset, jump_ms: stretch.jump || null };
  });
}

/** The entries go out in a file, and are not changed from now on. */
export function leave(db: Store): Promise<void> {
  return changed(db, (entry) => entry.left || entry.status !== "waiting" ? null : { ...entry, left: true });
}
