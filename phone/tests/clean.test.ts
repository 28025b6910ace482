import { expect, test } from "vitest";
import { isLabel } from "../src/roles/rules";
import { codesIn, glued } from "../src/scan/clean";
import scans from "./scans.json";

test.each(scans.map((one) => [one.why, one] as const))("%s", (_, { scanned, codes }) => {
  expect(codesIn(scanned)).toEqual(codes);
});

test("two labels without anything between pass as one long one; their length gives them away", () => {
  const SIX = new Set([6]);
  expect(isLabel("700013700021")).toBe(true);
  expect(glued("700013700021", SIX, isLabel)).toEqual(["700013", "700021"]);
  expect([glued("700013", SIX, isLabel), glued("700013700022", SIX, isLabel), glued("700013700021", new Set([6, 12]), isLabel)]).toEqual([null, null, null]);
  expect([glued("700013700021", new Set(), isLabel), glued("18700013", new Set([2, 6]), isLabel)]).toEqual([null, ["18", "700013"]]);
});
