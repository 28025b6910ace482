// One declared duty at a door or in an area: what was asked for, what can be done, the form of it.
import { useEffect, useState } from "preact/hooks";
import { kept, type Taken } from "../journal/photos";
import type { Act } from "../journal/store";
import { able } from "../pack/owed";
import type { Owed, Work, WorkAct } from "../pack/shapes";
import { Choices, Sheet } from "../screens/parts";
import { age, clock, doorName, placeName, type Say, spoken, useSession } from "../screens/use";
import type { Session } from "../session";
import { StepForm } from "./form";

export function workOf(session: Session, kind: string): Work | undefined {
  return session.head?.works?.find((one) => one.kind === kind);
}

/** The household of a duty, as the pack of people has it, else as the duty itself says. */
function home(session: Session, one: Owed) {
  const leaf = session.leaves.find((row) => row.area === one.area);
  const known = leaf?.households.find((row) => row.id === one.household);
  return known ?? (one.door ? { id: one.household ?? 0, stairwell: one.stairwell ?? "", floor: one.floor, door: one.door } : null);
}

/** Whom or what it is about, in a line. */
export function about(session: Session, t: Say, one: Owed): string {
  const work = workOf(session, one.kind), door = home(session, one);
  const where = work?.subject === "area" ? placeName(session, one.area) : `${placeName(session, one.area)} ${door ? doorName(t, door) : ""}`.trim();
  return [where, one.name ?? session.people.get(work?.subject === "person" ? one.subject : 0)?.person.name].filter(Boolean).join(" · ");
}

export function isAway(session: Session, one: Owed): boolean {
  const leaf = session.leaves.find((row) => row.area === one.area);
  return one.household !== null && leaf?.persons.some((person) => person.household === one.household && person.keep_away) === true;
}

/** A value of a field in the language of the screen. */
export function value(session: Session, t: Say, work: Work, name: string, said: unknown): string {
  const field = work.fields.find((one) => one.name === name);
  if (field?.type === "bool") return t(said ? "yes" : "no");
  if (field?.type === "time") return clock(String(said));
  const word = (one: unknown) => { const choice = field?.choices.find((row) => row.name === String(one)); return choice ? spoken(session, choice) : String(one); };
  return Array.isArray(said) ? said.map(word).join(t("and")) : word(said);
}

export function due(session: Session, t: Say, one: Owed): string {
  if (!one.due_at) return "";
  const left = Date.parse(one.due_at) - session.now();
  return left <= 0 ? t("duty_late", { age: age(t, -left / 1000) }) : t("duty_due", { at: clock(one.due_at) });
}

/** The name of a variant, by the choices of the field that says it. */
export function variant(session: Session, t: Say, work: Work, one: Owed): string {
  const name = work.fields.find((field) => one.said[field.name] === one.variant && field.choices.length)?.name;
  return name && one.variant ? value(session, t, work, name, one.variant) : "";
}

/** One button a duty, in the order given. */
export function OwedList({ of, pick }: { of: Owed[]; pick: (one: Owed) => void }) {
  const { session, t } = useSession();
  return (
    <div class="doors">
      {of.map((one) => {
        const work = workOf(session, one.kind);
        if (!work) return null;
        const late = one.due_at !== null && Date.parse(one.due_at) <= session.now();
        const what = work.fields.filter((field) => field.type === "long" && one.said[field.name]).map((field) => String(one.said[field.name]))[0] ?? "";
        const small = [spoken(session, work.stages[one.stage] ?? work), due(session, t, one), one.given && t("duty_given"), isAway(session, one) && t("keep_away")].filter(Boolean).join(" · ");
        return (
          <button key={`${one.campaign}/${one.kind}/${one.subject}/${one.occasion}`} type="button" class={`door owed${late || work.dangers.includes(one.variant) ? " late" : ""}`} onClick={() => pick(one)}>
            <b>{about(session, t, one)}</b>
            <span>{[spoken(session, work), variant(session, t, work, one)].filter(Boolean).join(" · ")}</span>
            {what && <span class="what">{what}</span>}
            <small>{small}</small>
          </button>
        );
      })}
    </div>
  );
}

export function OneDuty({ one, back }: { one: Owed; back: () => void }) {
  const { session, t } = useSession();
  const [act, setAct] = useState<WorkAct | null>(null);
  useEffect(() => scrollTo(0, 0), [act]);
  const work = workOf(session, one.kind);
  if (!work) return null;
  const keep = async (doing: WorkAct, said: Record<string, unknown>, photos: Taken[]) => {
    const body: Record<string, unknown> = { campaign: one.campaign, subjects: [one.subject], occasion: one.occasion, ...said };
    if (doing.does === "word") body.duty = one.kind;
    // What was given to this phone may lie outside its areas: it is written where the phone is at home.
    const outside = session.head?.ranges.every(([lo, hi]) => one.area < lo || hi < one.area) ?? false;
    const entry: Act = { kind: doing.step, area: outside ? session.area : one.area, body, was: one };
    const n = await session.act([entry], kept(photos, session.now()));
    session.say({
      tone: "good", word: spoken(session, doing), text: about(session, t, one),
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
    back();
  };
  if (act) return <StepForm key={act.name} title={spoken(session, act)} about={about(session, t, one)} fields={act.fields} fixed={one.said} confirm={act.confirm} keep={(said, photos) => void keep(act, said, photos)} back={() => setAct(null)} />;
  const fields = work.fields.filter((field) => one.said[field.name] !== undefined && field.type !== "photo");
  return (
    <Sheet title={about(session, t, one)} back={back}>
      {isAway(session, one) && <p class="notice bad" role="alert">{t("duty_away")}</p>}
      <dl class="facts">
        <div><dt>{spoken(session, work)}</dt><dd>{variant(session, t, work, one) || t("now_at")} · {spoken(session, work.stages[one.stage] ?? work)}</dd></div>
        {one.phone && <div><dt>{t("phone_no")}</dt><dd><a href={`tel:${one.phone}`}>{one.phone}</a></dd></div>}
        {one.due_at && <div><dt>{t("until")}</dt><dd>{due(session, t, one)}</dd></div>}
        <Photographed of={one} />
        {fields.map((field) => <div key={field.name}><dt>{spoken(session, field)}</dt><dd>{value(session, t, work, field.name, one.said[field.name])}</dd></div>)}
      </dl>
      <h3>{t("duty_acts")}</h3>
      <div class="choices">
        {able(work, one).map(({ act: doing, others }) => (
          <button key={doing.name} type="button" disabled={others} onClick={() => setAct(doing)}>{spoken(session, doing)}{others && <small>{t("duty_others")}</small>}</button>
        ))}
      </div>
    </Sheet>
  );
}

/** How many photos were taken of it, and how many of this phone's are not sent yet. */
function Photographed({ of: one }: { of: Owed }) {
  const { session, t } = useSession();
  const named = (workOf(session, one.kind)?.fields ?? []).filter((field) => field.type === "photo").flatMap((field) => (one.said[field.name] as string[] | undefined) ?? []);
  if (!named.length) return null;
  const waiting = session.photos.filter((photo) => photo.state === "waiting" && named.includes(photo.digest)).length;
  return <div><dt>{t("photo")}</dt><dd>{t("photo_count", { n: named.length })}{waiting > 0 && ` · ${t("photo_waiting", { n: waiting })}`}</dd></div>;
}

/** Opening one: `subject` in `area`; afterwards the list is there again. */
export function NewDuty({ work, subject, area, title, back }: { work: Work; subject: number; area: number; title: string; back: () => void }) {
  const { session, t } = useSession();
  const opening = work.opening;
  if (!opening) return null;
  const keep = async (said: Record<string, unknown>, photos: Taken[]) => {
    const minutes = opening.within[String(said[opening.variant] ?? "")];
    const until = opening.due && !said[opening.due] && minutes !== undefined ? { [opening.due]: new Date(session.now() + minutes * 60_000).toISOString() } : {};
    const body = { campaign: work.campaign, subjects: [subject], ...said, ...until };
    const n = await session.act([{ kind: opening.step, area, body }], kept(photos, session.now()));
    session.say({
      tone: "good", word: t("duty_kept"), text: `${spoken(session, work)} · ${title}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
    back();
  };
  return <StepForm title={spoken(session, opening)} about={title} fields={opening.fields} confirm={null} keep={(said, photos) => void keep(said, photos)} back={back} />;
}

/** Kinds that can be opened on such a subject here. */
export function openable(session: Session, subject: string): Work[] {
  return (session.head?.works ?? []).filter((one) => one.opening !== null && one.subject === subject);
}

/** All that is owed at a door of declared kinds, and what can be opened there. */
export function OwedHere({ household, persons, pick, open }: { household: number | null; persons: number[]; pick: (one: Owed) => void; open: (work: Work) => void }) {
  const { session, t } = useSession();
  const here = session.owed.filter((one) => (household !== null && one.household === household) || (workOf(session, one.kind)?.subject === "person" && persons.includes(one.subject)));
  const kinds = household === null ? [] : openable(session, "household");
  if (!here.length && !kinds.length) return null;
  return <>
    <h3>{t("duty_here")}</h3>
    <OwedList of={here} pick={pick} />
    {kinds.length > 0 && <Choices of={kinds.map((one) => ({ value: one, label: spoken(session, one.opening ?? one) }))} pick={open} />}
  </>;
}
