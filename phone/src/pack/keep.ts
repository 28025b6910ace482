// The pack on the phone: only what changed is fetched, and nothing outlives its end.
import type { Store } from "../journal/store";
import { recall } from "../journal/store";
import type { Head, Pack } from "./shapes";

/** What the phone holds already: leaf -> digest. */
export async function have(db: Store): Promise<Record<string, string>> {
  return Object.fromEntries((await db.getAll("leaves")).map((leaf) => [String(leaf.area), leaf.digest]));
}

/** Keep a pack that was asked for at `asked` and came at `now`, milliseconds: entries confirmed before are in it. */
export async function keep(db: Store, pack: Pack, asked: number, now: number): Promise<void> {
  const { leaves, gone, ...head } = pack;
  const tx = db.transaction(["leaves", "state"], "readwrite");
  for (const area of gone) await tx.objectStore("leaves").delete(Number(area));
  for (const leaf of leaves) await tx.objectStore("leaves").put(leaf);
  const state = tx.objectStore("state");
  await state.put(head, "pack");
  await state.put(asked, "asked");
  await state.put(Math.round(Date.parse(head.served_at) - (asked + now) / 2), "offset");
  await tx.done;
}

/** Wipe the pack and the tube in hand; entries stay until they are confirmed. */
export async function wipe(db: Store): Promise<void> {
  const tx = db.transaction(["leaves", "state"], "readwrite");
  await tx.objectStore("leaves").clear();
  for (const name of ["pack", "tube"]) await tx.objectStore("state").delete(name);
  await tx.done;
}

/** Wipe what is over. True: wiped. */
export async function expire(db: Store, now: number): Promise<boolean> {
  const head = await recall<Head>(db, "pack");
  if (!head || Date.parse(head.expires_at) > now) return false;
  await wipe(db);
  return true;
}
