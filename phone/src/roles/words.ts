// Words at a door as entries, and texts for the chat group. Pure.
import type { Act } from "../journal/store";
import type { Call, Leaf, Person, Reason } from "../pack/shapes";
import { duty, owes, placeOf } from "./rules";

/** A typed reason as an entry on people's swabs; `until` for a deferral, `evidence` for an excuse. */
export function word(campaign: number, area: number, subjects: number[], reason: Reason, more: { until?: Date; evidence?: string }): Act {
  const body: Record<string, unknown> = { campaign, duty: "swab", subjects, reason: reason.name };
  if (reason.mark === "deferred" && more.until) body.until = more.until.toISOString();
  if (reason.mark === "excused") body.evidence = more.evidence ?? "";
  return { kind: `duty.${reason.mark}`, area, body };
}

/** Words that are true of a door as a whole; any other is of one person, who must be named. */
const OF_THE_DOOR = new Set(["away", "asleep_or_silent"]);

/** Whom a word is said of: those who were named, else, of a word about the door, all who owe a swab there. */
export function meant(reason: string, named: number[], owing: number[]): number[] {
  return named.length || !OF_THE_DOOR.has(reason) ? named : owing;
}

/** When somebody who is away may be asked again: in two hours, this evening at eight, tomorrow at eight. */
export function untils(now: Date): { key: "in2h" | "evening" | "morning"; at: Date }[] {
  const at = (day: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, hour);
  const evening = at(0, 20);
  return [
    { key: "in2h", at: new Date(now.getTime() + 2 * 3600_000) },
    ...(evening > now ? [{ key: "evening" as const, at: evening }] : []),
    { key: "morning", at: at(1, 8) },
  ];
}

/** A day, which is how long other deferrals hold, as on paper. */
export function tomorrow(now: Date): Date {
  return new Date(now.getTime() + 24 * 3600_000);
}

/** `area`: of the duties; `place`: of the stairwell, which is another for who was handed over to here. */
export interface Stairwell { area: number; place: number; stairwell: string; uncalled: number[]; called: number }

/** By stairwell, whom to call down now. Those whom a team visits, and those kept away or apart, are not called. */
export function stairwells(leaves: Leaf[], campaign: number): Stairwell[] {
  const found = new Map<string, Stairwell>();
  for (const leaf of leaves) {
    const homes = new Map(leaf.households.map((one) => [one.id, one]));
    for (const person of leaf.persons) {
      if (!owes(person, campaign) || !comesDown(person)) continue;
      const home = homes.get(person.household ?? -1) ?? null, place = placeOf(leaf.area, home);
      const key = `${leaf.area}/${place}/${home?.stairwell ?? ""}`;
      const one = found.get(key) ?? { area: leaf.area, place, stairwell: home?.stairwell ?? "", uncalled: [], called: 0 };
      if (duty(person, campaign)?.stage === 0) one.uncalled.push(person.id);
      else one.called += 1;
      found.set(key, one);
    }
  }
  return [...found.values()].sort((a, b) => a.place - b.place || a.stairwell.localeCompare(b.stairwell, "zh", { numeric: true }));
}

export type Advice = "next" | "wait" | "slow" | "stop" | "done";
/** People called and not yet sampled for each lane: the same as at the desk. */
const NEXT = 10, SLOW = 20, STOP = 40;

/** What a site should do; `waiting`: people called and not yet sampled; `left`: groups not called. */
export function advice(waiting: number, lanes: number, left: number): Advice {
  const share = waiting / Math.max(1, lanes);
  if (share > STOP) return "stop";
  if (share > SLOW) return "slow";
  if (!left) return waiting ? "wait" : "done";
  return share <= NEXT ? "next" : "wait";
}

/** A site as this phone sees it: of its own areas alone. `next`: the group that is next, with whom to call of it. */
export interface Site { id: number; name: string; waiting: number; left: number; advice: Advice; next: { call: Call; area: number; persons: number[] } | null }

/** The sites of the timetable, in its order, each with its queue and the next group. */
export function sites(leaves: Leaf[], calls: Call[], campaign: number): Site[] {
  const at = new Map(leaves.map((leaf) => [leaf.area, leaf]));
  const found = new Map<number, Site & { lanes: number }>();
  for (const call of calls) {
    if (call.campaign !== campaign) continue;
    const one = found.get(call.site) ?? { id: call.site, name: call.site_name, lanes: call.lanes, waiting: 0, left: 0, advice: "done" as Advice, next: null };
    found.set(call.site, one);
    const homes = new Set(call.homes);
    const own = (at.get(call.area)?.persons ?? []).filter((person) => homes.has(person.household ?? 0) || homes.has(-person.id));
    const owing = own.filter((person) => owes(person, campaign) && comesDown(person));
    const waiting = owing.filter((person) => duty(person, campaign)?.stage === 1).length;
    const uncalled = owing.filter((person) => duty(person, campaign)?.stage === 0).map((person) => person.id);
    one.waiting += waiting;
    if (!uncalled.length || waiting) continue;
    one.left += 1;
    one.next ??= { call, area: call.area, persons: uncalled };
  }
  return [...found.values()].map(({ lanes, ...one }) => ({ ...one, advice: advice(one.waiting, lanes, one.left) }));
}

/** Whether somebody is called down at all: not whom a team visits, nor who is kept away or apart. */
function comesDown(person: Person): boolean {
  return !person.keep_away && !person.symptoms && !person.team_needed;
}
