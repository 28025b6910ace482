// What several tasks share: what an unexpected code is, and a person to tap on.
import { useState } from "preact/hooks";
import { type Meaning, meaning } from "../codes";
import { type Hit, onSheet, search } from "../pack/view";
import type { Said, Session } from "../session";
import { ScanBar } from "../screens/scan";
import { doorName, type Say, spoken, useSession } from "../screens/use";

/** What a code is on this phone: the number of a sheet of paper, printed at its head, looks like a tube's label. */
export function read(session: Session, text: string): Meaning {
  const found = meaning(text, session.head?.codes);
  const journal = found.is === "label" ? Math.floor(found.label / 10) : 0;
  return journal && session.leaves.some((leaf) => leaf.sheets?.some((one) => one.journal === journal)) ? { is: "sheet", journal, line: 0 } : found;
}

/** So much of a code that nobody knows is shown. */
const SHOWN = 24;

/** What to say of a code that does not belong here; `wanted` is the sentence of the place. */
export function misread(session: Session, t: Say, found: Meaning, wanted: string): Said {
  const bad = (text: string): Said => ({ tone: "bad", word: t("wrong_code"), text });
  if (found.is === "unknown" && /^\d{2,15}$/.test(found.text)) return bad(t("check_digit"));
  if (found.is === "card") return bad(t("card_here"));
  if (found.is === "sheet") return bad(t("sheet_here"));
  if (found.is === "foreign") return bad(t(found.code.target === "tube" ? "foreign_tube" : "foreign_here", { name: spoken(session, found.code) }));
  if (found.is === "unknown" && /^\d{17}[\dXx]$/.test(found.text)) return bad(t("id_wrong"));
  if (found.is === "unknown") return bad(t("unknown_here", { text: found.text.length > SHOWN ? `${found.text.slice(0, SHOWN)}…` : found.text, wanted }));
  return bad(wanted);
}

export function nameOf(t: Say, hit: Hit | undefined, id: number): string {
  return hit?.person.name || t("person_no", { n: id });
}

/** People to tap on; whoever must not be approached is not named. */
export function People({ of, pick }: { of: Hit[]; pick: (hit: Hit) => void }) {
  const { t } = useSession();
  return (
    <div class="people">
      {of.map((hit) => (
        <button key={hit.person.id} type="button" onClick={() => pick(hit)}>
          <b>{nameOf(t, hit, hit.person.id)}</b><small>{doorName(t, hit.home)}</small>
        </button>
      ))}
    </div>
  );
}

/** Whom a code, or what was typed, names on this phone; where it is nobody, what the code is. */
export function sought(session: Session, text: string): Hit | Meaning {
  const found = read(session, text);
  const id = found.is === "person" ? found.id : found.is === "sheet" ? onSheet(session.leaves, found.journal, found.line) : undefined;
  const only = found.is === "unknown" ? search(session.people.values(), text) : [];
  return session.people.get(id ?? 0) ?? (only.length === 1 ? only[0] : undefined) ?? found;
}

/** Find one person by code, name or door. `other` takes every other code. */
export function Finder({ pick, hint, other }: { pick: (hit: Hit) => void; hint: string; other: (found: Meaning) => void }) {
  const { session } = useSession();
  const [asked, setAsked] = useState("");
  const hits = search(session.people.values(), asked);
  const heard = (text: string) => {
    const found = sought(session, text);
    if ("is" in found) other(found);
    else pick(found);
  };
  return (
    <>
      <People of={hits} pick={(hit) => { setAsked(""); pick(hit); }} />
      <ScanBar heard={heard} hint={hint} search={{ value: asked, set: setAsked }} />
    </>
  );
}
