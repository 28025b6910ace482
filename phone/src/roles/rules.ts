// What the phone knows about a tube before it is sealed. Pure.
import type { Leaf, Person } from "../pack/shapes";

export const SAMPLED = 2;
export interface Tube { label: number; mode: "pooled" | "single" | "household"; size: number; zone: string | null; area: number; persons: { id: number; name: string; area: number }[] }
export type Warning = "sampled" | "zone" | "uncalled" | "symptoms" | "scope" | "full" | "household";

/** Tell whether the last digit of a printed label is right (Luhn). */
export function isLabel(text: string): boolean {
  if (!/^\d{2,15}$/.test(text)) return false;
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

/** Why a person should not go into this tube; empty when he may. Only "uncalled" may be overridden. */
export function warnings(tube: Tube, person: Person, leaf: Leaf, campaign: number): Warning[] {
  const duty = person.duties.find((one) => one.campaign === campaign && one.kind === "swab");
  const found: Warning[] = [];
  if (tube.persons.length >= tube.size) found.push("full");
  if (tube.persons.some((one) => one.id === person.id) || (duty && duty.stage >= SAMPLED)) found.push("sampled");
  if (!duty || duty.outcome !== 0) found.push("scope");
  else if (duty.stage === 0) found.push("uncalled");
  if (tube.persons.length && tube.zone !== leaf.zone) found.push("zone");
  if (person.symptoms && tube.mode !== "single") found.push("symptoms");
  return found;
}

/** The leaf with some people's swabs at another stage. */
export function moved(leaf: Leaf, persons: number[], campaign: number, stage: number): Leaf {
  const step = (person: Person): Person => !persons.includes(person.id) ? person : {
    ...person,
    duties: person.duties.map((one) => one.campaign === campaign && one.kind === "swab" ? { ...one, stage } : one),
  };
  return { ...leaf, persons: leaf.persons.map(step) };
}

export interface Door { area: number; stairwell: string; floor: number | null; door: string; watch: boolean; persons: Person[] }

/** Doors where a swab is still owed and not taken: people to watch first, then stairwell and floor. */
export function doorsLeft(leaves: Leaf[], campaign: number): Door[] {
  const doors = leaves.flatMap((leaf) => {
    const homes: (Leaf["households"][number] | null)[] = [...leaf.households, null];
    return homes.map((home): Door => {
      const persons = leaf.persons.filter((one) => one.household === (home?.id ?? null)
        && one.duties.some((duty) => duty.campaign === campaign && duty.kind === "swab" && duty.outcome === 0 && duty.stage < SAMPLED));
      return { area: leaf.area, stairwell: home?.stairwell ?? "", floor: home?.floor ?? null, door: home?.door ?? "", watch: persons.some((one) => one.watch), persons };
    });
  });
  return doors.filter((one) => one.persons.length).sort((a, b) => Number(b.watch) - Number(a.watch)
    || a.stairwell.localeCompare(b.stairwell, "zh", { numeric: true }) || (a.floor ?? 0) - (b.floor ?? 0)
    || a.door.localeCompare(b.door, "zh", { numeric: true }));
}
