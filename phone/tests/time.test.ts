import { expect, test } from "vitest";
import { certain, correction, doubtful, look, measured, moment, server, SLACK_MS, type Time, unknown } from "../src/journal/time";

const H = 3600_000, DAY = 24 * H;
const NOON = Date.parse("2022-04-04T04:00:00Z");
/** A phone whose clock is `ahead`, measured at noon. */
const known = (ahead = 0): Time => measured(unknown(NOON + ahead, 0, "a"), NOON, NOON + ahead, NOON + ahead).time;
/** So much later the clock says so much more than that; `page`: in another page. */
const later = (time: Time, ms: number, moved = 0, how: { awake?: boolean; page?: string; slept?: number } = {}): Time =>
  look(time, time.wall + ms + moved, how.page ? 5 : time.count + ms - (how.slept ?? 0), how.page ?? time.page, how.awake ?? false);

test.each([["8 h ahead", 8 * H], ["5 h behind", -5 * H]])("a clock %s, measured: the server's time is known", (_, ahead) => {
  const time = later(known(ahead), 2 * H);
  expect(server(time, time.wall)).toBe(NOON + 2 * H);
  expect([correction(time), doubtful(time)]).toEqual([-ahead, false]);
});

test("nothing measured, nothing noticed: no correction is claimed", () => {
  const time = unknown(NOON, 0, "a");
  expect([correction(time), server(time, NOON), doubtful(time)]).toEqual([null, NOON, true]);
});

test("a clock set ahead by three days in somebody's hands is seen and taken out at once", () => {
  const time = later(known(), 10_000, 3 * DAY, { awake: true });
  expect(time.jumps).toEqual([{ by: 3 * DAY, sure: true }]);
  expect(server(time, time.wall)).toBe(NOON + 10_000);
  expect([certain(time.jumps), correction(time)]).toEqual([3 * DAY, -3 * DAY]);
});

test("what is told of a jump are whole milliseconds, however fine the counter is", () => {
  const time = look(known(), NOON + DAY, 1_000.3, "a", true);
  expect([time.jumps[0]?.by, moment(time).jump_ms, moment(time).offset_ms]).toEqual([DAY - 1_000, DAY - 1_000, 1_000 - DAY]);
});

test("a clock set back is seen always; after the phone was off, by as much as can be seen", () => {
  const asleep = later(known(), H, -2 * DAY);
  expect([asleep.jumps, server(asleep, asleep.wall)]).toEqual([[{ by: -2 * DAY, sure: true }], NOON + H]);
  const off = later(known(), H, -2 * DAY, { page: "b" });
  expect(off.jumps).toEqual([{ by: H - 2 * DAY, sure: true, least: true }]);
  expect(server(off, off.wall)).toBe(NOON);
});

test("a night of sleep and a small slip are not taken out", () => {
  const slept = later(known(), 8 * H, 0, { slept: 7 * H });
  expect([slept.jumps, server(slept, slept.wall)]).toEqual([[{ by: 7 * H, sure: false }], NOON + 8 * H]);
  expect(later(known(), 10_000, SLACK_MS, { awake: true }).jumps).toEqual([]);
  const off = later(known(), 8 * H, 0, { page: "b" });
  expect([off.jumps, server(off, off.wall)]).toEqual([[{ by: 8 * H, sure: false }], NOON + 8 * H]);
});

/** What the server tells of the stretches, with its time `truth` after noon. */
const told = (time: Time, truth: number) => measured(time, NOON + truth, time.wall, time.wall);

test("the next answer tells what was sleep: no stretch is moved", () => {
  const { time, stretches } = told(later(later(known(), 8 * H, 0, { slept: 7 * H }), 60_000), 8 * H + 60_000);
  expect(stretches).toEqual([{ offset: 0, jump: 0, sure: true }, { offset: 0, jump: 0, sure: true }]);
  expect([time.jumps, time.era, time.offset]).toEqual([[], 2, 0]);
});

test("and what was a jump: the times after it are moved, those before stay", () => {
  const jumped = later(later(known(), H, 3 * DAY, { page: "b" }), 60_000);
  expect(told(jumped, H + 60_000).stretches).toEqual([{ offset: 0, jump: 0, sure: true }, { offset: -3 * DAY, jump: 3 * DAY, sure: true }]);
  expect(told(later(known(8 * H), H, -2 * DAY), H).stretches?.map((one) => one.offset)).toEqual([-8 * H, 2 * DAY - 8 * H]);
});

test("of a sleep and a jump the one that is long enough is the jump; set right again, both are told", () => {
  const slept = later(later(known(), H, 3 * DAY, { page: "b" }), 4 * H, 0, { slept: 3 * H });
  expect(told(slept, 5 * H).stretches?.map((one) => [one.offset, one.jump])).toEqual([[0, 0], [-3 * DAY, 3 * DAY], [-3 * DAY, 3 * DAY]]);
  const back = later(later(known(), H, 3 * DAY, { awake: true }), H, -3 * DAY);
  expect(told(back, 2 * H).stretches).toEqual([{ offset: 0, jump: 0, sure: true }, { offset: -3 * DAY, jump: 3 * DAY, sure: true }, { offset: 0, jump: 0, sure: true }]);
});

test("a lid that was closed looks like a jump, until the server says that it was sleep", () => {
  const lid = later(known(), 9 * H, 0, { awake: true, slept: 9 * H });
  expect(certain(lid.jumps)).toBe(9 * H);
  expect(told(lid, 9 * H).stretches?.[1]).toEqual({ offset: 0, jump: 0, sure: true });
});

test("off while it went back: as far as the server says", () => {
  const off = later(known(), 5 * H, -2 * DAY, { page: "b" });
  expect(told(off, 5 * H).stretches?.[1]).toEqual({ offset: 2 * DAY, jump: -2 * DAY, sure: true });
  const dozed = later(known(), 5 * H, -2 * H, { page: "b" });
  expect(told(dozed, 5 * H).stretches?.[1]).toEqual({ offset: 2 * H, jump: -2 * H, sure: true });
});

test("what two nights could hide is not told as certain, but for now", () => {
  const twice = later(later(later(known(), DAY, 0, { page: "b" }), DAY, DAY, { page: "c" }), 1000);
  expect(told(twice, 2 * DAY + 1000).stretches).toEqual([
    { offset: 0, jump: 0, sure: true }, { offset: -DAY, jump: DAY, sure: false }, { offset: -DAY, jump: DAY, sure: true },
  ]);
});

test("where both counters of the phone agree it was the server's clock that was set: nothing is moved", () => {
  const { stretches, time } = told(later(known(), H), H + DAY);
  expect([stretches, time.offset, time.era]).toEqual([null, DAY, 1]);
});

test("never measured before: the first answer corrects all that was kept", () => {
  const { stretches } = measured(unknown(NOON + 8 * H, 0, "a"), NOON, NOON + 8 * H, NOON + 8 * H);
  expect(stretches).toEqual([{ offset: -8 * H, jump: 0, sure: true }]);
  const jumped = look(unknown(NOON, 0, "a"), NOON + DAY, 1000, "a", true);
  expect(measured(jumped, NOON, NOON + DAY, NOON + DAY).stretches).toEqual([
    { offset: DAY - 1000 - DAY, jump: 0, sure: true }, { offset: -DAY, jump: DAY - 1000, sure: true },
  ]);
});

test("a slow answer does not spoil a good offset; one that must be right does", () => {
  const time = known();
  const slow = measured(time, NOON + 9_000, NOON, NOON + 20_000);
  expect([slow.time.offset, slow.stretches]).toEqual([0, null]);
  expect(measured(time, NOON + 60_000, NOON, NOON + 20_000).time.offset).toBe(50_000);
  expect(measured(time, NOON + 1_500, NOON, NOON + 1_000).time.offset).toBe(1_000);
});
