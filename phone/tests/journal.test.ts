import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { append, open, type Store } from "../src/journal/store";
import { BATCH, delay, figures, KEPT_MS, type Told, upload } from "../src/journal/upload";
import { expire, have, keep } from "../src/pack/keep";
import type { Pack } from "../src/pack/shapes";
import { doorsLeft, foundId, isLabel, moved, warnings, type Tube } from "../src/roles/rules";

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
    return { told, retry_s: null };
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
  expect((await upload(db, async () => ({ told: null, retry_s: 9 }), 0)).left).toBe(1);
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

const person = (id: number, more: object = {}) => ({
  id, household: 1, name: "王芳", team_needed: false, keep_away: false, watch: false, symptoms: false,
  duties: [{ campaign: 1, kind: "swab", occasion: 0, stage: 1, outcome: 0, mark: 0, reason: null, until: null }], ...more,
});
const home = (area: number, persons: ReturnType<typeof person>[], zone = "a") =>
  ({ area, digest: `d${area}`, zone, households: [{ id: 1, stairwell: "1", floor: 2, door: "201" }], persons });

test("a pack is changed by its difference, and wiped at its end while entries stay", async () => {
  const head = { journal: 5, name: "x", role: "sampler", expires_at: "2022-04-04T20:00:00Z", ranges: [], campaigns: [], areas: [], reasons: {}, refusals: {} };
  await keep(db, { ...head, leaves: [home(7, []), home(8, [])], gone: [] } as Pack);
  await keep(db, { ...head, leaves: [home(9, [])], gone: [7] } as Pack);
  expect(await have(db)).toEqual({ 8: "d8", 9: "d9" });
  await append(db, [act(1)], NOW);
  expect(await expire(db, NOW.getTime())).toBe(false);
  expect(await expire(db, Date.parse(head.expires_at))).toBe(true);
  expect([await db.count("leaves"), await db.count("entries")]).toEqual([0, 1]);
});

test("who should not go into a tube", () => {
  const tube: Tube = { label: 18, mode: "pooled", size: 10, zone: "a", area: 7, persons: [{ id: 9, name: "", area: 7 }] };
  const leaf = home(7, []);
  expect(warnings(tube, person(1), leaf, 1)).toEqual([]);
  expect(warnings(tube, person(9), leaf, 1)).toEqual(["sampled"]);
  expect(warnings(tube, person(1, { symptoms: true }), leaf, 1)).toEqual(["symptoms"]);
  expect(warnings(tube, person(1, { duties: [] }), leaf, 1)).toEqual(["scope"]);
  expect(warnings(tube, person(1), home(7, [], "b"), 1)).toEqual(["zone"]);
  expect(warnings({ ...tube, size: 1 }, person(1), leaf, 1)).toEqual(["full"]);
});

test("labels, ids and doors left", () => {
  expect([isLabel("18"), isLabel("17"), isLabel("a8")]).toEqual([true, false, false]);
  expect(BigInt(foundId(2 ** 28 - 1, 2 ** 24 - 1))).toBe((1n << 52n) | (((1n << 28n) - 1n) << 24n) | ((1n << 24n) - 1n));
  const leaf = home(7, [person(1), person(2, { household: null, watch: true })]);
  expect(doorsLeft([leaf], 1).map((door) => door.persons[0]?.id)).toEqual([2, 1]);
  expect(doorsLeft([moved(leaf, [1], 1, 2)], 1).map((door) => door.persons[0]?.id)).toEqual([2]);
});
