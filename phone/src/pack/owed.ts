// Declared duties as the phone knows them now: what the pack holds, and what was reported here since. Pure.
import type { Kept } from "../journal/store";
import { foundId } from "../roles/rules";
import type { Head, Leaf, Owed, Work, WorkAct, WorkField } from "./shapes";
import { voided } from "./view";

export function keyOf(one: Pick<Owed, "campaign" | "kind" | "subject" | "occasion">): string {
  return `${one.campaign}/${one.kind}/${one.subject}/${one.occasion}`;
}

/** What kinds of entry say, by their name. */
function said(works: Work[], entry: Kept): { work: Work; act?: WorkAct; opens?: boolean } | null {
  for (const work of works) {
    if (entry.kind === work.opening?.step) return { work, opens: true };
    const act = work.acts.find((one) => one.step === entry.kind && (one.does !== "word" || entry.body.duty === work.kind));
    if (act) return { work, act };
  }
  return null;
}

function told(work: Work, body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(work.fields.filter((one) => body[one.name] !== undefined).map((one) => [one.name, body[one.name]]));
}

/** The duty after an act; null: nothing is owed any more. */
function after(one: Owed, work: Work, act: WorkAct, body: Record<string, unknown>): Owed | null {
  const now = { ...one, said: { ...one.said, ...told(work, body) } };
  if (act.does === "returns") return { ...now, stage: Math.min(one.stage, act.to), due_at: (body.due as string | undefined) ?? one.due_at };
  if (act.does === "advances") return act.to >= work.stages.length - 1 ? null : { ...now, stage: Math.max(one.stage, act.to), mine: [...one.mine, act.to], mark: 0, reason: null, until: null };
  if (act.step === "duty.excused") return null;
  const mark = { "duty.deferred": 1, "duty.refused": 2 }[act.step];
  return mark === undefined ? { ...one, mark: act.step === "duty.reopened" ? 0 : one.mark } : { ...one, mark, reason: String(body.reason), until: (body.until as string | undefined) ?? null };
}

function opened(work: Work, entry: Kept, subject: number, journal: number): Owed {
  const { body } = entry, opening = work.opening as NonNullable<Work["opening"]>;
  return {
    campaign: Number(body.campaign), kind: work.kind, subject, occasion: opening.many ? foundId(journal, entry.n) : 0, area: entry.area, stage: 0, mark: 0,
    reason: null, until: null, variant: String(body[opening.variant] ?? ""), opened_at: entry.at, due_at: (body[opening.due] as string | undefined) ?? null,
    given: false, name: null, phone: null, household: work.subject === "household" ? subject : null, stairwell: null, floor: null, door: null,
    said: told(work, body), mine: [],
  };
}

/**
 * What is owed now. `turn`: the number of the pack: what was confirmed before it was asked for is in it; what is taken back
 * of that is brought back as it was when the entry was made.
 */
export function owedNow(head: Head | null, entries: Kept[], turn: number, journal: number): Owed[] {
  const works = head?.works ?? [];
  const now = new Map((head?.owed ?? []).map((one) => [keyOf(one), one]));
  const gone = voided(entries), all = new Map(entries.map((one) => [one.n, one]));
  const fresh = (one: Kept) => one.status === "waiting" || one.status === "sent" || (one.status === "confirmed" && (one.turn ?? 0) >= turn);
  for (const entry of entries.filter(fresh)) {
    const back = entry.kind === "entry.voided" ? all.get(Number(entry.body.number)) : undefined;
    const what = said(works, back ?? entry);
    if (!what || (!back && gone.has(entry.n)) || (back && fresh(back))) continue;
    for (const subject of (back ?? entry).body.subjects as number[]) {
      if (what.opens) {
        const made = opened(what.work, back ?? entry, subject, journal);
        if (back) now.delete(keyOf(made));
        else now.set(keyOf(made), now.get(keyOf(made)) ?? made);
        continue;
      }
      const key = keyOf({ campaign: Number((back ?? entry).body.campaign), kind: what.work.kind, subject, occasion: Number((back ?? entry).body.occasion ?? 0) });
      const one = now.get(key);
      const next = back ? back.was ?? one ?? null : one && what.act ? after(one, what.work, what.act, entry.body) : null;
      if (next) now.set(key, next);
      else now.delete(key);
    }
  }
  return [...now.values()];
}

/** The fields that are asked with these answers. */
export function asked(fields: WorkField[], values: Record<string, unknown>): WorkField[] {
  return fields.filter((one) => !one.when || [values[one.when[0]]].flat().some((value) => one.when?.[1].includes(String(value))));
}

/** Which required fields still lack an answer. */
export function lacking(fields: WorkField[], values: Record<string, unknown>): string[] {
  const empty = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return asked(fields, values).filter((one) => one.required && one.type !== "bool" && empty(values[one.name])).map((one) => one.name);
}

/** The content of an entry: what was asked and answered, numbers as numbers. */
export function content(fields: WorkField[], values: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const one of asked(fields, values)) {
    const value = values[one.name];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) continue;
    out[one.name] = one.type === "int" || one.type === "unit" ? Number(value) : typeof value === "string" ? value.trim() : value;
  }
  return out;
}

/** What can be done to a duty from where it stands; not what is for somebody else's eyes. */
export function able(work: Work, one: Owed): { act: WorkAct; others: boolean }[] {
  return work.acts.filter((act) => !act.stages.length || act.stages.includes(one.stage)).map((act) => {
    const before = act.does === "advances" ? work.stages[act.to]?.not_by ?? -1 : -1;
    return { act, others: before >= 0 && one.mine.includes(before) };
  });
}

const ZONES = [null, "precaution", "control", "lockdown"];

/**
 * In the order of the walk: danger, then late, then clean to suspect, then by place, stairwell, floor and door. Of a
 * kind that is carried by whom it is given to, what has a time is a trip: its stops come first, in the order of their times.
 */
export function walk(owed: Owed[], works: Work[], leaves: Leaf[], now: number): Owed[] {
  const danger = (one: Owed) => works.find((work) => work.kind === one.kind)?.dangers.includes(one.variant) ? 0 : 1;
  const late = (one: Owed) => one.due_at && Date.parse(one.due_at) <= now ? 0 : 1;
  const at = new Map(leaves.map((leaf) => [leaf.area, leaf]));
  const suspect = (one: Owed) => {
    const leaf = at.get(one.area), persons = leaf?.persons.filter((person) => person.household !== null && person.household === one.household) ?? [];
    return Math.max(0, ZONES.indexOf(leaf?.zone ?? null)) + (persons.some((person) => person.symptoms) ? 10 : 0) + (persons.some((person) => person.keep_away) ? 100 : 0);
  };
  const text = (a: string | null, b: string | null) => (a ?? "").localeCompare(b ?? "", "zh", { numeric: true });
  const key = new Map(owed.map((one) => [one, [danger(one), late(one), suspect(one), one.area, one.floor ?? 0] as const]));
  const trips = new Set(works.filter((work) => work.where === "given").map((work) => work.kind));
  const stop = (one: Owed) => trips.has(one.kind) && one.given && one.due_at ? Date.parse(one.due_at) : Infinity;
  return [...owed].sort((a, b) => {
    if (stop(a) !== stop(b)) return stop(a) < stop(b) ? -1 : 1;
    const [x, y] = [key.get(a), key.get(b)] as [readonly number[], readonly number[]];
    for (let n = 0; n < 4; n += 1) if (x[n] !== y[n]) return (x[n] as number) - (y[n] as number);
    return text(a.stairwell, b.stairwell) || (a.floor ?? 0) - (b.floor ?? 0) || text(a.door, b.door) || text(a.opened_at, b.opened_at);
  });
}
