// The work pack as the door sends it.
/**
 * `takes`: in how many tubes the person is; a pack of an older server does not say. `lost` is the phone's own: why the
 * sample there was is none.
 */
export interface Duty { campaign: number; kind: string; occasion: number; stage: number; outcome: number; mark: number; reason: string | null; until: string | null; takes?: number; lost?: Lost["why"] }
/** `antigen` is the phone's own: what it reported of a test at home. */
export interface Person { id: number; household: number | null; name: string; team_needed: boolean; keep_away: boolean; watch: boolean; symptoms: boolean; duties: Duty[]; antigen?: string; found?: boolean }
/** `area`: the building, of a door elsewhere: who lives there was handed over to here. */
export interface Household { id: number; stairwell: string; floor: number | null; door: string; area?: number }
/** A sheet of paper: its journal, and who stands on which line. */
export interface Sheet { journal: number; persons: number[] }
export interface Leaf { area: number; digest: string; zone: string | null; households: Household[]; persons: Person[]; sheets?: Sheet[] }
/** A tube whose sample is not to be had: its label is on two tubes, or it was reported as broken or lost. */
export interface Lost { campaign: number; tube: number; why: "twice" | "broken"; persons: number[] }
export interface Reason { name: string; mark: string; zh: string; en: string }
/** `closed_at`: of a round that is over, under which somebody still waits for a second swab; an older server sends none. */
export interface Campaign { id: number; kind: string; name: string; area: number; opened_at: string; closed_at?: string | null }
export interface Area { id: number; name: string; name_en: string }
/** How a foreign code is read: `pattern` has one group; `map` says what the group is. */
export interface Code { name: string; zh: string; en: string; pattern: string; target: "person" | "tube" | "card"; map: "label" | "person_id" | "id_number" | "lookup" }
export interface CardKey { id: string; spki: string }
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
}
export interface Pack extends Head { leaves: Leaf[]; gone: number[] }
export interface Device { journal: number; key: string; expires_at: string; role: string; name: string }
