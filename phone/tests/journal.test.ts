import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { BATCH, BEGIN, fitting, paced, slow } from "../src/journal/pace";
import { free } from "../src/journal/room";
import { append, leave, open, recall, settle, type Store } from "../src/journal/store";
import type { Moment } from "../src/journal/time";
import { cloned, delay, figures, KEPT_MS, type Told, upload } from "../src/journal/upload";
import { ask, expire, have, keep, wipe } from "../src/pack/keep";
import type { Pack } from "../src/pack/shapes";

const MS = Date.parse("2022-04-04T07:00:00Z"), DAY = 24 * 3600_000;
const NOW: Moment = { at: MS, offset_ms: null, jump_ms: null, clock: { wall: MS, era: 0, stretch: 0 } };
const now = (ms: number) => () => ms;
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
  expect((await upload(db, door.send, now(MS))).left).toBe(5);
  const later = MS + 60_000;
  expect(figures(await db.getAll("entries"), later)).toEqual({ kept: 205, sent: 200, confirmed: 200, refused: 0, oldest_s: 60 });
  expect((await upload(db, door.send, now(later))).left).toBe(0);
  expect(door.got).toEqual(Array.from({ length: 205 }, (_, place) => place + 1));
  expect((await upload(db, door.send, now(later))).answer).toBeNull();
});

test("what was sent without an answer is sent again", async () => {
  await append(db, [act(1)], NOW);
  expect((await upload(db, async () => ({ told: null, reached: false, retry_s: 9 }), now(0))).left).toBe(1);
  expect(figures(await db.getAll("entries"), MS)).toMatchObject({ kept: 1, sent: 0, confirmed: 0 });
  await upload(db, async () => ({ told: null, reached: true, retry_s: null }), now(0));
  expect(figures(await db.getAll("entries"), MS)).toMatchObject({ kept: 1, sent: 1, confirmed: 0 });
  expect((await upload(db, server("a").send, now(0))).left).toBe(0);
});

test("a server of another incarnation is sent everything again", async () => {
  await append(db, [act(1), act(2)], NOW);
  await upload(db, server("a").send, now(0));
  await append(db, [act(3)], NOW);
  const restored = server("b");
  expect((await upload(db, restored.send, now(0))).left).toBe(2);
  await upload(db, restored.send, now(0));
  expect(restored.got).toEqual([3, 1, 2]);
});

test("what the server says is missing is sent again; a refused entry is not", async () => {
  await append(db, [act(1), act(2)], NOW);
  await upload(db, server("a").send, now(0));
  await append(db, [act(3)], NOW);
  expect((await upload(db, server("a", "refused", [[1, 1]]).send, now(0))).left).toBe(1);
  const [first, second, third] = await db.getAll("entries");
  expect([first?.status, second?.status, third?.status, third?.code]).toEqual(["waiting", "confirmed", "refused", 117]);
});

test("confirmed entries go after seven days and their numbers are not used again", async () => {
  await append(db, [act(1)], NOW);
  await upload(db, server("a").send, now(0));
  await append(db, [act(2)], NOW);
  await upload(db, server("a").send, now(KEPT_MS + 1));
  expect((await db.getAll("entries")).map((one) => one.n)).toEqual([2]);
  expect(await append(db, [act(3)], NOW)).toEqual([3]);
});

test("waits grow, stay apart, and obey the server", () => {
  expect([delay(0, null, 1), delay(1, null, 1), delay(20, null, 1), delay(3, 10, 0)]).toEqual([2000, 4000, 300_000, 10_000]);
  expect(delay(2, null, 0)).toBeLessThan(delay(2, null, 0.9));
});

test("a pack is changed by its difference, and is wiped at its end while entries and the tube in hand stay", async () => {
  const leaf = (area: number) => ({ area, digest: `d${area}`, zone: null, households: [], persons: [] });
  const head = { journal: 5, expires_at: "2022-04-04T20:00:00Z", served_at: "2022-04-04T07:00:11Z" };
  const pack = (leaves: number[], gone: number[]) => ({ ...head, leaves: leaves.map(leaf), gone }) as unknown as Pack;
  await keep(db, pack([7, 8], []), await ask(db), MS);
  await keep(db, pack([9], [7]), await ask(db), MS + 1);
  expect([await have(db), await recall(db, "asked"), await recall(db, "turn")]).toEqual([{ 8: "d8", 9: "d9" }, MS + 1, 2]);
  const tube = { label: 18, mode: "pooled", size: 10, zone: null, area: 7, campaign: 1, persons: [{ id: 9, name: "王芳", area: 7, household: 1, retest: null }] };
  await append(db, [act(1)], NOW, { state: { tube } });
  expect(await expire(db, MS)).toBe(false);
  expect(await expire(db, Date.parse(head.expires_at))).toBe(true);
  await wipe(db);
  expect([await db.count("leaves"), await db.count("entries"), await db.get("state", "pack")]).toEqual([0, 1, undefined]);
  expect(await db.get("state", "tube")).toEqual({ ...tube, persons: [{ ...tube.persons[0], name: "" }] });
});

test("an entry has the server's time and by how much it was corrected", async () => {
  await append(db, [act(1)], { ...NOW, at: MS - 8 * 3600_000, offset_ms: -8 * 3600_000 });
  expect(await db.get("entries", 1)).toMatchObject({ at: "2022-04-03T23:00:00.000Z", offset_ms: -8 * 3600_000, jump_ms: null });
});

test("what has not left the phone is dated anew when a jump of the clock is measured; what has left is not", async () => {
  const at = (stretch: number): Moment => ({ at: MS + 3 * DAY, offset_ms: 0, jump_ms: null, clock: { wall: MS + 3 * DAY, era: 4, stretch } });
  const deferred = { ...act(1), kind: "duty.deferred", body: { until: "2022-04-07T09:00:00.000Z" } };
  for (const stretch of [1, 2, 1, 1]) await append(db, [deferred], at(stretch));
  await db.put("entries", { ...await db.get("entries", 3), status: "sent" } as never);
  await settle(db, 3, [{ offset: 5, jump: 5, sure: true }, { offset: 5, jump: 5, sure: true }]);
  expect((await db.get("entries", 1))?.at).toBe("2022-04-07T07:00:00.000Z");
  await leave(db);
  await append(db, [deferred], at(1));
  await settle(db, 4, [{ offset: 0, jump: 0, sure: true }, { offset: -3 * DAY, jump: 3 * DAY, sure: true }, { offset: 0, jump: 3 * DAY, sure: false }]);
  const told = (await db.getAll("entries")).map((one) => [one.n, one.at.slice(0, 10), one.body.until?.toString().slice(0, 10), one.offset_ms, one.jump_ms]);
  const before = ["2022-04-07", "2022-04-07", 0, null];
  expect(told).toEqual([[1, ...before], [2, ...before], [3, ...before], [4, ...before], [5, "2022-04-04", "2022-04-04", -3 * DAY, 3 * DAY]]);
});

test("where a stretch is in doubt the entry keeps its time and tells of the jump", async () => {
  await append(db, [act(1)], { ...NOW, clock: { wall: MS, era: 4, stretch: 0 } });
  await settle(db, 4, [{ offset: 7, jump: DAY, sure: false }]);
  expect(await db.get("entries", 1)).toMatchObject({ at: "2022-04-04T07:00:00.000Z", offset_ms: null, jump_ms: DAY });
  const sent: object[] = [];
  await upload(db, async (_, entries) => { sent.push(...entries); return { told: null, reached: false, retry_s: null }; }, now(0));
  expect(sent).toEqual([{ n: 1, kind: "swab.called", v: 1, at: "2022-04-04T07:00:00.000Z", area: 7, body: { campaign: 1, persons: [1] }, offset_ms: null, jump_ms: DAY }]);
});

test("batches shrink until they are through, one entry at least, and grow again", () => {
  expect(fitting([5, 5, 5], 11, (one) => one)).toEqual({ batch: [5, 5], bytes: 10 });
  expect(fitting([50, 5], 11, (one) => one)).toEqual({ batch: [50], bytes: 50 });
  expect(fitting(Array(300).fill(0), 11, (one) => one).batch.length).toBe(BATCH);
  expect([paced(BEGIN, 30_000, 30_000, true), paced(4_000, 4_000, 16_000, false), paced(1_000, 300, 30_000, true)]).toEqual([15_000, 2_000, 1_000]);
  expect([paced(4_000, 4_000, 1_000, false), paced(4_000, 100, 10, false), paced(100_000, 100_000, 10, false)]).toEqual([8_000, 4_000, 128_000]);
  expect([slow(BEGIN), slow(BEGIN - 1)]).toEqual([false, true]);
});

test("a line of 2 kB a second brings a day's entries up in pieces", async () => {
  const many = Array.from({ length: 160 }, (_, place) => ({ ...act(place), body: { campaign: 1, persons: Array.from({ length: 60 }, (_, n) => 100_000 + n) } }));
  await append(db, many, NOW);
  const door = server("a");
  let ms = 0;
  const line = async (incarnation: string | null, entries: object[]) => {
    const took = JSON.stringify(entries).length / 2;
    ms += Math.min(took, 30_000);
    return took > 30_000 ? { told: null, reached: true, retry_s: null, given_up: true } : { ...await door.send(incarnation, entries), ms: took };
  };
  let rounds = 0;
  while ((await upload(db, line, now(0))).left) rounds += 1;
  expect([new Set(door.got).size, door.got.length, rounds < 20, ms < 60_000]).toEqual([160, 160, true, true]);
  await append(db, many, NOW);
  await db.put("state", 1_000_000, "pace");
  await upload(db, line, now(0));
  expect((await recall<number>(db, "pace")) ?? 0).toBeLessThan(50_000);
});

test("a journal that somebody else numbers as well is known by its numbers", async () => {
  const told = (more: Partial<Told>): Told => ({ incarnation: "a", upto: 0, missing: [], entries: [], ...more });
  const said = (status: string, flags: string[] = []) => told({ entries: [{ n: 1, status, code: null, flags }] });
  expect([told({ upto: 3 }), told({ upto: 4 }), told({ upto: 1, missing: [[2, 2]] }), told({ upto: 1, missing: [[2, 3]] })].map((one) => cloned(one, 4))).toEqual([false, true, false, true]);
  expect([said("kept"), said("repeated", ["clock"]), said("conflicting", ["variant"]), said("repeated", ["variant"])].map((one) => cloned(one, 4))).toEqual([false, false, true, true]);
  await append(db, [act(1)], NOW);
  await upload(db, server("a").send, now(0));
  expect(await recall(db, "cloned")).toBeUndefined();
  await append(db, [act(2)], NOW);
  await upload(db, async () => ({ told: told({ upto: 9 }), reached: true, retry_s: null }), now(0));
  expect(await recall(db, "cloned")).toBe(true);
});

test("free space is told where the browser knows it", () => {
  const GIB = 2 ** 30;
  expect([free(undefined), free({}), free({ quota: 10 * GIB + 7, usage: 7 })]).toEqual([null, null, null]);
  expect([free({ quota: 90 * 2 ** 20, usage: 2 ** 20 }), free({ quota: 5, usage: 9 })]).toEqual([89, 0]);
});
