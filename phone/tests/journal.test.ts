import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { free } from "../src/journal/room";
import { append, open, type Store } from "../src/journal/store";
import { BATCH, delay, figures, KEPT_MS, type Told, upload } from "../src/journal/upload";
import { expire, have, keep, wipe } from "../src/pack/keep";
import type { Pack } from "../src/pack/shapes";

const NOW = new Date("2022-04-04T07:00:00Z");
const act = (place: number) => ({ kind: "swab.called", area: 7, body: { campaign: 1, persons: [place] } });
let db: Store;
let turn = 0;

beforeEach(async () => { db = await open(`journal-${++turn}`); });

/** A server that keeps what it is sent, under a name. */
function server(name: string, status = "kept", missing: [number, number][] = []) {
  const got: number[] = [];
  const send = async (_: string | null, entries: object[]) => {
    const numbers = (entries as { n: number }[]).map((one) => one.n);
    got.push(...numbers);
    const told: Told = { incarnation: name, upto: 0, missing, entries: numbers.map((n) => ({ n, status, code: status === "refused" ? 117 : null })) };
    return { told, reached: true, retry_s: null };
  };
  return { got, send };
}

test("an entry and the screen's change are kept together or not at all", async () => {
  expect(await append(db, [act(1), act(2)], NOW, { state: { tube: "a" } })).toEqual([1, 2]);
  const unkeepable = { tube: () => 0 };
  await expect(append(db, [act(3)], NOW, { state: unkeepable })).rejects.toThrow();
  expect(await db.count("entries")).toBe(2);
  expect(await append(db, (first) => [act(first)], NOW)).toEqual([3]);
  expect((await db.get("entries", 3))?.body.persons).toEqual([3]);
  expect(await db.get("state", "tube")).toBe("a");
});

test("batches go in order until nothing is left, and the three numbers are true", async () => {
  await append(db, Array.from({ length: BATCH + 5 }, (_, place) => act(place + 1)), NOW);
  const door = server("a");
  expect((await upload(db, door.send, NOW.getTime())).left).toBe(5);
  const later = NOW.getTime() + 60_000;
  expect(figures(await db.getAll("entries"), later)).toEqual({ kept: 205, sent: 200, confirmed: 200, refused: 0, oldest_s: 60 });
  expect((await upload(db, door.send, later)).left).toBe(0);
  expect(door.got).toEqual(Array.from({ length: 205 }, (_, place) => place + 1));
  expect((await upload(db, door.send, later)).answer).toBeNull();
});

test("what was sent without an answer is sent again", async () => {
  await append(db, [act(1)], NOW);
  expect((await upload(db, async () => ({ told: null, reached: false, retry_s: 9 }), 0)).left).toBe(1);
  expect(figures(await db.getAll("entries"), NOW.getTime())).toMatchObject({ kept: 1, sent: 0, confirmed: 0 });
  await upload(db, async () => ({ told: null, reached: true, retry_s: null }), 0);
  expect(figures(await db.getAll("entries"), NOW.getTime())).toMatchObject({ kept: 1, sent: 1, confirmed: 0 });
  expect((await upload(db, server("a").send, 0)).left).toBe(0);
});

test("a server of another incarnation is sent everything again", async () => {
  await append(db, [act(1), act(2)], NOW);
  await upload(db, server("a").send, 0);
  await append(db, [act(3)], NOW);
  const restored = server("b");
  expect((await upload(db, restored.send, 0)).left).toBe(2);
  await upload(db, restored.send, 0);
  expect(restored.got).toEqual([3, 1, 2]);
});

test("what the server says is missing is sent again; a refused entry is not", async () => {
  await append(db, [act(1), act(2)], NOW);
  await upload(db, server("a").send, 0);
  await append(db, [act(3)], NOW);
  expect((await upload(db, server("a", "refused", [[1, 1]]).send, 0)).left).toBe(1);
  const [first, second, third] = await db.getAll("entries");
  expect([first?.status, second?.status, third?.status, third?.code]).toEqual(["waiting", "confirmed", "refused", 117]);
});

test("confirmed entries go after seven days and their numbers are not used again", async () => {
  await append(db, [act(1)], NOW);
  await upload(db, server("a").send, 0);
  await append(db, [act(2)], NOW);
  await upload(db, server("a").send, KEPT_MS + 1);
  expect((await db.getAll("entries")).map((one) => one.n)).toEqual([2]);
  expect(await append(db, [act(3)], NOW)).toEqual([3]);
});

test("waits grow, stay apart, and obey the server", () => {
  expect([delay(0, null, 1), delay(1, null, 1), delay(20, null, 1), delay(3, 10, 0)]).toEqual([2000, 4000, 300_000, 10_000]);
  expect(delay(2, null, 0)).toBeLessThan(delay(2, null, 0.9));
});

test("a pack is changed by its difference, measures the clock, and is wiped at its end while entries stay", async () => {
  const leaf = (area: number) => ({ area, digest: `d${area}`, zone: null, households: [], persons: [] });
  const head = { journal: 5, expires_at: "2022-04-04T20:00:00Z", served_at: "2022-04-04T07:00:11Z" };
  const pack = (leaves: number[], gone: number[]) => ({ ...head, leaves: leaves.map(leaf), gone }) as unknown as Pack;
  await keep(db, pack([7, 8], []), NOW.getTime(), NOW.getTime() + 2_000);
  await keep(db, pack([9], [7]), NOW.getTime(), NOW.getTime() + 2_000);
  expect(await have(db)).toEqual({ 8: "d8", 9: "d9" });
  await append(db, [act(1)], NOW, { state: { tube: { label: 18 } } });
  const entry = await db.get("entries", 1);
  expect([entry?.at, entry?.offset_ms]).toEqual(["2022-04-04T07:00:10.000Z", 10_000]);
  expect(await expire(db, NOW.getTime())).toBe(false);
  expect(await expire(db, Date.parse(head.expires_at))).toBe(true);
  await wipe(db);
  expect([await db.count("leaves"), await db.count("entries"), await db.get("state", "tube")]).toEqual([0, 1, undefined]);
});

test("free space is told where the browser knows it", () => {
  const GIB = 2 ** 30;
  expect([free(undefined), free({}), free({ quota: 10 * GIB + 7, usage: 7 })]).toEqual([null, null, null]);
  expect([free({ quota: 90 * 2 ** 20, usage: 2 ** 20 }), free({ quota: 5, usage: 9 })]).toEqual([89, 0]);
});
