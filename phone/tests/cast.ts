// A small building that the tests know: two stairwells, three doors.
import type { Kept } from "../src/journal/store";
import type { Duty, Leaf, Person } from "../src/pack/shapes";

export const AREA = 7;
export const swab = (more: Partial<Duty> = {}): Duty => ({ campaign: 1, kind: "swab", occasion: 0, stage: 1, outcome: 0, mark: 0, reason: null, until: null, ...more });
export const person = (id: number, more: Partial<Person> = {}): Person => ({
  id, household: 1, name: `王${id}`, team_needed: false, keep_away: false, watch: false, symptoms: false, duties: [swab()], ...more,
});
export const home = (persons: Person[], more: Partial<Leaf> = {}): Leaf => ({
  area: AREA, digest: "d", zone: null, persons, ...more,
  households: [{ id: 1, stairwell: "1", floor: 2, door: "201" }, { id: 2, stairwell: "1", floor: 10, door: "1001" }, { id: 3, stairwell: "2", floor: 1, door: "101" }],
});
export const kept = (n: number, kind: string, body: Record<string, unknown>, more: Partial<Kept> = {}): Kept => ({
  n, kind, body, at: "2022-04-04T07:00:00.000Z", area: AREA, status: "waiting", code: null, confirmed_at: null, offset_ms: null, ...more,
});
