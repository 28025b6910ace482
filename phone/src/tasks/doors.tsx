// The doors that are left, in the order of the walk, or by a resident's code; one tap says what was found there.
import { useEffect, useState } from "preact/hooks";
import type { Meaning } from "../codes";
import type { Person, Reason } from "../pack/shapes";
import { type Hit, search } from "../pack/view";
import { type Door, doorOf, doorOfHome, doorsLeft, duty, owes, settled } from "../roles/rules";
import { tomorrow, untils, word } from "../roles/words";
import { Choices, Field, Sheet } from "../screens/parts";
import { ScanBar, useWedge } from "../screens/scan";
import { areaName, clock, doorName, reasons, spoken, useSession } from "../screens/use";
import { FoundForm } from "./found";
import { misread, nameOf, People, sought } from "./shared";

const EVIDENCE = ["family_says", "neighbour_says", "paper_seen", "phone_call"] as const;
/** Written by the ledger or the desk, never at a door. */
const NOT_HERE = ["pool_pending", "maybe_listed", "same_person"];

function key(door: Door): string {
  return `${door.area}/${door.home?.id ?? door.persons[0]?.id}`;
}

export function Doors() {
  const { session, t } = useSession();
  const [open, setOpen] = useState<{ door: string; who: number | null } | null>(null);
  const [finding, setFinding] = useState<{ number: string } | null>(null);
  const [asked, setAsked] = useState("");
  const campaign = session.campaign?.id ?? 0;
  const left = doorsLeft(session.leaves, campaign);
  const door = left.find((one) => key(one) === open?.door);
  if (session.closed) return null;

  /** Go to a door, with one person chosen or all; nobody is led to one that must not be approached. */
  const go = (to: Door, who: number | null) => {
    setAsked("");
    if (to.away) { setOpen(null); return session.say({ tone: "bad", word: t("stop_away"), text: t("keep_away") }); }
    session.say(null);
    setOpen({ door: key(to), who });
  };
  /** Land on somebody's door; who owes nothing is said, and the door is opened where others do. */
  const land = (hit: Hit) => {
    const to = doorOf(doorsLeft(session.leaves, campaign), hit.person);
    const why = settled(hit.person, campaign);
    setAsked("");
    if (to) go(to, why ? null : hit.person.id);
    else setOpen(null);
    if (why && !to?.away) session.say({ tone: why === "sampled" ? "good" : "warn", word: t(`stop_${why}`), text: `${nameOf(t, hit, hit.person.id)} ${doorName(t, hit.home)} · ${t(`stop_${why}_text`)}` });
  };
  const register = (number = "") => [{ label: t("register"), run: () => { session.say(null); setFinding({ number }); } }];
  const unknown = () => session.say({ tone: "bad", word: t("not_here"), text: t("not_here_door"), acts: register() });
  const other = (found: Meaning) => {
    if (found.is === "person") return unknown();
    if (found.is === "card") return session.say({ tone: "warn", word: t("card_word"), text: t("card_text"), acts: register(found.number) });
    if (found.is === "unknown" && !/\d{2}/.test(found.text)) return session.say({ ...misread(session, t, found, t("not_here_door")), acts: register() });
    if (found.is !== "household") return session.say(misread(session, t, found, t("person_hint")));
    const to = doorOfHome(left, found.id);
    const home = session.leaves.flatMap((leaf) => leaf.households).find((one) => one.id === found.id);
    if (to) return go(to, null);
    if (!home) return unknown();
    setOpen(null);
    session.say({ tone: "good", word: t("door_done"), text: doorName(t, home) });
  };
  const heard = (text: string) => {
    const found = sought(session, text);
    if ("is" in found) other(found);
    else land(found);
  };
  const found = (id: number) => {
    setFinding(null);
    const hit = session.people.get(id);
    const to = hit && doorOf(doorsLeft(session.leaves, campaign), hit.person);
    if (to && !to.away) setOpen({ door: key(to), who: id });
  };
  if (finding) return <FoundForm number={finding.number} done={found} back={() => setFinding(null)} />;
  if (door && !door.away) return <AtTheDoor key={`${open?.door} ${open?.who}`} door={door} one={open?.who ?? null} heard={heard} back={() => setOpen(null)} />;
  let head = "";
  return (
    <div class="task">
      <h2>{t("doors_left", { n: left.filter((one) => !one.away).length })}</h2>
      {left.length === 0 && <p>{t("no_doors")}</p>}
      {asked.trim() ? <People of={search(session.people.values(), asked)} pick={land} /> : <div class="doors">
        {left.map((one) => {
          const place = one.watch && !one.away ? t("watch_first") : [areaName(session, one.area), one.home?.stairwell && t("stairwell", { n: one.home.stairwell })].filter(Boolean).join(" ");
          const heading = place !== head && <h3 key={`h${place}${key(one)}`}>{head = place}</h3>;
          return <>{heading}<DoorRow key={key(one)} door={one} open={() => go(one, null)} /></>;
        })}
      </div>}
      <ScanBar heard={heard} hint={t("person_hint")} search={{ value: asked, set: setAsked }} />
    </div>
  );
}

function DoorRow({ door, open }: { door: Door; open: () => void }) {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  if (door.away) return <p class="door away"><b>{door.home?.door ?? ""}</b> {t("keep_away")}</p>;
  const zone = session.head?.zones.find((one) => one.name === door.zone);
  const swab = duty(door.persons[0] as Person, campaign);
  const why = swab?.mark ? reasons(session).find((one) => one.name === swab.reason) : null;
  const badges = [
    door.watch && t("watch"), door.symptoms && t("symptoms"), door.persons.some((one) => one.team_needed) && t("team_needed"),
    zone && spoken(session, zone).split(":")[0], why && `${spoken(session, why)}${swab?.until ? ` ${clock(swab.until)}` : ""}`,
  ].filter(Boolean);
  return (
    <button type="button" class="door" onClick={open}>
      <b>{door.home?.door || t("no_door")}</b>
      <span>{door.persons.map((one) => one.name || t("person_no", { n: one.id })).join(" ")}</span>
      {badges.length > 0 && <small>{badges.join(" · ")}</small>}
    </button>
  );
}

/** `one`: who alone is chosen at first; null: all who owe a swab. */
function AtTheDoor({ door, one: first, heard, back }: { door: Door; one: number | null; heard: (text: string) => void; back: () => void }) {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  const [who, setWho] = useState<number[]>(first === null ? door.persons.map((one) => one.id) : [first]);
  const [reason, setReason] = useState<Reason | null>(null);
  const [seen, setSeen] = useState("");
  // The next card may be held to the scanner while this door is still open.
  useWedge(heard);
  useEffect(() => scrollTo(0, 0), []);
  const owing = door.persons.filter((one) => owes(one, campaign));
  const chosen = owing.filter((one) => who.includes(one.id)).map((one) => one.id);
  const tell = async (why: Reason, more: { until?: Date; evidence?: string }) => {
    const n = await session.act([word(campaign, door.area, chosen, why, more)]);
    session.say({
      tone: why.mark === "excused" ? "good" : "warn", word: spoken(session, why), text: `${doorName(t, door.home)} · ${t("n_people", { n: chosen.length })}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
    back();
  };
  const pick = (why: Reason) => {
    if (why.mark === "refused") return void tell(why, {});
    if (why.mark === "deferred" && why.name !== "away") return void tell(why, { until: tomorrow(new Date()) });
    setReason(why);
  };
  const called = owing.filter((one) => chosen.includes(one.id) && duty(one, campaign)?.stage === 0).map((one) => one.id);
  const call = async () => {
    await session.act([{ kind: "swab.called", area: door.area, body: { campaign, persons: called } }]);
    session.say({ tone: "good", word: t("called_word"), text: `${doorName(t, door.home)} · ${t("n_people", { n: called.length })}` });
    back();
  };
  if (reason) return (
    <Sheet title={spoken(session, reason)} back={() => setReason(null)}>
      {reason.mark === "deferred"
        ? <><p>{t("until_when")}</p><Choices of={untils(new Date()).map(({ key: name, at }) => ({ value: at, label: t(name), note: clock(at.getTime()) }))} pick={(until) => void tell(reason, { until })} /></>
        : <>
          <p>{t("how_known")}</p>
          <Choices of={EVIDENCE.map((one) => ({ value: one, label: t(one) }))} pick={(one) => void tell(reason, { evidence: t(one) })} />
          <Field label={t("in_words")} value={seen} set={setSeen} />
          <button type="button" class="wide main" disabled={!seen.trim()} onClick={() => void tell(reason, { evidence: seen.trim() })}>{t("keep")}</button>
        </>}
    </Sheet>
  );
  return (
    <Sheet title={`${areaName(session, door.area)} ${doorName(t, door.home)}`} back={back}>
      <div class="choices">
        {owing.map((one) => (
          <button key={one.id} type="button" class={who.includes(one.id) ? "on" : ""} aria-pressed={who.includes(one.id)}
            onClick={() => setWho(who.includes(one.id) ? who.filter((id) => id !== one.id) : [...who, one.id])}>
            {one.name || t("person_no", { n: one.id })}{one.team_needed && <small>{t("team_needed")}</small>}
          </button>
        ))}
      </div>
      {called.length > 0 && <button type="button" class="wide main" onClick={() => void call()}>{t("come_now", { n: called.length })}</button>}
      <div class="choices outcomes">
        {reasons(session).filter((one) => !NOT_HERE.includes(one.name)).map((one) => (
          <button key={one.name} type="button" class={one.mark} disabled={!chosen.length} onClick={() => pick(one)}>{spoken(session, one)}</button>
        ))}
      </div>
    </Sheet>
  );
}
