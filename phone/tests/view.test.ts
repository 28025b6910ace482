import { expect, test } from "vitest";
import type { Kept } from "../src/journal/store";
import { doubles } from "../src/pack/doubles";
import { everybody, onSheet, search, seen } from "../src/pack/view";
import { foundId } from "../src/roles/rules";
import { home, kept, person, swab } from "./cast";

const ASKED = 1_000;
const LEAVES = [home([person(1, { duties: [swab({ stage: 0 })] }), person(2), person(3, { duties: [swab({ stage: 2 }), swab({ kind: "retest", occasion: 26 })] })])];
const view = (...entries: Kept[]) => everybody(seen(LEAVES, entries, ASKED, 5));
const standing = (people: ReturnType<typeof view>, id: number) => people.get(id)?.person.duties.map(({ stage, mark, outcome }) => [stage, mark, outcome]);
const tube = (n: number, persons: number[], more: Partial<Kept> = {}) => kept(n, "tube.sealed", { campaign: 1, tube: 18, mode: "pooled", persons }, more);

test("the phone sees its own entries at once", () => {
  const people = view(
    kept(1, "swab.called", { campaign: 1, persons: [1] }), tube(2, [2]),
    kept(3, "duty.excused", { campaign: 1, duty: "swab", subjects: [1, 2], reason: "in_hospital", evidence: "x" }),
    kept(4, "tube.sealed", { campaign: 1, tube: 34, mode: "single", persons: [3], retest_of: 26 }),
    kept(5, "antigen.reported", { person: 1, value: "negative" }),
  );
  expect([standing(people, 1), standing(people, 2), standing(people, 3)]).toEqual([[[1, 3, 2]], [[2, 0, 0]], [[2, 0, 0], [2, 0, 0]]]);
  expect(people.get(1)?.person.antigen).toBe("negative");
  expect(LEAVES[0]?.persons[0]?.duties[0]?.stage).toBe(0);
});

test("what was confirmed before the pack was asked for is in it already; what came after is not", () => {
  const before = tube(1, [2], { status: "confirmed", turn: ASKED - 1 });
  expect(standing(view(before), 2)).toEqual([[1, 0, 0]]);
  expect(standing(view({ ...before, turn: ASKED + 1 }), 2)).toEqual([[2, 0, 0]]);
  expect(standing(view({ ...before, status: "refused" }), 2)).toEqual([[1, 0, 0]]);
});

test("what is taken back counts no more, whether the pack holds it or not", () => {
  const back = (n: number, number: number) => kept(n, "entry.voided", { journal: 5, number, reason: "x" });
  expect(standing(view(tube(1, [2]), back(2, 1)), 2)).toEqual([[1, 0, 0]]);
  const old = tube(1, [3], { status: "confirmed", turn: ASKED - 1 });
  expect(standing(view(old, back(2, 1)), 3)?.[0]).toEqual([1, 0, 0]);
});

test("somebody found is on the list, once, also in a building without anybody", () => {
  const found = kept(4, "person.found", { campaign: 1, name: "李四", household: 2 });
  const id = foundId(5, 4);
  expect(view(found).get(id)).toMatchObject({ person: { name: "李四", found: true }, home: { door: "1001" } });
  expect(view({ ...found, area: 99 }).get(id)?.leaf.area).toBe(99);
  const there = [home([person(id)])];
  expect(seen(there, [found], ASKED, 5)[0]?.persons.length).toBe(1);
});

test("people by name and door", () => {
  const people = everybody([home([person(1), person(2, { name: "Martin Keller", household: 2 })])]);
  const names = (asked: string) => search(people.values(), asked).map((hit) => hit.person.id);
  expect([names("ｋｅｌｌｅｒ"), names("１００１")]).toEqual([[2], [2]]);
  expect([names("王"), names("keller"), names("1001"), names("20 王"), names("x"), names(" ")]).toEqual([[1], [2], [2], [1], [], []]);
});

test("people by their building as well, and never by that alone", () => {
  const people = everybody([home([person(1)]), home([person(2, { household: null })], { area: 8 })]);
  const places = (area: number) => area === 7 ? "梅溪新村 1号楼" : "梅溪新村 2号楼";
  const ids = (asked: string) => search(people.values(), asked, places).map((hit) => hit.person.id);
  expect([ids("2号楼 王"), ids("王 1号楼"), ids("1号楼 201"), ids("梅溪新村"), ids("1号楼")]).toEqual([[2], [1], [1], [], []]);
});

test("a sample that was lost is owed again until there is another", () => {
  const lost = [{ campaign: 1, tube: 18, why: "twice" as const, persons: [2, 3] }, { campaign: 1, tube: 42, why: "broken" as const, persons: [5, 6] }];
  const there = (id: number, stage: number, takes: number) => person(id, { duties: [swab({ stage, takes })] });
  const all = [home([there(2, 2, 1), there(3, 2, 2), there(4, 2, 1), there(5, 1, 1), there(6, 2, 2)])];
  const state = (...entries: Kept[]) => seen(all, entries, ASKED, 5, lost)[0]?.persons.map((one) => one.duties[0]?.lost);
  expect(state()).toEqual(["twice", undefined, undefined, "broken", undefined]);
  expect(state(kept(1, "tube.sealed", { campaign: 1, tube: 34, mode: "pooled", persons: [2, 5] }))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(state(kept(1, "duty.refused", { campaign: 1, duty: "swab", subjects: [2], reason: "refuses" }))?.[0]).toBe("twice");
});

test("who is in a tube that broke here owes a swab at once, whether the pack holds the tube or not", () => {
  const broke = kept(9, "duty.excused", { campaign: 1, duty: "tube", subjects: [18], reason: "destroyed", evidence: "x" });
  expect(standing(view(tube(1, [2]), broke), 2)).toEqual([[1, 0, 0]]);
  const old = tube(1, [3], { status: "confirmed", turn: ASKED - 1 });
  expect(standing(view(old, broke), 3)?.[0]).toEqual([1, 0, 0]);
  expect(standing(view(old), 3)?.[0]).toEqual([2, 0, 0]);
});

test("a word of somebody else is opened again, and who was registered under her own number is one", () => {
  const away = [home([person(1, { duties: [swab({ outcome: 2, mark: 0, reason: "deceased" })] })])];
  const back = kept(1, "duty.reopened", { campaign: 1, duty: "swab", subjects: [1], reason: "seen" });
  expect(seen(away, [back], ASKED, 5)[0]?.persons[0]?.duties[0]).toMatchObject({ outcome: 0, reason: null });
  const found = kept(2, "person.found", { campaign: 1, name: "李四", person: 77 });
  expect([...everybody(seen(away, [found], ASKED, 5)).keys()]).toEqual([1, 77]);
});

test("somebody in a tube of this phone and in another is told once all is settled", () => {
  const leaves = (takes: number) => [home([person(1, { duties: [swab({ stage: 2, takes })] }), person(2, { duties: [swab({ stage: 2, takes: 2 })] })])];
  const told = (takes: number, ...entries: Kept[]) => doubles(leaves(takes), entries, ASKED).map((one) => [one.key, one.tubes]);
  const settled = { status: "confirmed", turn: ASKED - 1 } as const;
  const mine = tube(1, [1], settled);
  const back = (more: Partial<Kept>) => kept(9, "entry.voided", { journal: 5, number: 1, reason: "x" }, more);
  expect(told(2, mine)).toEqual([["1/1", [18]]]);
  expect(told(1, mine)).toEqual([]);
  expect(told(2, { ...mine, turn: ASKED })).toEqual([]);
  expect(told(2, tube(1, [1]))).toEqual([]);
  expect(told(2, mine, back({}))).toEqual([]);
  expect(told(2, mine, back(settled))).toEqual([]);
  expect(told(2, mine, tube(2, [1], settled))).toEqual([]);
  expect(told(2, { ...mine, body: { ...mine.body, retest_of: 26 } })).toEqual([]);
});

test("who stands on a line of a sheet of paper", () => {
  const there = [home([person(1)], { sheets: [{ journal: 70, persons: [3, 1] }] }), home([])];
  expect([onSheet(there, 70, 2), onSheet(there, 70, 3), onSheet(there, 70, 0), onSheet(there, 7, 1)]).toEqual([1, undefined, undefined, undefined]);
});

test("who has a tube of her own in a round is marked in that round alone", () => {
  const all = [home([person(1, { duties: [swab(), swab({ campaign: 2 })] }), person(2)])];
  const marked = seen(all, [], ASKED, 5, [], [{ campaign: 2, persons: [1] }, { campaign: 3, persons: [2] }]);
  expect(marked[0]?.persons.map((one) => one.duties.map((duty) => duty.single))).toEqual([[undefined, true], [undefined]]);
});
