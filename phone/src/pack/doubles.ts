// Two phones that did not know of each other sampled the same person: the pack says so afterwards. Pure.
import type { Kept } from "../journal/store";
import type { Leaf } from "./shapes";

/** Somebody in a tube of this phone who is in another phone's too; `key` names him in the round. */
export interface Double { key: string; person: number; tubes: number[] }

/**
 * `turn`: the number of the pack. Of whom this phone said something since, nothing is told: the leaves may hold
 * it or not. Retests are second tubes by intent.
 */
export function doubles(leaves: Leaf[], entries: Kept[], turn: number): Double[] {
  const settled = (one: Kept) => one.status === "confirmed" && (one.turn ?? turn) < turn;
  const counted = entries.filter((one) => one.status !== "refused");
  const voids = new Map(counted.filter((one) => one.kind === "entry.voided").map((one) => [Number(one.body.number), one]));
  const own = new Map<string, number[]>(), unsettled = new Set<string>();
  for (const entry of counted.filter((one) => one.kind === "tube.sealed" && one.body.retest_of === undefined)) {
    const back = voids.get(entry.n);
    for (const person of entry.body.persons as number[]) {
      const key = `${entry.body.campaign}/${person}`;
      if (!settled(entry) || (back && !settled(back))) unsettled.add(key);
      else if (!back) own.set(key, [...(own.get(key) ?? []), Number(entry.body.tube)]);
    }
  }
  return leaves.flatMap((leaf) => leaf.persons.flatMap((person) => person.duties.flatMap((duty) => {
    const key = `${duty.campaign}/${person.id}`;
    const tubes = own.get(key) ?? [];
    const told = duty.kind === "swab" && tubes.length > 0 && !unsettled.has(key) && (duty.takes ?? 0) > tubes.length;
    return told ? [{ key, person: person.id, tubes }] : [];
  })));
}
