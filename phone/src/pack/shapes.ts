// The work pack as the door sends it.
export interface Duty { campaign: number; kind: string; occasion: number; stage: number; outcome: number; mark: number; reason: string | null; until: string | null }
export interface Person { id: number; household: number | null; name: string; team_needed: boolean; keep_away: boolean; watch: boolean; symptoms: boolean; duties: Duty[] }
export interface Household { id: number; stairwell: string; floor: number | null; door: string }
export interface Leaf { area: number; digest: string; zone: string | null; households: Household[]; persons: Person[] }
export interface Reason { name: string; mark: string; zh: string; en: string }
export interface Head {
  journal: number; name: string; role: string; expires_at: string; ranges: [number, number][];
  campaigns: { id: number; kind: string; name: string; area: number; opened_at: string }[];
  areas: { id: number; name: string; name_en: string }[];
  reasons: Record<string, Reason[]>;
  refusals: Record<string, { zh: string; en: string; next: string }>;
}
export interface Pack extends Head { leaves: Leaf[]; gone: number[] }
export interface Device { journal: number; key: string; expires_at: string; role: string; name: string }
