import { webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { encrypted } from "../src/card";
import { holdsIdNumber, isIdNumber, meaning, token } from "../src/codes";
import type { Code } from "../src/pack/shapes";
import { Stutter, type Target, Wedge } from "../src/scan/wedge";

const CODES: Code[] = [
  { name: "sheng", zh: "", en: "", pattern: "^SHENG:(\\d+)$", target: "person", map: "person_id" },
  { name: "broken", zh: "", en: "", pattern: "^(", target: "person", map: "person_id" },
  { name: "city", zh: "", en: "", pattern: "^T-(\\d+)$", target: "tube", map: "label" },
  { name: "suishen", zh: "", en: "", pattern: "^ssm://(.+)$", target: "person", map: "lookup" },
  { name: "card", zh: "", en: "", pattern: "^ID(.{18})$", target: "card", map: "id_number" },
];
const TOKEN = "Ab_-".repeat(10) + "xyz";

test.each([
  ["bulou:p/501", { is: "person", id: 501 }],
  ["bulou:h/41 ", { is: "household", id: 41 }],
  ["bulou:p/9007199254740993", { is: "unknown", text: "bulou:p/9007199254740993" }],
  ["700013", { is: "label", label: 700013 }],
  ["700014", { is: "unknown", text: "700014" }],
  ["700013-7", { is: "sheet", journal: 70001, line: 7 }],
  ["11010519491231002x", { is: "card", number: "11010519491231002X" }],
  ["SHENG:77", { is: "person", id: 77 }],
  ["T-18", { is: "label", label: 18 }],
  ["T-19", { is: "unknown", text: "19" }],
  ["ssm://abc", { is: "foreign", code: CODES[3] }],
  ["ID11010519491231002X", { is: "card", number: "11010519491231002X" }],
  [`https://a.example/field/app/#enrol=${TOKEN}`, { is: "enrol", token: TOKEN }],
  ["王芳", { is: "unknown", text: "王芳" }],
  ["BULOU:P/501", { is: "person", id: 501 }],
  ["bulou：h、41", { is: "household", id: 41 }],
  ["]Q1bulou:p/501\r\n", { is: "person", id: 501 }],
  ["７０００１３", { is: "label", label: 700013 }],
  ["]C1700013-7", { is: "sheet", journal: 70001, line: 7 }],
  ["]C1T-18", { is: "label", label: 18 }],
  ["bulou:p/501bulou:p/502", { is: "several", texts: ["bulou:p/501", "bulou:p/502"] }],
  ["1001", { is: "unknown", text: "1001" }],
  ["", { is: "unknown", text: "" }],
])("%s", (scanned, means) => {
  expect(meaning(scanned, CODES)).toEqual(means);
});

test("tokens alone, in an address, and not", () => {
  expect([token(TOKEN), token(`#enrol=${TOKEN}`), token("hello"), token("")]).toEqual([TOKEN, TOKEN, null, null]);
});

test("an identity number of which one digit is wrong", () => {
  expect([isIdNumber("11010519491231002X"), isIdNumber("11010519491231012X"), isIdNumber("123")]).toEqual([true, false, false]);
});

test.each([
  ["王芳11010519491231002X", true], ["王芳 110105 19491231 002x", true], ["110105-19491231-002X", true], ["１１０１０５１９４９１２３１００２Ｘ", true],
  ["110105491231002", true], ["110105194912310021", true], ["13812345678", false], ["王芳", false], ["", false],
])("%s in a name", (text, holds) => {
  expect(holdsIdNumber(text)).toBe(holds);
});

test("an identity number is readable with the installation's key alone", async () => {
  const pair = await webcrypto.subtle.generateKey({ name: "RSA-OAEP", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["encrypt", "decrypt"]);
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", pair.publicKey)).toString("base64");
  const card = await encrypted("11010519491231002X", { id: "k1", spki });
  expect([card.key, card.data.includes("1101")]).toEqual(["k1", false]);
  const clear = await webcrypto.subtle.decrypt({ name: "RSA-OAEP" }, pair.privateKey, Buffer.from(card.data, "base64"));
  expect(new TextDecoder().decode(clear)).toBe("11010519491231002X");
});

/** What becomes of keys, one each `gap` milliseconds. */
const typed = (keys: readonly string[], gap = 12, target: Target = "none", wedge = new Wedge(), from = 0) =>
  keys.map((key, place) => wedge.key(key.replace("^", ""), from + place * gap, target, key.startsWith("^")));
const LABEL = [..."700013", "Enter"];

test("a scanner types fast and ends with Enter or Tab; fingers do not", () => {
  const heard = (...how: Parameters<typeof typed>) => typed(...how).at(-1)?.text;
  expect([heard(LABEL), heard(LABEL, 180), heard(["7", "Enter"]), heard(["7", "Enter"], 12, "field")]).toEqual(["700013", null, "7", null]);
  expect(heard([..."700013", "Tab"])).toBe("700013");
  const wedge = new Wedge();
  wedge.key("x", 0, "field");
  typed([..."700013"], 10, "field", wedge, 1000);
  expect([wedge.key("Shift", 1060, "field"), wedge.key("Enter", 1065, "field")]).toEqual([{ stop: false, text: null, typed: 0 }, { stop: true, text: "700013", typed: 6 }]);
});

test("control characters that a scanner types as chords are no letters, and reach no browser", () => {
  const keys = typed(["7", "^]", "0", "^j", "Enter"]);
  expect([keys.map((one) => one.stop), keys.at(-1)?.text]).toEqual([[false, true, false, true, true], "70"]);
  expect(new Wedge().key("l", 0, "none", true).stop).toBe(false);
});

test.each([
  ["a burst", LABEL, 12, true], ["a slow scanner", LABEL, 90, true], ["a bare number", ["7", "Enter"], 12, true],
  ["a number by hand", ["7", "Enter"], 900, true], ["Enter alone", ["Enter"], 0, false], ["Enter after a tab", ["Tab", "Enter"], 300, false],
] as const)("what has the focus is not pressed by the Enter of %s", (_, keys, gap, stopped) => {
  expect(typed(keys, gap, "button").at(-1)?.stop).toBe(stopped);
});

test("nor by the second Enter of a line's end, nor by a space within a code", () => {
  const wedge = new Wedge();
  typed(LABEL, 12, "button", wedge);
  expect([wedge.key("Enter", 90, "button").stop, wedge.key("Enter", 2_000, "button").stop]).toEqual([true, false]);
  expect(typed(["I", "D", " ", "7"], 12, "button").map((one) => one.stop)).toEqual([false, true, true, true]);
  expect(typed(["I", "D", " ", "7", "Enter"], 200, "button").map((one) => one.stop)).toEqual([false, false, true, false, true]);
  expect(typed([" ", " "], 300, "button").map((one) => one.stop)).toEqual([false, false]);
});

test("the same code again at once is the scanner's stutter", () => {
  const heard = new Stutter();
  const said: [string, number][] = [["a", 0], ["a", 500], ["a", 1_600], ["b", 1_700], ["a", 1_800], ["a", 4_000]];
  expect(said.map(([text, t]) => heard.fresh(text, t))).toEqual([true, false, false, true, true, true]);
  heard.forget();
  expect(heard.fresh("a", 4_100)).toBe(true);
});
