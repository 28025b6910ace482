// The pack on the phone: only what changed is fetched, and nothing of people outlives its end.
import type { Store } from "../journal/store";
import { recall } from "../journal/store";
import type { Tube } from "../roles/rules";
import type { Head, Pack } from "./shapes";

/** What the phone holds already: leaf -> digest. */
export async function have(db: Store): Promise<Record<string, string>> {
  return Object.fromEntries((await db.getAll("leaves")).map((leaf) => [String(leaf.area), leaf.digest]));
}

/** Note that a pack is asked for; return its number. */
export async function ask(db: Store): Promise<number> {
  const tx = db.transaction("state", "readwrite");
  const turn = (((await tx.store.get("turns")) as number | undefined) ?? 0) + 1;
  await tx.store.put(turn, "turns");
  await tx.done;
  return turn;
}

/** Keep the pack of that number, asked for at `asked`, milliseconds of the server's time. */
export async function keep(db: Store, pack: Pack, turn: number, asked: number): Promise<void> {
  const { leaves, gone, ...head } = pack;
  const tx = db.transaction(["leaves", "state"], "readwrite");
  for (const area of gone) await tx.objectStore("leaves").delete(Number(area));
  for (const leaf of leaves) await tx.objectStore("leaves").put(leaf);
  const state = tx.objectStore("state");
  await state.put(head, "pack");
  await state.put(turn, "turn");
  await state.put(asked, "asked");
  await tx.done;
}

/**
 * Wipe the pack. Entries stay until they are confirmed. A tube in hand stays until it is sealed, because its swabs are in
 * it: without the names, which nobody needs for that.
 */
export async function wipe(db: Store): Promise<void> {
  const tx = db.transaction(["leaves", "state"], "readwrite");
  const state = tx.objectStore("state");
  await tx.objectStore("leaves").clear();
  await state.delete("pack");
  const tube = (await state.get("tube")) as Tube | null | undefined;
  if (tube) await state.put({ ...tube, persons: tube.persons.map((one) => ({ ...one, name: "" })) }, "tube");
  await tx.done;
}

/** Wipe what is over; `now`: the server's time, milliseconds. True: wiped. */
export async function expire(db: Store, now: number): Promise<boolean> {
  const head = await recall<Head>(db, "pack");
  if (!head || Date.parse(head.expires_at) > now) return false;
  await wipe(db);
  return true;
}
