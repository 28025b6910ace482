import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { meaning } from "../src/codes";
import type { Kept } from "../src/journal/store";
import type { Gate, GatePass } from "../src/pack/shapes";
import { byNumber, type Content, type Here, judged, numberOf, parsed, signed, today } from "../src/roles/pass";

const shared = JSON.parse(readFileSync(new URL("./passes.json", import.meta.url), "utf-8")) as { text: string; key: { id: string; raw: string }; content: Content; number: string };
const AT = shared.content.issued + 3_600_000;
const KNOWN: GatePass = {
  household: 47, occasion: shared.content.occasion, number: shared.number, area: shared.content.area, sort: "medical",
  starts: new Date(shared.content.starts).toISOString(), ends: new Date(shared.content.ends).toISOString(), uses: 1, out: 0, outside: false, initials: "HYK",
};

function here(more: Partial<Here> & { passes?: GatePass[]; revoked?: number[] } = {}): Here {
  const gate: Gate = { campaign: 1_000_071, key: shared.key, sorts: [{ name: "medical", zh: "", en: "" }], passes: more.passes ?? [], revoked: more.revoked ?? [] };
  return { gate, ranges: [[shared.content.area, shared.content.area + 4095]], entries: [], turn: 1, now: AT, listAt: shared.content.issued - 1, ...more };
}

function passage(n: number, way: string, status: Kept["status"] = "waiting", turn?: number): Kept {
  return { n, kind: "pass.passed", area: 1, body: { occasion: KNOWN.occasion, way }, at: new Date(AT).toISOString(), status, code: null, confirmed_at: null, offset_ms: 0, turn };
}

test("the code that the desk prints is read, and its signature holds", async () => {
  const found = meaning(shared.text);
  if (found.is !== "pass") throw new Error(found.is);
  const code = parsed(found.code);
  expect(code?.content).toEqual(shared.content);
  expect(numberOf(shared.content.occasion)).toBe(shared.number);
  if (!code) return;
  expect(await signed(shared.key.raw, code.signed, code.signature)).toBe(true);
  code.signed[40] = 9;
  expect(await signed(shared.key.raw, code.signed, code.signature)).toBe(false);
});

test("letters of any case, with a scanner's prefix, are the same code; half a code is none", () => {
  expect(meaning(`]Q1${shared.text.toLowerCase()}\r\n`)).toEqual({ is: "pass", code: shared.text.slice(8).toLowerCase() });
  expect(parsed(shared.text.slice(8, -2))).toBeNull();
  expect(parsed("1")).toBeNull();
});

test.each<[string, Parameters<typeof here>[0], Partial<Content>, string | null]>([
  ["newer than the list: the signature counts", {}, {}, null],
  ["on the list", { passes: [KNOWN], listAt: AT }, {}, null],
  ["the list is newer and has it not: taken back", { listAt: AT }, {}, "not_listed"],
  ["revoked", { revoked: [KNOWN.occasion] }, {}, "revoked"],
  ["before its time", { now: shared.content.starts - 1 }, {}, "early"],
  ["at its end", { now: shared.content.ends }, {}, "over"],
  ["a moment before its end", { now: shared.content.ends - 1 }, {}, null],
  ["of another compound", { ranges: [[8192, 12287]] }, {}, "elsewhere"],
  ["a gate of one building of it", { ranges: [[shared.content.area + 1, shared.content.area + 1]] }, {}, null],
  ["of another key", {}, { key: "0000" }, "forged"],
  ["used at another gate", { passes: [{ ...KNOWN, out: 1 }], listAt: AT }, {}, "used"],
  ["used at this gate, not sent yet", { passes: [KNOWN], listAt: AT, entries: [passage(1, "out")] }, {}, "used"],
  ["used here, and the list knows it already", { passes: [{ ...KNOWN, uses: 2, out: 1 }], listAt: AT, entries: [passage(1, "out", "confirmed", 0)] }, {}, null],
])("%s", (_name, more, changed, why) => {
  expect(judged({ ...shared.content, ...changed }, true, here(more)).why).toBe(why);
});

test("a wrong signature is forged, whatever it says; where none can be checked the list alone counts", () => {
  expect(judged(shared.content, false, here({ passes: [KNOWN] }))).toEqual({ why: "forged", pass: null });
  expect(judged(shared.content, null, here()).why).toBe("not_listed");
  expect(judged(shared.content, null, here({ passes: [KNOWN] }))).toMatchObject({ why: null, unsigned: true });
});

test("who is out comes back, also on a pass that has ended", () => {
  const out = here({ now: shared.content.ends + 1, passes: [{ ...KNOWN, out: 1, outside: true }] });
  expect(judged(shared.content, true, out)).toMatchObject({ why: "over", pass: { outside: true } });
  expect(judged(shared.content, true, { ...out, entries: [passage(1, "in")] }).pass?.outside).toBe(false);
});

test("a printed number is looked up on the list", () => {
  const at = here({ passes: [KNOWN], revoked: [KNOWN.occasion + 1] });
  expect(byNumber(shared.number.toLowerCase().replace("p", "ｐ"), at)).toMatchObject({ why: null, pass: { household: 47 } });
  expect(byNumber(shared.number.slice(1), at).why).toBeNull();
  expect(byNumber(numberOf(KNOWN.occasion + 1), at).why).toBe("revoked");
  expect(byNumber("P1-1", at)).toEqual({ why: "unknown", pass: null });
  expect(byNumber(shared.number, { ...at, now: shared.content.ends }).why).toBe("over");
});

test("today's are the living ones of the day, the newest first", () => {
  const old = { ...passage(1, "out"), at: new Date(AT - 48 * 3_600_000).toISOString() };
  expect(today([old, passage(2, "out"), passage(3, "in")], AT).map((one) => one.n)).toEqual([3, 2]);
});
