// What every screen is given: the session, and the texts in the person's language.
import { createContext } from "preact";
import { useContext, useEffect, useReducer } from "preact/hooks";
import { type Area, type Household, type Reason } from "../pack/shapes";
import type { Session } from "../session";
import { type Key, text } from "../texts";

export const Given = createContext<Session>(null as unknown as Session);
export type Say = (key: Key, values?: Record<string, string | number>) => string;

/** The session; the component is drawn again when something changes. */
export function useSession(): { session: Session; t: Say } {
  const session = useContext(Given);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => session.subscribe(() => draw(0)), [session]);
  return { session, t: (key, values) => text(session.lang, key, values) };
}

/** A word of the pack in the language of the screen. */
export function spoken(session: Session, word: { zh: string; en: string }): string {
  return session.lang === "en" ? word.en : word.zh;
}

/** The id of a building's compound: the last 12 bits are the building. */
function compound(area: number): number {
  return area - (area % 4096);
}

/** The name of an area; where the phone has several compounds, a building is named with its own. */
export function areaName(session: Session, area: number): string {
  const own = compound(area);
  const several = own !== area && session.leaves.some((leaf) => compound(leaf.area) !== own);
  return several ? placeName(session, area) : named(session, area);
}

function named(session: Session, id: number): string {
  const found: Area | undefined = session.head?.areas.find((one) => one.id === id);
  return (session.lang === "en" && found?.name_en) || found?.name || "";
}

/** A building with its compound. */
export function placeName(session: Session, area: number): string {
  const own = compound(area);
  return own === area ? named(session, area) : `${named(session, own)} ${named(session, area)}`.trim();
}

/** "1单元 201" */
export function doorName(t: Say, home: Household | null): string {
  if (!home) return t("no_door");
  return [home.stairwell && t("stairwell", { n: home.stairwell }), home.door].filter(Boolean).join(" ");
}

export function reasons(session: Session, mark?: string): Reason[] {
  const all = session.head?.reasons.swab ?? [];
  return mark ? all.filter((one) => one.mark === mark) : all;
}

/** "3 min", "2 h": an age for people. */
export function age(t: Say, seconds: number): string {
  if (seconds < 60) return t("seconds", { n: seconds });
  if (seconds < 5400) return t("minutes", { n: Math.round(seconds / 60) });
  return t("hours", { n: Math.round(seconds / 3600) });
}

export function clock(at: string | number): string {
  return new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}
