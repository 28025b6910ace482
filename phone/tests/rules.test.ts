import { expect, test } from "vitest";
import { issued, labelTrouble, leftBehind, lengths, lostTubes, sealed, unused } from "../src/roles/labels";
import { added, addedOutside, doorOf, doorOfHome, doorsLeft, foundId, isLabel, kinds, owes, sealing, settled, type Tube, warnings, warningsOutside } from "../src/roles/rules";
import { of, said } from "../src/roles/said";
import { advice, meant, sites, stairwells, untils, word } from "../src/roles/words";
import { everybody, search } from "../src/pack/view";
import { type Tap, Taps } from "../src/tap";
import { en } from "../src/texts/en";
import { text } from "../src/texts";
import { zh } from "../src/texts/zh";
import { home, kept, person, swab } from "./cast";

const tube = (more: Partial<Tube> = {}): Tube => ({ label: 18, mode: "pooled", size: 10, zone: null, area: 7, campaign: 1, persons: [{ id: 9, name: "", area: 7, household: 1, retest: null }], ...more });
const leaf = home([]);

test.each([
  ["nothing against it", person(1), {}, []],
  ["in this tube", person(9), {}, ["again"]],
  ["sampled", person(1, { duties: [swab({ stage: 2 })] }), {}, ["sampled"]],
  ["done", person(1, { duties: [swab({ stage: 5, outcome: 1 })] }), {}, ["sampled"]],
  ["not called", person(1, { duties: [swab({ stage: 0 })] }), {}, ["uncalled"]],
  ["found here", person(1, { found: true, duties: [swab({ stage: 0 })] }), {}, []],
  ["excused", person(1, { duties: [swab({ outcome: 2, mark: 3 })] }), {}, ["excused"]],
  ["owed nothing", person(1, { duties: [] }), {}, ["scope"]],
  ["another round", person(1, { duties: [swab({ campaign: 2 })] }), {}, ["scope"]],
  ["symptoms in a pool", person(1, { symptoms: true }), {}, ["symptoms"]],
  ["symptoms alone", person(1, { symptoms: true }), { mode: "single", size: 1, persons: [] }, []],
  ["another household", person(1, { household: 2 }), { mode: "household" }, ["household"]],
  ["full", person(1), { size: 1 }, ["full"]],
  ["sampled, and the sample lost", person(1, { duties: [swab({ stage: 3, lost: "broken" })] }), {}, []],
  ["positive by a test at home, in a pool", person(1, { antigen: "positive" }), {}, ["symptoms"]],
  ["keep away", person(1, { keep_away: true }), {}, ["away"]],
  ["a tube of her own by the round's rule, in a pool", person(1, { duties: [swab({ single: true })] }), {}, ["single"]],
  ["the same alone", person(1, { duties: [swab({ single: true })] }), { mode: "single", size: 1, persons: [] }, []],
  ["keep away, and a tube of her own, in a pool", person(1, { keep_away: true, duties: [swab({ single: true })] }), {}, ["away_single"]],
  ["the same alone, by a team", person(1, { keep_away: true, duties: [swab({ single: true })] }), { mode: "single", size: 1, persons: [] }, []],
  ["retest in a pool", person(1, { keep_away: true, duties: [swab({ stage: 4 }), swab({ kind: "retest", occasion: 26 })] }), {}, ["retest"]],
  ["retest alone", person(1, { keep_away: true, duties: [swab({ stage: 4 }), swab({ kind: "retest", occasion: 26 })] }), { mode: "single", persons: [] }, []],
] as const)("into the tube: %s", (_, who, more, said) => {
  expect(warnings(tube(more as Partial<Tube>), who, leaf)).toEqual(said);
});

test("the first person decides the zone level; the next of another level is stopped", () => {
  const first = added(tube({ persons: [] }), person(1), home([], { zone: "lockdown", area: 8 }));
  expect([first.zone, first.area]).toEqual(["lockdown", 8]);
  expect(warnings(first, person(2), leaf)).toEqual(["zone"]);
  expect(warnings(tube({ persons: [] }), person(2), home([], { zone: "lockdown" }))).toEqual([]);
});

test.each([
  ["pooled", ["sealed"]], ["household", []], ["single", []],
] as const)("a sealed building has one tube a household where the round says so: %s", (mode, said) => {
  const sealed = home([], { zone: "lockdown" });
  expect(warnings(tube({ mode, persons: [] }), person(1), sealed, { by_household: true })).toEqual(said);
  expect(warnings(tube({ mode, persons: [] }), person(1), sealed, { by_household: false })).toEqual([]);
  expect(warnings(tube({ mode, persons: [] }), person(1), leaf, { by_household: true })).toEqual([]);
});

test.each([
  [null, [5, 10, 20, 20, 1], 10], [undefined, [5, 10, 20, 20, 1], 10], [1, [1], 1], [5, [5, 5, 1], 5], [8, [5, 8, 8, 1], 8],
  [10, [5, 10, 10, 1], 10], [20, [5, 10, 20, 20, 1], 20],
] as const)("the tubes of a round with pool size %s hold no more", (pool, sizes, usual) => {
  const found = kinds(pool);
  expect(found.all.map((one) => one.size)).toEqual(sizes);
  expect(found.usual.size).toBe(usual);
  const few = tube({ size: found.usual.size, persons: Array.from({ length: found.usual.size }, (_, n) => ({ id: n + 10, name: "", area: 7, household: 1, retest: null })) });
  expect(warnings(few, person(1), leaf)).toContain("full");
});

const call = { campaign: 1, site: 4, site_name: "东门", lanes: 1, area: 7, stairwell: "1", part: 1, parts: 2, at: null, homes: [1] };

test("the next group of the timetable is the first of which nobody was called; who is visited is not", () => {
  const open = (id: number, more = {}) => person(id, { duties: [swab({ stage: 0 })], ...more });
  const leaves = [home([open(1), open(2, { team_needed: true }), open(3, { household: 2 }), open(4, { household: null }), person(5, { household: 3 })])];
  const calls = [call, { ...call, part: 2, homes: [2, -4] }, { ...call, stairwell: "2", part: 1, parts: 1, homes: [3] }, { ...call, campaign: 2 }];
  const [site] = sites(leaves, calls, 1);
  expect(site).toMatchObject({ id: 4, waiting: 1, left: 2, advice: "next" });
  expect(site?.next).toMatchObject({ area: 7, persons: [1] });
  expect(sites([home([person(1), open(3, { household: 2 }), open(4, { household: null })])], calls, 1)[0]?.next?.persons).toEqual([3, 4]);
  expect(sites(leaves, [], 1)).toEqual([]);
});

test.each([[0, 2, 3, "next"], [21, 2, 3, "wait"], [41, 2, 3, "slow"], [81, 2, 0, "stop"], [0, 2, 0, "done"], [5, 2, 0, "wait"]] as const)("advice as at the desk: %s on the way, %s lanes, %s left", (waiting, lanes, left, said) => {
  expect(advice(waiting, lanes, left)).toBe(said);
});

test("a sealed single tube says which abnormal tube it retests", () => {
  const who = person(1, { duties: [swab({ stage: 4 }), swab({ kind: "retest", occasion: 26 })] });
  expect(sealing(added(tube({ mode: "single", size: 1, persons: [] }), who, leaf)).body).toMatchObject({ mode: "single", persons: [1], retest_of: 26 });
  expect(sealing(tube()).body).toEqual({ campaign: 1, tube: 18, mode: "pooled", persons: [9] });
});

test("labels and ids", () => {
  expect(["18", "17", "a8", "00", "0018"].map(isLabel)).toEqual([true, false, false, false, true]);
  expect(BigInt(foundId(2 ** 28 - 1, 2 ** 24 - 1))).toBe((1n << 52n) | (((1n << 28n) - 1n) << 24n) | ((1n << 24n) - 1n));
});

const shift = [
  kept(1, "labels.issued", { from: 18, to: 59 }),
  kept(2, "tube.sealed", { campaign: 1, tube: 18, mode: "pooled", persons: [1, 2] }, { status: "confirmed" }),
  kept(3, "tube.sealed", { campaign: 1, tube: 26, mode: "single", persons: [3] }),
  kept(4, "entry.voided", { journal: 5, number: 3, reason: "x" }),
  kept(5, "tube.boxed", { campaign: 1, box: 34, tubes: [18] }),
  kept(6, "tube.sealed", { campaign: 1, tube: 75, mode: "single", persons: [4] }),
  kept(7, "duty.excused", { campaign: 1, duty: "tube", subjects: [42], reason: "destroyed", evidence: "x" }),
];

test("a shift's tubes and labels", () => {
  expect(sealed(shift).map((one) => [one.tube, one.boxed])).toEqual([[75, null], [18, 34]]);
  expect([issued(shift), unused(shift)]).toEqual([[[18, 59]], 1]);
  expect([18, 26, 42, 75, 83].map((label) => labelTrouble(shift, label))).toEqual(["used", "used", "used", "used", "range"]);
  expect([labelTrouble([], 83), labelTrouble([], 700013), labelTrouble(shift, 59)]).toEqual(["short", null, null]);
  expect([lengths(shift), lengths([])]).toEqual([new Set([2]), new Set()]);
  expect(labelTrouble(shift.slice(1, 2), 83)).toBe(null);
  const broke = kept(8, "duty.excused", { campaign: 1, duty: "tube", subjects: [75], reason: "destroyed", evidence: "x" });
  expect(sealed([...shift, broke]).map((one) => one.tube)).toEqual([18]);
  expect(leftBehind(shift, tube())).toEqual({ unsent: 6, inHand: 1, unboxed: 1, unused: 1 });
});

test("doors left: danger first, clean before suspect, then stairwell and floor; keep away last", () => {
  const there = [
    person(1, { household: 3 }), person(2, { household: 2 }), person(3, { household: 1, symptoms: true }), person(4, { household: null, keep_away: true, watch: true }),
    person(5, { household: null, watch: true }), person(6, { duties: [swab({ stage: 2 })] }),
  ];
  const lockdown = home([person(7, { household: null })], { area: 6, zone: "lockdown" });
  expect(doorsLeft([lockdown, home(there)], 1).map((door) => door.persons[0]?.id)).toEqual([5, 2, 1, 7, 3, 4]);
});

test("whom to call, by stairwell; nobody who is visited or kept apart", () => {
  const there = [person(1, { duties: [swab({ stage: 0 })] }), person(2), person(3, { household: 3, team_needed: true }), person(4, { household: 3, symptoms: true }), person(5, { household: 3, keep_away: true })];
  expect(stairwells([home(there)], 1)).toEqual([{ area: 7, place: 7, stairwell: "1", uncalled: [1], called: 1 }]);
});

test("words at the door, and until when", () => {
  const now = new Date(2022, 3, 4, 21, 30);
  expect(untils(now).map((one) => one.key)).toEqual(["in2h", "morning"]);
  expect(untils(new Date(2022, 3, 4, 9)).map((one) => one.at.getHours())).toEqual([11, 20, 8]);
  const excused = { name: "in_hospital", mark: "excused", zh: "", en: "" };
  expect(word(1, 7, [1], excused, { evidence: "seen", until: now })).toEqual({ kind: "duty.excused", area: 7, body: { campaign: 1, duty: "swab", subjects: [1], reason: "in_hospital", evidence: "seen" } });
  const away = word(1, 7, [1], { ...excused, name: "away", mark: "deferred" }, { until: now });
  expect([away.kind, away.body.until]).toEqual(["duty.deferred", now.toISOString()]);
});

test("both languages say everything, with the same names in it", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  const names = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    expect(names(en[key]), key).toEqual(names(zh[key]));
    if (key !== "other_language") expect(en[key], key).not.toMatch(/[\u3400-\u9fff]/);
  }
  expect(text("en", "stairwell", { n: 3 })).toBe("stairwell 3");
});

test("a resident's door, and why somebody owes no swab", () => {
  const sampled = person(2, { household: 1, duties: [swab({ stage: 2, outcome: 1 })] });
  const taken = person(3, { household: 2, duties: [swab({ stage: 2 })] });
  const excused = person(4, { household: 2, duties: [swab({ outcome: 2, mark: 3 })] });
  const elsewhere = person(5, { household: null, duties: [] });
  const alone = person(6, { household: null });
  const left = doorsLeft([home([person(1), sampled, taken, excused, elsewhere, alone])], 1);
  expect([person(1), sampled, taken, excused, elsewhere].map((one) => settled(one, 1))).toEqual([null, "sampled", "sampled", "excused", "scope"]);
  expect([person(1), sampled, taken, excused, elsewhere].map((one) => doorOf(left, one)?.home?.id)).toEqual([1, 1, undefined, undefined, undefined]);
  expect(doorOf(left, alone)?.persons.map((one) => one.id)).toEqual([6]);
  expect([doorOfHome(left, 1)?.persons.length, doorOfHome(left, 2)]).toEqual([1, undefined]);
});

test("a resident of another building is taken by the number of her code", () => {
  const first = addedOutside(tube({ persons: [], area: 0 }), 77, 8);
  expect(first).toMatchObject({ area: 8, persons: [{ id: 77, name: "", outside: true, household: null }] });
  expect(sealing(first)).toMatchObject({ area: 8, body: { persons: [77] } });
  expect(addedOutside(tube(), 77, 8).area).toBe(7);
  expect([warningsOutside(first, 77), warningsOutside(first, 78), warningsOutside(tube({ size: 1 }), 77), warningsOutside(tube({ mode: "household" }), 77)]).toEqual([["again"], [], ["full"], ["household"]]);
});

test("a tube that came with the phone into other areas is closed where the phone is now", () => {
  expect([sealing(tube(), [[6, 9]], 6).area, sealing(tube(), [[20, 29]], 20).area, sealing(tube(), [[20, 29]], 0).area, sealing(tube()).area]).toEqual([7, 20, 7, 7]);
});

test("whoever's sample was lost owes it again, and the phone tells of its own tubes", () => {
  const gone = person(1, { duties: [swab({ stage: 3, lost: "twice" })] });
  expect([owes(gone, 1), settled(gone, 1), doorsLeft([home([gone])], 1).length]).toEqual([true, null, 1]);
  const lost = [{ campaign: 1, tube: 18, why: "twice" as const, persons: [1, 2, 3] }, { campaign: 1, tube: 999, why: "broken" as const, persons: [1] }];
  const people = everybody([home([gone, person(2, { keep_away: true, duties: [swab({ stage: 3, lost: "twice" })] }), person(3, { duties: [swab({ stage: 3 })] })])]);
  expect(lostTubes(shift, lost, people)).toEqual([{ campaign: 1, tube: 18, why: "twice", persons: [1] }]);
  expect(lostTubes(shift, lost.slice(1), people)).toEqual([]);
});

test("a word about a person is said of whoever was named; one about a door of all who owe there", () => {
  expect([meant("deceased", [], [1, 2]), meant("deceased", [2], [1, 2]), meant("moved_out", [], [1])]).toEqual([[], [2], []]);
  expect([meant("asleep_or_silent", [], [1, 2]), meant("away", [2], [1, 2]), meant("of_tomorrow", [], [1])]).toEqual([[1, 2], [2], []]);
});

test("what was said, the newest first, without what was taken back or refused", () => {
  const words = [
    kept(1, "duty.excused", { campaign: 1, duty: "swab", subjects: [1, 2], reason: "deceased", evidence: "x" }),
    kept(2, "duty.deferred", { campaign: 1, duty: "swab", subjects: [3], reason: "away", until: "u" }),
    kept(3, "entry.voided", { journal: 5, number: 2, reason: "x" }),
    kept(4, "swab.called", { campaign: 1, persons: [3] }),
    kept(5, "antigen.reported", { person: 4, value: "positive" }),
    kept(6, "person.found", { campaign: 1, name: "李四" }),
    kept(7, "person.found", { campaign: 1, name: "李五", person: 88 }),
    kept(8, "duty.refused", { campaign: 1, duty: "swab", subjects: [1], reason: "refuses" }, { status: "refused" }),
    kept(9, "duty.excused", { campaign: 1, duty: "tube", subjects: [18], reason: "destroyed" }),
    kept(10, "tube.sealed", { campaign: 1, tube: 18, mode: "single", persons: [88] }),
  ];
  const told = said(words, 5);
  expect(told.map((one) => [one.n, one.persons, one.reason ?? one.name])).toEqual([[7, [88], "李五"], [6, [foundId(5, 6)], "李四"], [5, [4], "positive"], [4, [3], null], [1, [1, 2], "deceased"]]);
  expect([told.map((one) => one.taken), said(words, 5, [foundId(5, 6)])[1]?.taken]).toEqual([[true, false, false, false, false], true]);
  expect(of(told, [2]).map((one) => one.n)).toEqual([1]);
});

test("of two taps at one place the second is none, whatever is there by then", () => {
  const tap = (t: number, more: Partial<Tap> = {}): Tap => ({ t, x: 100, y: 700, keys: false, on: "a", often: false, ...more });
  const again = (...taps: Tap[]) => { const all = new Taps(); return taps.map((one) => all.again(one)); };
  expect(again(tap(0), tap(200), tap(600), tap(1_200))).toEqual([false, true, true, false]);
  expect(again(tap(0), tap(200, { on: "b", y: 690 }), tap(400, { on: "c", y: 300 }))).toEqual([false, true, false]);
  expect(again(tap(0, { often: true }), tap(200, { often: true }), tap(400, { on: "b", often: true }))).toEqual([false, false, true]);
  expect(again(tap(0, { keys: true }), tap(100, { keys: true }), tap(200, { keys: true, on: "b" }), tap(300))).toEqual([false, true, false, false]);
});

test("who was handed over to here is at a door of elsewhere, and in no stairwell of here", () => {
  const door = { id: 22, stairwell: "1", floor: 6, door: "602", area: 99 };
  const base = home([person(1, { duties: [swab({ stage: 0 })] }), person(5, { household: 22, duties: [swab({ stage: 0 })] })]);
  const leaf = { ...base, households: [...base.households, door] };
  expect(doorsLeft([leaf], 1).map((one) => [one.area, one.place, one.home?.door])).toEqual([[7, 7, "201"], [7, 99, "602"]]);
  expect(stairwells([leaf], 1).map((one) => [one.area, one.place, one.uncalled])).toEqual([[7, 7, [1]], [7, 99, [5]]]);
  const people = everybody([leaf]);
  const place = (area: number) => area === 99 ? "桥东公寓 4号楼" : "梅溪新村 1号楼";
  expect(search(people.values(), "桥东 602", place).map((hit) => hit.person.id)).toEqual([5]);
  expect(search(people.values(), "梅溪 602", place)).toEqual([]);
});
