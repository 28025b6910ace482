// What the phone knows about a tube before it is sealed, and about doors. Pure.
import type { Campaign, Duty, Household, Leaf, Person } from "../pack/shapes";

export const SAMPLED = 2;
export type Mode = "pooled" | "single" | "household";
/** Somebody in a tube. `outside`: on no list of this phone, taken by the number of her code. */
export interface Inside { id: number; name: string; area: number; household: number | null; retest: number | null; outside?: boolean }
export interface Tube { label: number; mode: Mode; size: number; zone: string | null; area: number; campaign: number; persons: Inside[] }
export type Warning = "again" | "full" | "away" | "sampled" | "scope" | "household" | "zone" | "symptoms" | "retest" | "single" | "away_single" | "sealed" | "excused" | "uncalled";
/** What the sampler may overrule; everything else stops. */
export const OVERRIDABLE: readonly Warning[] = ["excused", "uncalled"];

/** A tube to be opened: who may share it, and how many at most. */
export interface Kind { mode: Mode; size: number }
const POOLS = [5, 10, 20], USUAL_POOL = 10, MOST = 20;

/** The tubes that may be opened in a round, none for more people than its pool size (null: not said), and the usual one. */
export function kinds(pool?: number | null): { all: Kind[]; usual: Kind } {
  const single: Kind = { mode: "single", size: 1 }, most = pool ?? MOST;
  if (most <= 1) return { all: [single], usual: single };
  const sizes = [...new Set([...POOLS.filter((one) => one < most), most])];
  const all: Kind[] = [...sizes.map((size): Kind => ({ mode: "pooled", size })), { mode: "household", size: most }, single];
  return { all, usual: all.find((one) => one.mode === "pooled" && one.size === (pool ?? USUAL_POOL)) ?? single };
}

/** Tell whether the last digit of a printed label is right (Luhn). */
export function isLabel(text: string): boolean {
  if (!/^\d{2,15}$/.test(text) || Number(text) < 10) return false;
  let total = 0;
  for (const [place, digit] of [...text].reverse().entries()) {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  }
  return total % 10 === 0;
}

/** The id of somebody first met here: 2**52 | journal << 24 | number, which a double keeps exactly. */
export function foundId(journal: number, number: number): number {
  return 2 ** 52 + journal * 2 ** 24 + number;
}

/** Where somebody lives: on the leaf, or elsewhere, who was handed over to here. */
export function placeOf(area: number, home: Household | null): number {
  return home?.area ?? area;
}

export function duty(person: Person, campaign: number, kind = "swab"): Duty | undefined {
  return person.duties.find((one) => one.campaign === campaign && one.kind === kind && (kind === "swab" || (one.outcome === 0 && one.stage < SAMPLED)));
}

/**
 * Why a person should not go into this tube, the gravest first; empty when he may. `round`: what its rule says. Who must not
 * be approached and has a tube of her own by that rule is sampled all the same, by whoever opens one for her.
 */
export function warnings(tube: Tube, person: Person, leaf: Leaf, round?: Pick<Campaign, "by_household"> | null): Warning[] {
  const swab = duty(person, tube.campaign);
  const again = duty(person, tube.campaign, "retest");
  const found: Warning[] = [];
  if (tube.persons.some((one) => one.id === person.id)) found.push("again");
  if (tube.persons.length >= tube.size) found.push("full");
  const single = swab?.single === true;
  if (person.keep_away && !again && !(single && tube.mode === "single")) found.push(single ? "away_single" : "away");
  if (again) {
    if (tube.mode !== "single") found.push("retest");
    return found;
  }
  if (swab && swab.stage >= SAMPLED && !swab.lost) found.push("sampled");
  else if (!swab || swab.outcome === 3) found.push("scope");
  else if (swab.outcome === 2) found.push("excused");
  else if (swab.stage === 0 && !person.found) found.push("uncalled");
  if (tube.mode === "household" && tube.persons.some((one) => one.household !== person.household)) found.push("household");
  if (tube.persons.length && tube.zone !== leaf.zone) found.push("zone");
  if (single && !person.keep_away && tube.mode !== "single") found.push("single");
  if (round?.by_household && leaf.zone === "lockdown" && tube.mode === "pooled") found.push("sealed");
  if ((person.symptoms || person.antigen === "positive") && tube.mode !== "single") found.push("symptoms");
  return found;
}

/** The tube with one more person; the first decides its building and its zone level. */
export function added(tube: Tube, person: Person, leaf: Leaf): Tube {
  const first = tube.persons.length === 0;
  const inside: Inside = { id: person.id, name: person.name, area: leaf.area, household: person.household, retest: duty(person, tube.campaign, "retest")?.occasion ?? null };
  return { ...tube, zone: first ? leaf.zone : tube.zone, area: first ? leaf.area : tube.area, persons: [...tube.persons, inside] };
}

/** The tube with somebody of whom this phone has nothing but the number in her code. */
export function addedOutside(tube: Tube, id: number, here: number): Tube {
  const inside: Inside = { id, name: "", area: here, household: null, retest: null, outside: true };
  return { ...tube, area: tube.persons.length ? tube.area : here, persons: [...tube.persons, inside] };
}

/** Why somebody of no list should not go into this tube. */
export function warningsOutside(tube: Tube, id: number): Warning[] {
  const found: Warning[] = [];
  if (tube.persons.some((one) => one.id === id)) found.push("again");
  if (tube.persons.length >= tube.size) found.push("full");
  if (tube.mode === "household" && tube.persons.length) found.push("household");
  return found;
}

/**
 * What is written when the tube is closed. Where the phone has other areas than when it was opened (`ranges`), it is closed
 * where the phone is now, `here`.
 */
export function sealing(tube: Tube, ranges?: [number, number][], here = 0): { kind: string; area: number; body: Record<string, unknown> } {
  const again = tube.mode === "single" ? tube.persons[0]?.retest : null;
  const body = { campaign: tube.campaign, tube: tube.label, mode: tube.mode, persons: tube.persons.map((one) => one.id) };
  const away = here > 0 && ranges !== undefined && !ranges.some(([lo, hi]) => lo <= tube.area && tube.area <= hi);
  return { kind: "tube.sealed", area: away ? here : tube.area, body: again ? { ...body, retest_of: again } : body };
}

/** Tell whether somebody's swab is still to be taken, or to be taken again because the sample was lost. */
export function owes(person: Person, campaign: number): boolean {
  const swab = duty(person, campaign);
  return swab !== undefined && swab.outcome === 0 && (swab.stage < SAMPLED || swab.lost !== undefined);
}

/** Why no swab is to be taken of somebody, in the word of the warning; null where one is. */
export function settled(person: Person, campaign: number): "sampled" | "excused" | "scope" | null {
  const swab = duty(person, campaign);
  if (owes(person, campaign)) return null;
  return !swab || swab.outcome === 3 ? "scope" : swab.outcome === 2 ? "excused" : "sampled";
}

/** `area`: of the duty; `place`: of the door, which is another for who was handed over to here. */
export interface Door { area: number; place: number; zone: string | null; home: Household | null; watch: boolean; away: boolean; symptoms: boolean; persons: Person[] }

const ZONES = [null, "precaution", "control", "lockdown"];

/** How late a door is visited: clean before suspect, and keep-away doors at the very end. */
function suspect(door: Door): number {
  return Math.max(0, ZONES.indexOf(door.zone)) + (door.symptoms ? 10 : 0) + (door.away ? 100 : 0);
}

/**
 * Doors where a swab is still owed and not taken: people in danger first, then clean to suspect, then stairwell and
 * floor. A person without a door stands alone.
 */
export function doorsLeft(leaves: Leaf[], campaign: number): Door[] {
  const doors = leaves.flatMap((leaf) => {
    const homes = new Map(leaf.households.map((one) => [one.id, one]));
    const left = new Map<string, Person[]>();
    for (const person of leaf.persons) {
      const key = homes.has(person.household ?? -1) ? `h${person.household}` : `p${person.id}`;
      if (owes(person, campaign) || person.keep_away) left.set(key, [...(left.get(key) ?? []), person]);
    }
    return [...left.values()].map((persons): Door => {
      const home = homes.get(persons[0]?.household ?? -1) ?? null;
      return {
        area: leaf.area, place: placeOf(leaf.area, home), zone: leaf.zone, home, persons,
        watch: persons.some((one) => one.watch), away: persons.some((one) => one.keep_away), symptoms: persons.some((one) => one.symptoms),
      };
    });
  });
  const text = (a: string, b: string) => a.localeCompare(b, "zh", { numeric: true });
  return doors.sort((a, b) => Number(b.watch && !b.away) - Number(a.watch && !a.away) || suspect(a) - suspect(b) || a.place - b.place
    || text(a.home?.stairwell ?? "", b.home?.stairwell ?? "") || (a.home?.floor ?? 0) - (b.home?.floor ?? 0)
    || text(a.home?.door ?? "", b.home?.door ?? ""));
}

/** The door of somebody, of those that are left; undefined where nothing is owed there. */
export function doorOf(left: Door[], person: Person): Door | undefined {
  return left.find((one) => one.persons.some((inside) => inside.id === person.id)) ?? (person.household === null ? undefined : doorOfHome(left, person.household));
}

/** The same by the household. */
export function doorOfHome(left: Door[], household: number): Door | undefined {
  return left.find((one) => one.home?.id === household);
}
