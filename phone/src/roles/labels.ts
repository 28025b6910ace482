// Tubes and labels as this phone's own entries tell of them. Pure.
import type { Kept } from "../journal/store";
import type { Lost } from "../pack/shapes";
import { brokenTubes, type Hit, living } from "../pack/view";
import { duty, type Mode, type Tube } from "./rules";

export interface Sealed { n: number; at: string; tube: number; mode: Mode; persons: number[]; area: number; campaign: number; boxed: number | null }

/** The sealed tubes that are whole, the newest first; `boxed`: the box. */
export function sealed(entries: Kept[]): Sealed[] {
  const broken = brokenTubes(entries);
  const all = living(entries).filter((one) => one.kind !== "tube.sealed" || !broken.has(Number(one.body.tube)));
  const boxes = new Map(all.filter((one) => one.kind === "tube.boxed").flatMap((one) => (one.body.tubes as number[]).map((tube) => [tube, one.body.box as number])));
  return all.filter((one) => one.kind === "tube.sealed").reverse().map(({ n, at, area, body }) => ({
    n, at, area, tube: body.tube as number, mode: body.mode as Mode, persons: body.persons as number[],
    campaign: body.campaign as number, boxed: boxes.get(body.tube as number) ?? null,
  }));
}

/** Tubes of this phone whose sample is not to be had, with those who still owe another one here. */
export function lostTubes(entries: Kept[], lost: Lost[], people: Map<number, Hit>): Lost[] {
  const mine = new Set(sealed(entries).map((one) => one.tube));
  const owing = (campaign: number) => (id: number) => {
    const person = people.get(id)?.person;
    return person !== undefined && !person.keep_away && duty(person, campaign)?.lost !== undefined;
  };
  return lost.filter((one) => mine.has(one.tube)).map((one) => ({ ...one, persons: one.persons.filter(owing(one.campaign)) })).filter((one) => one.persons.length);
}

export function issued(entries: Kept[]): [number, number][] {
  return living(entries).filter((one) => one.kind === "labels.issued").map(({ body }) => [body.from as number, body.to as number]);
}

/** Labels that an entry of this phone names, as broken too; those of a voided tube are torn off and used as well. */
export function used(entries: Kept[]): Set<number> {
  const found = new Set<number>();
  for (const { kind, body, status } of entries) {
    if (status === "refused") continue;
    if (kind === "tube.sealed") found.add(body.tube as number);
    if (kind === "tube.boxed") found.add(body.box as number);
    if (kind === "duty.excused" && body.duty === "tube") for (const label of body.subjects as number[]) found.add(label);
  }
  return found;
}

/** How many labels of its ranges the phone has not used. */
export function unused(entries: Kept[]): number {
  const ranges = issued(entries);
  const total = ranges.reduce((sum, [from, to]) => sum + Math.floor(to / 10) - Math.floor(from / 10) + 1, 0);
  return total - [...used(entries)].filter((label) => ranges.some(([from, to]) => from <= label && label <= to)).length;
}

/** A number shorter than this, of which nothing is known, may be anything that a sticker says: it is asked about. */
const SHORT = 6;

/** What is wrong with a label for a new tube or box: "used" stops, "range" and "short" warn. */
export function labelTrouble(entries: Kept[], label: number): "used" | "range" | "short" | null {
  if (used(entries).has(label)) return "used";
  const ranges = issued(entries);
  if (ranges.length) return ranges.some(([from, to]) => from <= label && label <= to) ? null : "range";
  return String(label).length < SHORT && !lengths(entries).has(String(label).length) ? "short" : null;
}

/** How many digits the labels have that this phone was given or has used. */
export function lengths(entries: Kept[]): Set<number> {
  return new Set([...issued(entries).flat(), ...used(entries)].map((label) => String(label).length));
}

/** What a shift leaves behind. */
export interface Left { unsent: number; inHand: number; unboxed: number; unused: number }

export function leftBehind(entries: Kept[], tube: Tube | null): Left {
  return {
    unsent: entries.filter((one) => one.status === "waiting" || one.status === "sent").length,
    inHand: tube ? tube.persons.length : 0,
    unboxed: sealed(entries).filter((one) => one.boxed === null).length,
    unused: unused(entries),
  };
}
