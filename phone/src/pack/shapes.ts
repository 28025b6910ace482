// The work pack as the door sends it.
/**
 * `takes`: in how many tubes the person is; a pack of an older server does not say. `lost` and `single` are the phone's own: why the
 * sample there was is none; the round gives the person a tube of her own.
 */
export interface Duty { campaign: number; kind: string; occasion: number; stage: number; outcome: number; mark: number; reason: string | null; until: string | null; takes?: number; lost?: Lost["why"]; single?: boolean }
/** `antigen` is the phone's own: what it reported of a test at home. */
export interface Person { id: number; household: number | null; name: string; team_needed: boolean; keep_away: boolean; watch: boolean; symptoms: boolean; duties: Duty[]; antigen?: string; found?: boolean }
/** `area`: the building, of a door elsewhere: who lives there was handed over to here. */
export interface Household { id: number; stairwell: string; floor: number | null; door: string; area?: number }
/** A sheet of paper: its journal, and who stands on which line. */
export interface Sheet { journal: number; persons: number[] }
export interface Leaf { area: number; digest: string; zone: string | null; households: Household[]; persons: Person[]; sheets?: Sheet[] }
/** A tube whose sample is not to be had: its label is on two tubes, or it was reported as broken or lost. */
export interface Lost { campaign: number; tube: number; why: "twice" | "broken"; persons: number[] }
/** Whom the rule of a round gives a tube of their own. */
export interface Single { campaign: number; persons: number[] }
export interface Reason { name: string; mark: string; zh: string; en: string }
/**
 * `closed_at`: of a round that is over, under which somebody still waits for a second swab; an older server sends none.
 * `pool_size`: people in a tube at most; `by_household`: each household of a sealed building has a tube of its own.
 */
export interface Campaign { id: number; kind: string; name: string; area: number; opened_at: string; closed_at?: string | null; pool_size?: number | null; by_household?: boolean }
export interface Area { id: number; name: string; name_en: string }
/** How a foreign code is read: `pattern` has one group; `map` says what the group is. */
export interface Code { name: string; zh: string; en: string; pattern: string; target: "person" | "tube" | "card"; map: "label" | "person_id" | "id_number" | "lookup" }
export interface CardKey { id: string; spki: string }
export interface Word { zh: string; en: string }
/** A field of a form. `when`: it is asked where that field has one of the values. */
export interface WorkField extends Word { name: string; type: string; required: boolean; choices: (Word & { name: string })[]; help: Word; default: string | null; least: number | null; most: number | null; when: [string, string[]] | null }
/** What can be done to a duty: an entry of kind `step`, from the stages named, none: from all. */
export interface WorkAct extends Word { name: string; step: string; does: string; to: number; stages: number[]; confirm: Word | null; fields: WorkField[] }
export interface WorkOpening extends Word { step: string; many: boolean; within: Record<string, number>; variant: string; due: string; fields: WorkField[] }
/** A kind of duty that a room declares as work. `fields`: of all its steps, to show what was said. */
export interface Work extends Word {
  kind: string; subject: string; where: string; campaign: number; dangers: string[]; stages: (Word & { not_by: number })[]; variants: string[];
  fields: WorkField[]; acts: WorkAct[]; opening: WorkOpening | null;
}
/** An open duty of such a kind. `mine`: stages that this phone took it to; `given`: to this phone, wherever it lies. */
export interface Owed {
  campaign: number; kind: string; subject: number; occasion: number; area: number; stage: number; mark: number; reason: string | null; until: string | null;
  variant: string; opened_at: string | null; due_at: string | null; given: boolean; name: string | null; phone: string | null; household: number | null;
  stairwell: string | null; floor: number | null; door: string | null; said: Record<string, unknown>; mine: number[];
}
/**
 * A group that is called down together, by the timetable of a round: part of a stairwell, at a site. `at` null: no time was
 * found. `homes`: households, or less than 0 persons without one.
 */
export interface Call { campaign: number; site: number; site_name: string; lanes: number; area: number; stairwell: string; part: number; parts: number; at: string | null; homes: number[] }
/** A pass that holds, or whose holder is out; no name: the guard compares initials with an identity card. */
export interface GatePass { household: number; occasion: number; number: string; area: number; sort: string; starts: string | null; ends: string | null; uses: number; out: number; outside: boolean; initials: string }
/** What a gate's phone checks passes by: the public key of their codes, those that hold, those that were taken away. */
export interface Gate { campaign: number; key: { id: string; raw: string } | null; sorts: (Word & { name: string })[]; passes: GatePass[]; revoked: number[] }
export interface Head {
  journal: number; name: string; role: string; tasks: string[]; expires_at: string; served_at: string; ranges: [number, number][];
  campaigns: Campaign[];
  areas: Area[];
  zones: { name: string; zh: string; en: string }[];
  reasons: Record<string, Reason[]>;
  refusals: Record<string, { zh: string; en: string; next: string }>;
  codes: Code[];
  card_key: CardKey | null;
  /** Tubes in which somebody of the leaves is; a pack of an older server does not say. */
  lost?: Lost[];
  /** Who has a tube of her own in a round; a pack of an older server does not say. */
  single?: Single[];
  /** Kinds that rooms declare as work, and what is open of them; a pack of an older server has none. */
  works?: Work[];
  owed?: Owed[];
  /** The timetable of calls of open rounds, in its order; a pack of an older server has none. */
  calls?: Call[];
  gate?: Gate | null;
}
export interface Pack extends Head { leaves: Leaf[]; gone: number[] }
export interface Device { journal: number; key: string; expires_at: string; role: string; name: string }
