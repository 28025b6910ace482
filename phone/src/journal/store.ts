// What the phone keeps: numbered entries, the state of the screens, the leaves of the work pack.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Leaf } from "../pack/shapes";

export type Status = "waiting" | "sent" | "confirmed" | "refused";

export interface Act {
  kind: string;
  area: number;
  body: Record<string, unknown>;
}

/** An entry with what the server said of it. `at`: the corrected time; `confirmed_at`: milliseconds of the phone; a refused entry is answered, not confirmed. */
export interface Kept extends Act {
  n: number;
  at: string;
  status: Status;
  code: number | null;
  confirmed_at: number | null;
  /** By how much the time was corrected, milliseconds; null where it was never measured. */
  offset_ms: number | null;
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
  db: Store, acts: Act[] | ((first: number) => Act[]), now: Date, change: Change = {},
): Promise<number[]> {
  const tx = db.transaction(["entries", "state"], "readwrite");
  const settled = tx.done.catch((error: unknown) => error);
  try {
    const first = ((await tx.objectStore("state").get("next")) as number | undefined) ?? 1;
    const offset_ms = ((await tx.objectStore("state").get("offset")) as number | undefined) ?? null;
    const list = typeof acts === "function" ? acts(first) : acts;
    const at = new Date(now.getTime() + (offset_ms ?? 0)).toISOString();
    for (const [place, act] of list.entries()) {
      const kept: Kept = { ...act, n: first + place, at, status: "waiting", code: null, confirmed_at: null, offset_ms };
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
