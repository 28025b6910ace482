// The doors that are left, in the order of the walk, or by a resident's code.
import { useState } from "preact/hooks";
import type { Meaning } from "../codes";
import type { Person } from "../pack/shapes";
import type { Hit } from "../pack/view";
import { type Door, doorOf, doorOfHome, doorsLeft, duty, settled } from "../roles/rules";
import { of, said } from "../roles/said";
import { ScanBar } from "../screens/scan";
import { areaName, clock, doorName, placeName, reasons, spoken, useSession } from "../screens/use";
import type { Said } from "../said";
import { AtTheDoor } from "./door";
import { FoundForm } from "./found";
import { SaidWords } from "./said";
import { looked, misread, nameOf, People, sought, typed } from "./shared";

function key(door: Door): string {
  return `${door.area}/${door.home?.id ?? door.persons[0]?.id}`;
}

export function Doors() {
  const { session, t } = useSession();
  const [open, setOpen] = useState<{ door: string; who: number | null } | null>(null);
  const [finding, setFinding] = useState<{ number?: string; person?: number } | null>(null);
  const [words, setWords] = useState(false);
  const [asked, setAsked] = useState("");
  const campaign = session.campaign?.id ?? 0;
  const left = doorsLeft(session.leaves, campaign);
  const door = left.find((one) => key(one) === open?.door);
  const mine = said(session.entries, session.device?.journal ?? 0);

  /** Go to a door, with one person named or nobody; nobody is led to one that must not be approached. */
  const go = (to: Door, who: number | null) => {
    setAsked("");
    if (to.away) { setOpen(null); return session.say({ tone: "bad", word: t("stop_away"), text: t("keep_away") }); }
    session.say(null);
    setOpen({ door: key(to), who });
  };
  /** What can be done about somebody who is off the list by a word: one's own is taken back, another's is opened again. */
  const undoing = (hit: Hit): Said["acts"] => {
    const own = of(mine, [hit.person.id]).find((one) => one.kind === "duty.excused" && one.campaign === campaign);
    const back = () => { session.say(null); void session.void(own?.n ?? 0, t("taken_back")); };
    const reopen = () => {
      session.say({ tone: "good", word: t("reopened"), text: `${nameOf(t, hit, hit.person.id)} ${doorName(t, hit.home)}` });
      void session.act([{ kind: "duty.reopened", area: hit.leaf.area, body: { campaign, duty: "swab", subjects: [hit.person.id], reason: t("seen_at_door") } }]);
    };
    return own ? [{ label: t("take_back"), run: back }] : [{ label: t("reopen"), run: reopen }];
  };
  /** Land on somebody's door; who owes nothing is said, and the door is opened where others do. */
  const land = (hit: Hit) => {
    const to = doorOf(doorsLeft(session.leaves, campaign), hit.person);
    const why = settled(hit.person, campaign);
    setAsked("");
    if (to) go(to, why ? null : hit.person.id);
    else if (hit.person.keep_away) return session.say({ tone: "bad", word: t("stop_away"), text: t("keep_away") });
    else setOpen(null);
    if (why && !to?.away) session.say({
      tone: why === "sampled" ? "good" : "warn", word: t(`stop_${why}`), text: `${nameOf(t, hit, hit.person.id)} ${doorName(t, hit.home)} · ${t(`stop_${why}_text`)}`,
      acts: why === "excused" ? undoing(hit) : undefined,
    });
  };
  const register = (known: { number?: string; person?: number }) => [{ label: t("register"), run: () => { session.say(null); setFinding(known); } }];
  const unknown = (person?: number) => session.say({ tone: "bad", word: t("not_here"), text: t("not_here_door"), acts: register({ person }) });
  const other = (found: Meaning) => {
    if (found.is === "person") return unknown(found.id);
    if (found.is === "card") return session.say({ tone: "warn", word: t("card_word"), text: t("card_text"), acts: register({ number: found.number }) });
    if (found.is === "unknown" && !/\d{2}/.test(found.text)) return session.say({ ...misread(session, t, found, t("not_here_door")), acts: register({}) });
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
  if (finding) return <FoundForm {...finding} done={found} back={() => setFinding(null)} />;
  if (words) return <SaidWords back={() => setWords(false)} />;
  if (door && !door.away) return <AtTheDoor key={`${open?.door} ${open?.who}`} door={door} one={open?.who ?? null} heard={heard} back={() => setOpen(null)} />;
  let head = "";
  return (
    <div class="task">
      <h2>{t("doors_left", { n: left.filter((one) => !one.away).length })}</h2>
      {left.length === 0 && <p>{t("no_doors")}</p>}
      {asked.trim() ? <People of={looked(session, asked)} pick={land} /> : <div class="doors">
        {left.map((one) => {
          const place = one.watch && !one.away ? t("watch_first") : [areaName(session, one.place), one.home?.stairwell && t("stairwell", { n: one.home.stairwell })].filter(Boolean).join(" ");
          const heading = place !== head && <h3 key={`h${place}${key(one)}`}>{head = place}</h3>;
          return <>{heading}<DoorRow key={key(one)} door={one} place={one.watch ? placeName(session, one.place) : ""} open={() => go(one, null)} /></>;
        })}
      </div>}
      {mine.length > 0 && !asked.trim() && <button type="button" class="wide quiet" onClick={() => setWords(true)}>{t("said_title")}</button>}
      <ScanBar heard={heard} hint={t("person_hint")} search={{ value: asked, set: setAsked }} typed={(text) => typed(session, text, heard, other)} />
    </div>
  );
}

/** `place`: the building, where the heading above does not name it. */
function DoorRow({ door, place, open }: { door: Door; place: string; open: () => void }) {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  if (door.away) return <p class="door away"><b>{door.home?.door ?? ""}</b> {t("keep_away")}</p>;
  const zone = session.head?.zones.find((one) => one.name === door.zone);
  const swab = duty(door.persons[0] as Person, campaign);
  const why = swab?.mark ? reasons(session).find((one) => one.name === swab.reason) : null;
  const badges = [
    place, door.persons.some((one) => duty(one, campaign)?.lost) && t("again_short"),
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
