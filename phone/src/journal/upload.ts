// From the phone to the door: in batches, as often as needed; the server knows what it has.
import { BEGIN, fitting, paced } from "./pace";
import { type Kept, recall, type Status, type Store } from "./store";

export const KEPT_MS = 7 * 24 * 3600 * 1000;

export interface Told {
  incarnation: string;
  upto: number;
  missing: [number, number][];
  entries: { n: number | null; status: string; code: number | null; flags?: string[] }[];
}
/** `told` is null where nothing was taken; `reached` false where that is certain; `retry_s` is the server's wish; `given_up`: no answer in time. */
export interface Answer {
  told: Told | null;
  reached: boolean;
  retry_s: number | null;
  given_up?: boolean;
  ms?: number;
}
export type Send = (incarnation: string | null, entries: object[]) => Promise<Answer>;

const STATUS: Record<string, Status> = { kept: "confirmed", repeated: "confirmed", conflicting: "confirmed", refused: "refused" };

/** Milliseconds to wait after so many failures in a row; `random` in 0..1 keeps two thousand phones apart. */
export function delay(failures: number, retry_s: number | null, random: number): number {
  if (retry_s !== null) return retry_s * 1000 * (1 + random / 2);
  return Math.min(300_000, 2_000 * 2 ** failures) * (0.5 + random / 2);
}

/** Send one batch; `now`: the server's time. Returns how many are left, and the answer (null: nothing was to be sent). */
export async function upload(db: Store, send: Send, now: () => number): Promise<{ left: number; answer: Answer | null }> {
  const { batch, bytes, limit } = await taken(db);
  if (!batch.length) return { left: 0, answer: null };
  const known = (await recall<string>(db, "incarnation")) ?? null;
  const answer = await send(known, batch.map(wire));
  if (answer.told) await hear(db, answer.told, known, now());
  else if (!answer.reached) await given(db, batch);
  if (answer.told || answer.given_up) await db.put("state", paced(limit, bytes, answer.ms ?? 0, answer.given_up ?? false), "pace");
  return { left: (await unanswered(db)).length, answer };
}

/** Take what is sent next, and note that it is on its way: from then on it does not change. */
async function taken(db: Store): Promise<{ batch: Kept[]; bytes: number; limit: number }> {
  const tx = db.transaction(["entries", "state"], "readwrite");
  const entries = tx.objectStore("entries"), status = entries.index("status");
  const open = [...await status.getAll("waiting"), ...await status.getAll("sent")].sort((a, b) => a.n - b.n);
  const limit = ((await tx.objectStore("state").get("pace")) as number | undefined) ?? BEGIN;
  const found = fitting(open, limit, (entry) => new Blob([JSON.stringify(wire(entry))]).size);
  for (const entry of found.batch) await entries.put({ ...entry, status: "sent" });
  await tx.done;
  return { ...found, limit };
}

/** Note that it certainly did not arrive. */
async function given(db: Store, batch: Kept[]): Promise<void> {
  const tx = db.transaction("entries", "readwrite");
  for (const entry of batch) await tx.store.put(entry);
  await tx.done;
}

/** An entry as the door reads it. */
export function wire({ n, kind, at, area, body, offset_ms, jump_ms }: Kept): object {
  return { n, kind, v: 1, at, area, body, offset_ms, ...(jump_ms ? { jump_ms } : {}) };
}

export async function unanswered(db: Store): Promise<Kept[]> {
  const lists = await Promise.all(["waiting", "sent"].map((s) => db.getAllFromIndex("entries", "status", s as Status)));
  return lists.flat().sort((a, b) => a.n - b.n);
}

/**
 * Tell whether somebody else writes into this journal, such as a phone that a copy of this one was restored to: a number
 * came with two contents, or the server holds numbers that were never given here. `next`: the next own number.
 */
export function cloned(told: Told, next: number): boolean {
  const held = Math.max(told.upto, ...told.missing.map(([, last]) => last + 1));
  return held >= next || told.entries.some((one) => one.status === "conflicting" || one.flags?.includes("variant"));
}

/** Note what the server said. Another incarnation is another memory: everything kept goes there again. */
async function hear(db: Store, told: Told, known: string | null, now: number): Promise<void> {
  const tx = db.transaction(["entries", "state"], "readwrite");
  const entries = tx.objectStore("entries"), state = tx.objectStore("state");
  const turn = ((await state.get("turns")) as number | undefined) ?? 0;
  const forgotten = known !== null && known !== told.incarnation;
  const lost = (n: number) => forgotten || told.missing.some(([a, b]) => a <= n && n <= b);
  for (const entry of await entries.getAll()) {
    const word = told.entries.find((one) => one.n === entry.n);
    const status = word && STATUS[word.status];
    if (status) await entries.put({ ...entry, status, code: word.code, confirmed_at: status === "confirmed" ? now : null, turn });
    else if (entry.status === "confirmed" && lost(entry.n)) await entries.put({ ...entry, status: "waiting", left: true });
    else if (entry.status === "confirmed" && now - (entry.confirmed_at ?? now) > KEPT_MS) await entries.delete(entry.n);
  }
  await state.put(told.incarnation, "incarnation");
  if (cloned(told, ((await state.get("next")) as number | undefined) ?? 1)) await state.put(true, "cloned");
  await tx.done;
}

/** The honest numbers. `oldest_s`: age of the oldest entry without an answer, seconds; null when there is none. */
export interface Figures { kept: number; sent: number; confirmed: number; refused: number; oldest_s: number | null }

/** `now`: the server's time. */
export function figures(entries: Kept[], now: number): Figures {
  const open = entries.filter((one) => one.status === "waiting" || one.status === "sent");
  const oldest = Math.min(...open.map((one) => Date.parse(one.at)));
  return {
    kept: entries.length,
    sent: entries.filter((one) => one.status !== "waiting").length,
    confirmed: entries.filter((one) => one.status === "confirmed").length,
    refused: entries.filter((one) => one.status === "refused").length,
    oldest_s: open.length ? Math.max(0, Math.round((now - oldest) / 1000)) : null,
  };
}
