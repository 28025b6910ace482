import { expect, test } from "vitest";
import { able, asked, content, keyOf, lacking, owedNow, walk } from "../src/pack/owed";
import type { Head, Owed, Work, WorkField } from "../src/pack/shapes";
import { foundId } from "../src/roles/rules";
import { home, kept, person } from "./cast";

const TURN = 1_000;
const field = (name: string, more: Partial<WorkField> = {}): WorkField => ({
  name, type: "text", zh: name, en: name, required: true, choices: [], help: { zh: "", en: "" }, default: null, least: null, most: null, when: null, ...more,
});
const act = (name: string, to: number, stages: number[], more = {}) => ({ name, zh: name, en: name, step: `request.${name}`, does: "advances", to, stages, confirm: null, fields: [field("note")], ...more });
const WORK: Work = {
  kind: "request", zh: "应答", en: "request", subject: "household", where: "door", campaign: 9, dangers: ["dialysis"], variants: ["", "dialysis", "food"],
  stages: ["open", "accepted", "answered", "closed"].map((name) => ({ zh: name, en: name, not_by: name === "closed" ? 2 : -1 })),
  fields: [field("note"), field("need"), field("due")],
  acts: [
    act("accepted", 1, [0]), act("answered", 2, [0, 1]), act("closed", 3, [1, 2]), act("again", 1, [2], { does: "returns" }),
    { ...act("refused", 0, []), step: "duty.refused", does: "word" }, { ...act("excused", 0, []), step: "duty.excused", does: "word" },
  ],
  opening: { step: "request.opened", zh: "登记", en: "record", many: true, within: { dialysis: 120 }, variant: "need", due: "due", fields: [] },
};
const owed = (subject: number, more: Partial<Owed> = {}): Owed => ({
  campaign: 9, kind: "request", subject, occasion: 0, area: 7, stage: 0, mark: 0, reason: null, until: null, variant: "food", opened_at: "2022-04-04T06:00:00Z",
  due_at: null, given: false, name: null, phone: null, household: subject, stairwell: "1", floor: 2, door: "201", said: {}, mine: [], ...more,
});
const HEAD = { works: [WORK], owed: [owed(1), owed(2)] } as unknown as Head;
const said = (n: number, name: string, subject = 1, more = {}, body = {}) => kept(n, `request.${name}`, { campaign: 9, subjects: [subject], occasion: 0, note: "x", ...body }, { was: owed(subject), ...more });
const now = (...entries: ReturnType<typeof kept>[]) => owedNow(HEAD, entries, TURN, 5);
const stages = (list: Owed[]) => list.map((one) => [one.subject, one.stage]);

test("a duty moves with the phone's own acts, and one that is done disappears", () => {
  const one = now(said(1, "accepted"))[0];
  expect([one?.stage, one?.said.note, one?.mine]).toEqual([1, "x", [1]]);
  expect(stages(now(said(1, "accepted"), said(2, "closed")))).toEqual([[2, 0]]);
  expect(stages(now(said(1, "answered"), said(2, "again")))).toEqual([[1, 1], [2, 0]]);
  expect(stages(now(said(1, "accepted", 1, { status: "refused" })))).toEqual([[1, 0], [2, 0]]);
});

test("words mark it, end it, and are of their own kind of duty alone", () => {
  const word = (n: number, name: string, duty: string) => kept(n, `duty.${name}`, { campaign: 9, duty, subjects: [1], occasion: 0, reason: "nobody_in" });
  expect(now(word(1, "refused", "request"))[0]).toMatchObject({ mark: 2, reason: "nobody_in" });
  expect(now(word(1, "refused", "swab"))[0]?.mark).toBe(0);
  expect(stages(now(word(1, "excused", "request")))).toEqual([[2, 0]]);
});

test("what is taken back is as it was, whether the pack holds it or not", () => {
  const back = (n: number, number: number) => kept(n, "entry.voided", { journal: 5, number, reason: "x" });
  expect(stages(now(said(1, "closed"), back(2, 1)))).toEqual([[1, 0], [2, 0]]);
  // Confirmed before the pack was asked for: the pack has it no more, and the phone remembers how it stood.
  const old = said(1, "closed", 3, { status: "confirmed", turn: TURN - 1, was: owed(3, { stage: 1 }) });
  expect(stages(now(old))).toEqual([[1, 0], [2, 0]]);
  expect(stages(now(old, back(2, 1)))).toEqual([[1, 0], [2, 0], [3, 1]]);
});

test("one that somebody else has ended meanwhile does not come back by an act of this phone", () => {
  expect(stages(now(said(1, "accepted", 3)))).toEqual([[1, 0], [2, 0]]);
});

test("what is opened here is there at once, under the id that the ledger gives it", () => {
  const made = kept(4, "request.opened", { campaign: 9, subjects: [2], need: "dialysis", due: "2022-04-04T09:00:00Z" });
  const one = now(made).at(-1) as Owed;
  expect(one).toMatchObject({ subject: 2, occasion: foundId(5, 4), variant: "dialysis", due_at: "2022-04-04T09:00:00Z", household: 2 });
  expect(new Set(now(made).map(keyOf)).size).toBe(3);
  expect(now(made, kept(5, "entry.voided", { journal: 5, number: 4, reason: "x" }))).toHaveLength(2);
});

test("who answered does not close it", () => {
  const names = (one: Owed) => able(WORK, one).map(({ act: doing, others }) => [doing.name, others]);
  expect(names(owed(1))).toEqual([["accepted", false], ["answered", false], ["refused", false], ["excused", false]]);
  expect(names(owed(1, { stage: 2, mine: [2] })).find(([name]) => name === "closed")).toEqual(["closed", true]);
  expect(names(owed(1, { stage: 2 })).find(([name]) => name === "closed")).toEqual(["closed", false]);
});

test("danger first, then late, then clean to suspect, then stairwell, floor and door", () => {
  const leaf = home([person(1, { household: 1 }), person(2, { household: 2, keep_away: true })]);
  const list = [owed(2, { floor: 10, door: "1001" }), owed(1), owed(3, { stairwell: "2" }), owed(4, { due_at: "2022-04-04T01:00:00Z" }), owed(5, { variant: "dialysis" })];
  expect(walk(list, [WORK], [leaf], Date.parse("2022-04-04T07:00:00Z")).map((one) => one.subject)).toEqual([5, 4, 1, 3, 2]);
});

test("a trip is in the order of its times, before what has none, also before danger and what is late", () => {
  const trip = { ...WORK, kind: "disposition", where: "given" } as Work;
  const list = [
    owed(1, { kind: "disposition", given: true, due_at: "2022-04-04T09:00:00Z" }),
    owed(2, { kind: "disposition", given: true, variant: "dialysis" }),
    owed(3, { kind: "disposition", given: true, due_at: "2022-04-04T08:00:00Z" }),
    owed(4, { given: true, due_at: "2022-04-04T06:30:00Z" }),
  ];
  expect(walk(list, [WORK, trip], [], Date.parse("2022-04-04T07:00:00Z")).map((one) => one.subject)).toEqual([3, 1, 2, 4]);
});

test("a conditional field is asked where its condition holds, numbers are numbers", () => {
  const fields = [field("where"), field("bed", { when: ["where", ["hospital"]] }), field("n", { type: "int", required: false })];
  expect(asked(fields, { where: "home" }).map((one) => one.name)).toEqual(["where", "n"]);
  expect(lacking(fields, { where: "hospital" })).toEqual(["bed"]);
  expect(content(fields, { where: " home ", bed: "3", n: "4" })).toEqual({ where: "home", n: 4 });
});
