import { expect, test } from "vitest";
import { unheard, wait } from "../src/pack/news";
import { kept } from "./cast";

const ASKED = 1_000;
const sealed = (turn: number | null) => kept(2, "tube.sealed", {}, { turn: turn ?? undefined, status: turn === null ? "waiting" : "confirmed" });

test("others may have said something of whom this phone reported of since the pack was asked for", () => {
  expect([unheard([], ASKED), unheard([sealed(null)], ASKED), unheard([sealed(999)], ASKED)]).toEqual([false, false, false]);
  expect([unheard([sealed(1_000)], ASKED), unheard([sealed(999), sealed(2_000)], ASKED)]).toEqual([true, true]);
  expect(unheard([kept(1, "device.reported", {}, { turn: 2_000, status: "confirmed" })], ASKED)).toBe(false);
  expect(unheard([kept(1, "tube.sealed", {}, { status: "refused" })], ASKED)).toBe(false);
});

test("each phone waits its own 20 to 60 seconds, and asks once a minute at most", () => {
  const long = 600_000;
  expect([wait(0, long, 0), wait(0, long, 0.5), wait(0, long, 1)]).toEqual([20_000, 40_000, 60_000]);
  expect([wait(0, 0, 0), wait(0, 30_000, 0), wait(0, 50_000, 0)]).toEqual([60_000, 30_000, 20_000]);
});

test("who is turned away comes more and more seldom, and never less than every five minutes", () => {
  expect([1, 2, 3, 4, 50].map((failures) => wait(failures, 600_000, 0))).toEqual([40_000, 80_000, 160_000, 300_000, 300_000]);
});
