// At a door: who is meant, and one tap for what was found there.
import { useEffect, useState } from "preact/hooks";
import type { Owed, Reason, Work } from "../pack/shapes";
import { type Door, duty, owes } from "../roles/rules";
import { of, said } from "../roles/said";
import { meant, tomorrow, untils, word } from "../roles/words";
import { Choices, Field, Sheet } from "../screens/parts";
import { useWedge } from "../screens/scan";
import { clock, doorName, placeName, reasons, spoken, useSession } from "../screens/use";
import { NewDuty, OneDuty, OwedHere } from "./owed";
import { Words } from "./said";

const EVIDENCE = ["family_says", "neighbour_says", "paper_seen", "phone_call"] as const;
/** Written by the ledger or the desk, never at a door. */
const NOT_HERE = ["pool_pending", "maybe_listed", "same_person"];

/** `one`: whose code was scanned, or who was tapped on; else nobody is named until somebody taps a name. */
export function AtTheDoor({ door, one: first, heard, back }: { door: Door; one: number | null; heard: (text: string) => void; back: () => void }) {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  const [who, setWho] = useState<number[]>(first === null ? [] : [first]);
  const [reason, setReason] = useState<Reason | null>(null);
  const [seen, setSeen] = useState("");
  const [owed, setDuty] = useState<Owed | null>(null);
  const [making, setMaking] = useState<Work | null>(null);
  // The next card may be held to the scanner while this door is still open.
  useWedge(heard);
  useEffect(() => scrollTo(0, 0), []);
  const owing = door.persons.filter((one) => owes(one, campaign));
  const named = owing.filter((one) => who.includes(one.id)).map((one) => one.id);
  const whom = (why: string) => meant(why, named, owing.map((one) => one.id));
  const names = (ids: number[]) => owing.filter((one) => ids.includes(one.id)).map((one) => one.name || t("person_no", { n: one.id })).join(" ");
  const tell = async (why: Reason, more: { until?: Date; evidence?: string }) => {
    const subjects = whom(why.name);
    const n = await session.act([word(campaign, door.area, subjects, why, more)]);
    session.say({
      tone: why.mark === "excused" ? "good" : "warn", word: spoken(session, why), text: `${doorName(t, door.home)} · ${names(subjects)}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
    back();
  };
  const now = () => new Date(session.now());
  const pick = (why: Reason) => {
    if (why.mark === "refused") return void tell(why, {});
    if (why.mark === "deferred" && why.name !== "away") return void tell(why, { until: tomorrow(now()) });
    setReason(why);
  };
  const uncalled = owing.filter((one) => (named.length ? named.includes(one.id) : true) && duty(one, campaign)?.stage === 0).map((one) => one.id);
  const call = async () => {
    await session.act([{ kind: "swab.called", area: door.area, body: { campaign, persons: uncalled } }]);
    session.say({ tone: "good", word: t("called_word"), text: `${doorName(t, door.home)} · ${t("n_people", { n: uncalled.length })}` });
    back();
  };
  const title = `${placeName(session, door.place)} ${doorName(t, door.home)}`;
  if (owed) return <OneDuty one={owed} back={() => setDuty(null)} />;
  if (making && door.home) return <NewDuty work={making} subject={door.home.id} area={door.place} title={title} back={() => setMaking(null)} />;
  if (reason) return (
    <Sheet title={spoken(session, reason)} back={() => setReason(null)}>
      <p class="big">{names(whom(reason.name))}</p>
      {reason.mark === "deferred"
        ? <><p>{t("until_when")}</p><Choices of={untils(now()).map(({ key: name, at }) => ({ value: at, label: t(name), note: clock(at.getTime()) }))} pick={(until) => void tell(reason, { until })} /></>
        : <>
          <p>{t("how_known")}</p>
          <Choices of={EVIDENCE.map((one) => ({ value: one, label: t(one) }))} pick={(one) => void tell(reason, { evidence: t(one) })} />
          <Field label={t("in_words")} value={seen} set={setSeen} />
          <button type="button" class="wide main" disabled={!seen.trim()} onClick={() => void tell(reason, { evidence: seen.trim() })}>{t("keep")}</button>
        </>}
    </Sheet>
  );
  const shown = reasons(session).filter((one) => !NOT_HERE.includes(one.name));
  const words = of(said(session.entries, session.device?.journal ?? 0), door.persons.map((one) => one.id)).filter((one) => one.campaign === campaign || one.kind === "antigen.reported");
  return (
    <Sheet title={title} back={back}>
      <p>{t("who_is_meant")}</p>
      <div class="choices">
        {owing.map((one) => (
          <button key={one.id} type="button" data-often class={who.includes(one.id) ? "on" : ""} aria-pressed={who.includes(one.id)}
            onClick={() => setWho(who.includes(one.id) ? who.filter((id) => id !== one.id) : [...who, one.id])}>
            {one.name || t("person_no", { n: one.id })}{one.team_needed && <small>{t("team_needed")}</small>}{duty(one, campaign)?.lost && <small>{t("again_short")}</small>}
          </button>
        ))}
      </div>
      {uncalled.length > 0 && <button type="button" class="wide main" onClick={() => void call()}>{t("come_now", { n: uncalled.length })}</button>}
      <div class="choices outcomes">
        {shown.map((one) => {
          const n = whom(one.name).length;
          return <button key={one.name} type="button" class={one.mark} disabled={!n} onClick={() => pick(one)}>{spoken(session, one)}{n > 1 && <small>{t(named.length ? "n_people" : "whole_door", { n })}</small>}</button>;
        })}
      </div>
      {!named.length && <p class="hint">{t("name_first")}</p>}
      <OwedHere household={door.home?.id ?? null} persons={door.persons.map((one) => one.id)} pick={setDuty} open={setMaking} />
      {words.length > 0 && <><h3>{t("said_here")}</h3><Words of={words} /></>}
    </Sheet>
  );
}
