import { webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { encrypted } from "../src/card";
import { holdsIdNumber, isIdNumber, meaning, token } from "../src/codes";
import type { Code } from "../src/pack/shapes";
import { Wedge } from "../src/scan/wedge";

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

test("a scanner types fast and ends with Enter; fingers do not", () => {
  const typed = (text: string, gap: number) => {
    const wedge = new Wedge();
    return [...text, "Enter"].map((key, place) => wedge.key(key, place * gap)).at(-1);
  };
  expect([typed("700013", 12), typed("700013", 180), typed("7", 12)]).toEqual(["700013", null, null]);
  const wedge = new Wedge();
  wedge.key("x", 0);
  for (const [place, key] of [..."700013"].entries()) wedge.key(key, 1000 + place * 10);
  expect([wedge.length, wedge.key("Shift", 1060), wedge.key("Enter", 1065)]).toEqual([6, null, "700013"]);
});
