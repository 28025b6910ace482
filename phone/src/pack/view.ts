// The pack as the phone knows it now: what the door sent, and what was reported here since. Pure.
import type { Kept } from "../journal/store";
import { foundId, placeOf, SAMPLED } from "../roles/rules";
import type { Duty, Household, Leaf, Lost, Person, Single } from "./shapes";

/** Numbers of entries that a later entry of this phone takes back. */
export function voided(entries: Kept[]): Set<number> {
  return new Set(entries.filter((one) => one.kind === "entry.voided" && one.status !== "refused").map((one) => Number(one.body.number)));
}

/** What counts of a journal: neither refused nor taken back. */
export function living(entries: Kept[]): Kept[] {
  const gone = voided(entries);
  return entries.filter((one) => one.status !== "refused" && !gone.has(one.n));
}

function isBroken(one: Kept): boolean {
  return one.kind === "duty.excused" && one.body.duty === "tube";
}

/** Labels that this phone reported as broken or lost: whoever is in such a tube is to be sampled again. */
export function brokenTubes(entries: Kept[]): Set<number> {
  return new Set(living(entries).filter(isBroken).flatMap((one) => one.body.subjects as number[]));
}

type Step = (duty: Duty) => Duty;
const CLEAR = { mark: 0, reason: null, until: null, lost: undefined };

/**
 * Whoever's sample is not to be had owes it again. The ledger itself takes back what a broken tube brought; of a label on
 * two tubes it cannot know whose sample is which, so that it counts, and everybody in them is to be sampled once more.
 */
function losing(leaves: Leaf[], lost: Lost[]): Leaf[] {
  const tubes = new Map<string, Lost[]>();
  for (const one of lost) for (const person of one.persons) tubes.set(`${one.campaign}/${person}`, [...(tubes.get(`${one.campaign}/${person}`) ?? []), one]);
  if (!tubes.size) return leaves;
  const mark = (person: Person) => (one: Duty): Duty => {
    const gone = one.kind === "swab" ? tubes.get(`${one.campaign}/${person.id}`) : undefined;
    const twice = gone?.filter((tube) => tube.why === "twice").length ?? 0;
    const lost = one.stage < SAMPLED ? gone !== undefined && gone.length > twice : twice > 0 && (one.takes ?? 1) <= twice;
    return lost && one.outcome === 0 ? { ...one, lost: one.stage < SAMPLED ? "broken" : "twice" } : one;
  };
  return leaves.map((leaf) => ({ ...leaf, persons: leaf.persons.map((person) => ({ ...person, duties: person.duties.map(mark(person)) })) }));
}

/** Marks the swabs of those whom a round gives a tube of their own. */
function apart(leaves: Leaf[], single: Single[]): Leaf[] {
  const of = new Map(single.map((one) => [one.campaign, new Set(one.persons)]));
  if (!of.size) return leaves;
  const mark = (person: Person) => (one: Duty): Duty => one.kind === "swab" && of.get(one.campaign)?.has(person.id) ? { ...one, single: true } : one;
  return leaves.map((leaf) => ({ ...leaf, persons: leaf.persons.map((person) => ({ ...person, duties: person.duties.map(mark(person)) })) }));
}

/**
 * The leaves with the phone's own entries in them. `turn`: the number of the pack; what was confirmed before it was asked for
 * is in them, and what is taken back of it is undone. `lost`: tubes whose sample is not to be had; `single`: who has a tube of her own.
 */
export function seen(told: Leaf[], entries: Kept[], turn: number, journal: number, lost: Lost[] = [], single: Single[] = []): Leaf[] {
  const leaves = apart(losing(told, lost), single);
  const fresh = (one: Kept) => one.status === "waiting" || one.status === "sent" || (one.status === "confirmed" && (one.turn ?? 0) >= turn);
  const where = new Map<number, number>();
  for (const leaf of leaves) for (const person of leaf.persons) where.set(person.id, leaf.area);
  const changed = new Map<number, Map<number, Person>>();
  const byArea = new Map(leaves.map((leaf) => [leaf.area, leaf]));
  const people = (area: number) => {
    let map = changed.get(area);
    if (!map) changed.set(area, map = new Map(byArea.get(area)?.persons.map((one) => [one.id, one])));
    return map;
  };
  const each = (ids: unknown, change: (person: Person) => Person) => {
    for (const id of ids as number[]) {
      const area = where.get(id);
      const person = area === undefined ? undefined : people(area).get(id);
      if (area !== undefined && person) people(area).set(id, change(person));
    }
  };
  const duties = (ids: unknown, campaign: unknown, kind: unknown, occasion: unknown, step: Step) => each(ids, (person) => ({
    ...person,
    duties: person.duties.map((one) => one.campaign === campaign && one.kind === kind && one.occasion === occasion ? step(one) : one),
  }));
  const reopened: Step = (one) => ({ ...one, mark: 0, reason: null, until: null, outcome: one.outcome === 2 ? 0 : one.outcome });
  const tell = (entry: Kept) => {
    const { body } = entry;
    const swabs = (step: Step) => duties(body.persons, body.campaign, "swab", 0, step);
    if (entry.kind === "swab.called") swabs((one) => ({ ...one, stage: Math.max(one.stage, 1) }));
    if (entry.kind === "tube.sealed" && !broken.has(Number(body.tube))) {
      const sampled: Step = (one) => ({ ...one, ...CLEAR, stage: Math.max(one.stage, SAMPLED), outcome: one.outcome === 2 ? 0 : one.outcome });
      swabs(sampled);
      if (body.retest_of !== undefined) duties(body.persons, body.campaign, "retest", body.retest_of, sampled);
    }
    if (entry.kind === "duty.reopened") duties(body.subjects, body.campaign, body.duty, body.occasion ?? 0, reopened);
    const mark = { "duty.deferred": 1, "duty.refused": 2, "duty.excused": 3 }[entry.kind];
    if (mark) {
      duties(body.subjects, body.campaign, body.duty, body.occasion ?? 0, (one) => one.stage >= SAMPLED && !one.lost ? one : {
        ...one, mark, reason: String(body.reason), until: (body.until as string | undefined) ?? null, outcome: mark === 3 ? 2 : 0,
      });
    }
    if (entry.kind === "antigen.reported") each([body.person], (person) => ({ ...person, antigen: String(body.value) }));
    if (entry.kind === "person.found") {
      const id = (body.person as number | undefined) ?? foundId(journal, entry.n);
      if (where.has(id)) return;
      where.set(id, entry.area);
      const owed: Duty = { campaign: Number(body.campaign), kind: "swab", occasion: 0, stage: 0, outcome: 0, ...CLEAR };
      people(entry.area).set(id, {
        id, household: (body.household as number | undefined) ?? null, name: String(body.name), found: true,
        team_needed: false, keep_away: false, watch: false, symptoms: false, duties: [owed],
      });
    }
  };
  const untell = (entry: Kept) => {
    const { body } = entry;
    const back = (stage: number): Step => (one) => one.stage === stage ? { ...one, stage: stage - 1 } : one;
    if (entry.kind === "swab.called") duties(body.persons, body.campaign, "swab", 0, back(1));
    if (entry.kind === "tube.sealed") {
      duties(body.persons, body.campaign, "swab", 0, back(SAMPLED));
      if (body.retest_of !== undefined) duties(body.persons, body.campaign, "retest", body.retest_of, back(SAMPLED));
    }
    if (entry.kind.startsWith("duty.") && entry.kind !== "duty.reopened") duties(body.subjects, body.campaign, body.duty, body.occasion ?? 0, reopened);
  };
  const gone = voided(entries), broken = brokenTubes(entries);
  const old = new Map(entries.filter((one) => !fresh(one)).map((one) => [one.n, one]));
  for (const entry of entries.filter(fresh)) {
    const target = entry.kind === "entry.voided" ? old.get(Number(entry.body.number)) : undefined;
    if (target) untell(target);
    else if (!gone.has(entry.n)) tell(entry);
    // A tube that was in the pack already, and was reported broken since.
    if (isBroken(entry) && !gone.has(entry.n)) for (const one of old.values()) if (one.kind === "tube.sealed" && broken.has(Number(one.body.tube))) untell(one);
  }
  const bare = [...changed.keys()].filter((area) => !byArea.has(area));
  const all = [...leaves, ...bare.map((area): Leaf => ({ area, digest: "", zone: null, households: [], persons: [] }))];
  return all.map((leaf) => {
    const now = changed.get(leaf.area);
    return now ? { ...leaf, persons: [...now.values()] } : leaf;
  });
}

/** A person with the leaf that he is on, and his door. */
export interface Hit { person: Person; leaf: Leaf; home: Household | null }

export function everybody(leaves: Leaf[]): Map<number, Hit> {
  const found = new Map<number, Hit>();
  for (const leaf of leaves) {
    const homes = new Map(leaf.households.map((one) => [one.id, one]));
    for (const person of leaf.persons) found.set(person.id, { person, leaf, home: homes.get(person.household ?? -1) ?? null });
  }
  return found;
}

/** Who stands on a line of a sheet of paper; undefined where the phone has not got the sheet. */
export function onSheet(leaves: Leaf[], journal: number, line: number): number | undefined {
  return leaves.flatMap((leaf) => leaf.sheets ?? []).find((one) => one.journal === journal)?.persons[line - 1];
}

/** How a place is found and named: the compound and the building of a leaf. */
export type Places = (area: number) => string;

/** People by a part of the name, by the door or the building, at most `most`; nobody for an empty question. */
export function search(people: Iterable<Hit>, asked: string, places: Places = () => "", most = 12): Hit[] {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const hits: Hit[] = [];
  for (const hit of people) {
    const door = plain(hit.home?.door ?? ""), place = plain(places(placeOf(hit.leaf.area, hit.home)));
    const fits = words.every((word) => plain(hit.person.name).includes(word) || (door !== "" && door.startsWith(word)) || place.includes(word));
    // A building alone is no question: whoever lives there would be an answer.
    if (fits && words.some((word) => !place.includes(word) || plain(hit.person.name).includes(word) || door.startsWith(word))) hits.push(hit);
    if (hits.length >= most) break;
  }
  return hits;
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim();
}
