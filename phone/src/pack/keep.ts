// The pack on the phone: only what changed is fetched, and nothing outlives its end.
import type { Store } from "../journal/store";
import { recall } from "../journal/store";
import type { Head, Pack } from "./shapes";

/** What the phone holds already: leaf -> digest. */
export async function have(db: Store): Promise<Record<string, string>> {
  return Object.fromEntries((await db.getAll("leaves")).map((leaf) => [String(leaf.area), leaf.digest]));
}

export async function keep(db: Store, pack: Pack): Promise<void> {
  const { leaves, gone, ...head } = pack;
  const tx = db.transaction(["leaves", "state"], "readwrite");
  for (const area of gone) await tx.objectStore("leaves").delete(Number(area));
  for (const leaf of leaves) await tx.objectStore("leaves").put(leaf);
  await tx.objectStore("state").put(head, "pack");
  await tx.done;
}

/** Wipe the pack and the tube in hand when their time is over; entries stay until they are confirmed. True: wiped. */
export async function expire(db: Store, now: number): Promise<boolean> {
  const head = await recall<Head>(db, "pack");
  if (!head || Date.parse(head.expires_at) > now) return false;
  const tx = db.transaction(["leaves", "state"], "readwrite");
  await tx.objectStore("leaves").clear();
  await tx.objectStore("state").delete("pack");
  await tx.objectStore("state").delete("tube");
  await tx.done;
  return true;
}
