// Photos of a phone: kept with their entry, sent piece by piece, gone on with where they broke off.
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import type { Reply } from "../src/door";
import { digestOf, kept, LEAST, photosOf, PhotoLoop, type SendPiece, settled, type Taken } from "../src/journal/photos";
import { append, open, type Status, type Store } from "../src/journal/store";
import type { Moment } from "../src/journal/time";
import { KEPT_MS } from "../src/journal/upload";
import { wipe } from "../src/pack/keep";

const MS = Date.parse("2022-04-04T07:00:00Z");
const NOW: Moment = { at: MS, offset_ms: null, jump_ms: null, clock: { wall: MS, era: 0, stretch: 0 } };
let db: Store, turn = 0;

beforeEach(async () => { db = await open(`photos-${++turn}`); });

async function photo(seed: number, size = 300_000): Promise<Taken> {
  const bytes = new Uint8Array(size).map((_, place) => (place * seed + (place >> 8)) % 251).buffer;
  return { digest: await digestOf(bytes), bytes };
}

/** Keep a finding with photos; its entry has a status. */
async function found(status: Status, ...photos: Taken[]): Promise<number> {
  const [n] = await append(db, [{ kind: "finding.opened", area: 7, body: { photos: photos.map((one) => one.digest) } }], NOW, { state: kept(photos, MS) });
  const entry = await db.get("entries", n ?? 0);
  if (entry) await db.put("entries", { ...entry, status, code: status === "refused" ? 103 : null });
  return n ?? 0;
}

/** A server that puts pieces together; the line breaks after so many pieces. */
function server(breaks = Infinity) {
  const there = new Map<string, Uint8Array>(), done = new Set<string>(), sizes: number[] = [];
  let left = breaks;
  const send: SendPiece = async ({ digest, offset, size }, piece) => {
    if (left-- <= 0) return { ok: false, code: 0, retry_s: null };
    const now = there.get(digest) ?? new Uint8Array();
    sizes.push(piece.byteLength);
    if (offset === now.length) there.set(digest, new Uint8Array([...now, ...new Uint8Array(piece)]));
    const held = there.get(digest)?.length ?? 0;
    if (held === size) done.add(digest);
    return { ok: true, value: { held, done: held === size }, ms: 5 };
  };
  return { there, done, sizes, send, mend: () => { left = Infinity; } };
}
const loop = (send: SendPiece) => new PhotoLoop(db, send, async () => {}, () => MS);
const states = async () => (await photosOf(db)).map((one) => `${one.state} ${one.held}`);

test("a photo goes when its entry is confirmed, whole, and its bytes leave the phone", async () => {
  const one = await photo(3);
  const n = await found("waiting", one);
  const { there, send } = server(), sending = loop(send);
  await sending.wake();
  expect(await states()).toEqual(["waiting 0"]);
  const entry = await db.get("entries", n);
  if (entry) await db.put("entries", { ...entry, status: "confirmed" });
  await sending.wake();
  expect(await digestOf(there.get(one.digest)?.slice().buffer as ArrayBuffer)).toBe(one.digest);
  expect(await states()).toEqual(["sent 300000"]);
  expect(await db.get("state", `bytes.${one.digest}`)).toBeUndefined();
});

test("what broke off goes on where it stopped, also in an app that was started anew", async () => {
  const one = await photo(5), { there, send, sizes, mend } = server(1);
  await found("confirmed", one);
  const first = loop(send);
  await first.wake();
  first.stop();
  const [half] = await photosOf(db);
  expect(half?.held).toBe(there.get(one.digest)?.length);
  expect(half?.held).toBeGreaterThan(0);
  mend();
  await loop(send).wake();
  expect(await states()).toEqual(["sent 300000"]);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300_000);
});

test("where the server has more or less than the phone thinks, the server's number counts", async () => {
  const one = await photo(7), { there, done, send } = server();
  await found("confirmed", one);
  there.set(one.digest, new Uint8Array(one.bytes).slice(0, 100_000));
  await loop(send).wake();
  expect(done.has(one.digest)).toBe(true);
  expect(await digestOf(there.get(one.digest)?.slice().buffer as ArrayBuffer)).toBe(one.digest);
});

test("a photo whose entry was taken back goes; of a refused one the phone says so", async () => {
  const one = await photo(9), other = await photo(11), { send, sizes } = server();
  const n = await found("confirmed", one);
  await found("refused", other);
  await append(db, [{ kind: "entry.voided", area: 7, body: { journal: 1, number: n, reason: "x" } }], NOW);
  await loop(send).wake();
  expect(await states()).toEqual(["refused 0"]);
  expect(sizes).toEqual([]);
});

test("what is no photo is said; an entry that is not there yet keeps none of the others waiting", async () => {
  const photos = await Promise.all([13, 17, 19].map((seed) => photo(seed, 1000)));
  for (const one of photos) await found("confirmed", one);
  const codes = new Map([[photos[0]?.digest, 415], [photos[1]?.digest, 416]]), { send } = server();
  const answer: SendPiece = async (of, piece): Promise<Reply<{ held: number; done: boolean }>> => {
    const code = codes.get(of.digest);
    return code ? { ok: false, code, retry_s: null } : send(of, piece);
  };
  const sending = loop(answer);
  await sending.wake();
  sending.stop();
  const told = new Map((await photosOf(db)).map((one) => [one.digest, one.state]));
  expect(photos.map((one) => told.get(one.digest))).toEqual(["refused", "waiting", "sent"]);
});

test("a line that answers too late is given smaller pieces", async () => {
  const one = await photo(23), sizes: number[] = [];
  await found("confirmed", one);
  const sending = loop(async (_, piece) => { sizes.push(piece.byteLength); return { ok: false, code: 1, retry_s: 3600 }; });
  for (let n = 0; n < 6; n++) await sending.wake();
  sending.stop();
  expect(sizes).toEqual([131072, 65536, 32768, LEAST, LEAST, LEAST]);
});

test("photos outlive the list that is wiped, and go a week after they were sent", async () => {
  const one = await photo(29, 1000), { send } = server();
  await found("confirmed", one);
  await wipe(db);
  await loop(send).wake();
  expect(await states()).toEqual(["sent 1000"]);
  await settled(db, MS + KEPT_MS + 1);
  expect(await states()).toEqual([]);
});

test("a photo that waits longer than its entry is kept is sent all the same", async () => {
  const one = await photo(31, 1000), { send } = server();
  const n = await found("confirmed", one);
  await settled(db, MS);
  await db.delete("entries", n);
  await loop(send).wake();
  expect(await states()).toEqual(["sent 1000"]);
});
