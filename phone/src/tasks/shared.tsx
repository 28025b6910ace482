// What several tasks share: what an unexpected code is, and a person to tap on.
import { useState } from "preact/hooks";
import { type Meaning, meaning } from "../codes";
import { type Hit, onSheet, search } from "../pack/view";
import { lengths } from "../roles/labels";
import { duty, isLabel, placeOf, SAMPLED } from "../roles/rules";
import { glued } from "../scan/clean";
import type { Said } from "../said";
import type { Session } from "../session";
import { ScanBar } from "../screens/scan";
import { doorName, placeName, type Say, spoken, useSession } from "../screens/use";

/**
 * What a code is on this phone. The number of a sheet of paper, printed at its head, looks like a tube's label; and two
 * codes that a scanner ran together may look like one long one.
 */
export function read(session: Session, text: string): Meaning {
  const found = meaning(text, session.head?.codes);
  const known = lengths(session.entries);
  if (found.is === "label") {
    const two = glued(String(found.label), known, isLabel);
    if (two) return { is: "several", texts: two };
    const journal = Math.floor(found.label / 10);
    if (session.leaves.some((leaf) => leaf.sheets?.some((one) => one.journal === journal))) return { is: "sheet", journal, line: 0 };
  }
  if (found.is === "person" && !session.people.has(found.id)) {
    const digits = String(found.id);
    for (const length of known) {
      const [person, label] = [digits.slice(0, -length), digits.slice(-length)];
      if (session.people.has(Number(person)) && isLabel(label)) return { is: "several", texts: [person, label] };
    }
  }
  return found;
}

/** So much of a code that nobody knows is shown. */
const SHOWN = 24;
const short = (text: string) => text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;

/** What to say of a code that does not belong here; `wanted` is the sentence of the place. */
export function misread(session: Session, t: Say, found: Meaning, wanted: string): Said {
  const bad = (text: string): Said => ({ tone: "bad", word: t("wrong_code"), text });
  if (found.is === "several") return bad(t("several_codes", { n: found.texts.length, text: found.texts.map(short).join(" + ") }));
  if (found.is === "unknown" && /^\d{1,5}$/.test(found.text)) return bad(t("bare_number", { text: found.text }));
  if (found.is === "unknown" && /^\d{6,15}$/.test(found.text)) return bad(t("check_digit"));
  if (found.is === "card") return bad(t("card_here"));
  if (found.is === "sheet") return bad(t("sheet_here"));
  if (found.is === "pass") return bad(t("pass_here"));
  if (found.is === "foreign") return bad(t(found.code.target === "tube" ? "foreign_tube" : "foreign_here", { name: spoken(session, found.code) }));
  if (found.is === "unknown" && /^\d{17}[\dXx]$/.test(found.text)) return bad(t("id_wrong"));
  if (found.is === "unknown") return bad(t("unknown_here", { text: short(found.text), wanted }));
  return bad(wanted);
}

export function nameOf(t: Say, hit: Hit | undefined, id: number): string {
  return hit?.person.name || t("person_no", { n: id });
}

/** People to tap on, with where they live and whether they were sampled; whoever must not be approached is not named. */
export function People({ of, pick }: { of: Hit[]; pick: (hit: Hit) => void }) {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  return (
    <div class="people">
      {of.map((hit) => {
        const swab = duty(hit.person, campaign);
        const state = hit.person.keep_away ? "away" : swab?.lost ? "lost" : (swab?.stage ?? 0) >= SAMPLED ? "sampled" : swab?.outcome === 2 ? "excused" : swab?.single ? "single" : null;
        return (
          <button key={hit.person.id} type="button" class={state ?? ""} onClick={() => pick(hit)}>
            <b>{state === "away" ? t("keep_away") : nameOf(t, hit, hit.person.id)}</b>
            <small>{placeName(session, placeOf(hit.leaf.area, hit.home))} {doorName(t, hit.home)}</small>
            {state && state !== "away" && <em>{t(state === "lost" ? "again_short" : `stop_${state}`)}</em>}
          </button>
        );
      })}
    </div>
  );
}

/** Whom a code names on this phone; where it is nobody, what the code is. A code is never looked for among the names. */
export function sought(session: Session, text: string): Hit | Meaning {
  const found = read(session, text);
  const id = found.is === "person" ? found.id : found.is === "sheet" ? onSheet(session.leaves, found.journal, found.line) : undefined;
  return session.people.get(id ?? 0) ?? found;
}

/** The people whom a typed text may mean. */
export function looked(session: Session, asked: string): Hit[] {
  return search(session.people.values(), asked, (area) => placeName(session, area));
}

/**
 * What Enter does to a typed text: a whole code counts as scanned, anything else is a question whose answers wait for a
 * tap. Tells whether it was a code.
 */
export function typed(session: Session, text: string, heard: (text: string) => void, nobody: (found: Meaning) => void): boolean {
  const found = read(session, text), hits = looked(session, text).length;
  const asked = found.is === "unknown" || (found.is === "label" && hits > 0);
  if (!asked) heard(text);
  else if (!hits) nobody(found);
  return !asked;
}

/** Find one person by code, name or door. `other` takes every other code. */
export function Finder({ pick, hint, other }: { pick: (hit: Hit) => void; hint: string; other: (found: Meaning) => void }) {
  const { session } = useSession();
  const [asked, setAsked] = useState("");
  const heard = (text: string) => {
    const found = sought(session, text);
    if ("is" in found) other(found);
    else pick(found);
  };
  return (
    <>
      <People of={looked(session, asked)} pick={(hit) => { setAsked(""); pick(hit); }} />
      <ScanBar heard={heard} hint={hint} search={{ value: asked, set: setAsked }} typed={(text) => typed(session, text, heard, other)} />
    </>
  );
}
