// Tubes and labels as this phone's own entries tell of them. Pure.
import type { Kept } from "../journal/store";
import { living } from "../pack/view";
import type { Mode, Tube } from "./rules";

export interface Sealed { n: number; at: string; tube: number; mode: Mode; persons: number[]; area: number; campaign: number; boxed: number | null }

/** The sealed tubes, the newest first; `boxed`: the box. */
export function sealed(entries: Kept[]): Sealed[] {
  const all = living(entries);
  const boxes = new Map(all.filter((one) => one.kind === "tube.boxed").flatMap((one) => (one.body.tubes as number[]).map((tube) => [tube, one.body.box as number])));
  return all.filter((one) => one.kind === "tube.sealed").reverse().map(({ n, at, area, body }) => ({
    n, at, area, tube: body.tube as number, mode: body.mode as Mode, persons: body.persons as number[],
    campaign: body.campaign as number, boxed: boxes.get(body.tube as number) ?? null,
  }));
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

/** What is wrong with a label for a new tube or box: "used" stops, "range" warns. */
export function labelTrouble(entries: Kept[], label: number): "used" | "range" | null {
  if (used(entries).has(label)) return "used";
  const ranges = issued(entries);
  return ranges.length && !ranges.some(([from, to]) => from <= label && label <= to) ? "range" : null;
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
