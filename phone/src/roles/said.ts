// What this phone said about people and can take back: words at doors, calls, tests, people found. Pure.
import type { Kept } from "../journal/store";
import { living } from "../pack/view";
import { foundId } from "./rules";

/** `reason`: of a word its typed reason, of a test its value; `name`: of somebody found; `until`: of a deferral. */
export interface Word { n: number; at: string; kind: string; area: number; campaign: number; persons: number[]; reason: string | null; until: string | null; name: string | null; taken: boolean }

/** All that still counts, the newest first. `taken`: somebody found is in a tube already, which must be taken back first. */
export function said(entries: Kept[], journal: number, inHand: number[] = []): Word[] {
  const all = living(entries);
  const sampled = new Set([...inHand, ...all.filter((one) => one.kind === "tube.sealed").flatMap((one) => one.body.persons as number[])]);
  return all.flatMap(({ n, at, kind, area, body }): Word[] => {
    const word = { n, at, kind, area, campaign: Number(body.campaign ?? 0), reason: null, until: null, name: null, taken: false };
    if (["duty.deferred", "duty.refused", "duty.excused"].includes(kind) && body.duty !== "tube") {
      return [{ ...word, persons: body.subjects as number[], reason: String(body.reason), until: (body.until as string | undefined) ?? null }];
    }
    if (kind === "swab.called") return [{ ...word, persons: body.persons as number[] }];
    if (kind === "antigen.reported") return [{ ...word, persons: [Number(body.person)], reason: String(body.value) }];
    if (kind === "person.found") {
      const id = (body.person as number | undefined) ?? foundId(journal, n);
      return [{ ...word, persons: [id], name: String(body.name), taken: sampled.has(id) }];
    }
    return [];
  }).reverse();
}

/** What was said of somebody of these. */
export function of(words: Word[], persons: number[]): Word[] {
  return words.filter((one) => one.persons.some((id) => persons.includes(id)));
}
