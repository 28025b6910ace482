// Everything of declared kinds that is owed in the phone's areas or was given to it, in the order of the walk.
import { useState } from "preact/hooks";
import { keyOf, walk } from "../pack/owed";
import type { Work } from "../pack/shapes";
import { living } from "../pack/view";
import { Choices, Field, Sheet } from "../screens/parts";
import { clock, doorName, placeName, spoken, useSession } from "../screens/use";
import { NewDuty, OneDuty, openable, OwedList, workOf } from "./owed";
import { Finder, misread, nameOf } from "./shared";

/** So many places are offered to a typed name. */
const MOST = 12;
interface Whom { subject: number; area: number; title: string }

export function Duties() {
  const { session, t } = useSession();
  const [open, setOpen] = useState<string | null>(null);
  const [making, setMaking] = useState<Work | null>(null);
  const [whom, setWhom] = useState<Whom | null>(null);
  const [mine, setMine] = useState(false);
  const works = session.head?.works ?? [];
  const list = walk(session.owed, works, session.leaves, session.now());
  const one = list.find((row) => keyOf(row) === open);
  const close = () => { setOpen(null); setMaking(null); setWhom(null); };
  if (making && whom) return <NewDuty work={making} {...whom} back={close} />;
  if (making) return <Whose work={making} pick={setWhom} back={close} />;
  if (one) return <OneDuty key={open} one={one} back={close} />;
  if (mine) return <Mine back={() => setMine(false)} />;
  const kinds = [...openable(session, "household"), ...openable(session, "area")];
  return (
    <div class="task">
      <h2>{t("duties_left", { n: list.length })}</h2>
      {list.length === 0 && <p>{t("no_duties")}</p>}
      <OwedList of={list} pick={(row) => { session.say(null); setOpen(keyOf(row)); }} />
      {kinds.length > 0 && <><h3>{t("duty_new")}</h3><Choices of={kinds.map((work) => ({ value: work, label: spoken(session, work.opening ?? work) }))} pick={(work) => { session.say(null); setMaking(work); }} /></>}
      {own(session).length > 0 && <button type="button" class="wide quiet" onClick={() => setMine(true)}>{t("duty_said")}</button>}
    </div>
  );
}

/** Which household or area a new duty is about. */
function Whose({ work, pick, back }: { work: Work; pick: (whom: Whom) => void; back: () => void }) {
  const { session, t } = useSession();
  const [asked, setAsked] = useState("");
  const title = spoken(session, work.opening ?? work);
  if (work.subject === "area") {
    const fits = (session.head?.areas ?? []).map((area) => ({ value: area.id, label: placeName(session, area.id) })).filter((area) => area.label && area.label.includes(asked.trim()));
    return (
      <Sheet title={title} back={back}>
        <Field label={t("duty_where")} value={asked} set={setAsked} />
        <Choices of={fits.slice(-MOST)} pick={(area) => pick({ subject: area, area, title: placeName(session, area) })} />
      </Sheet>
    );
  }
  return (
    <Sheet title={title} back={back}>
      <p>{t("duty_whom")}</p>
      <Finder hint={t("person_hint")} other={(found) => session.say(misread(session, t, found, t("not_here_text")))} pick={(hit) => {
        if (hit.person.household === null) return;
        pick({ subject: hit.person.household, area: hit.leaf.area, title: `${placeName(session, hit.leaf.area)} ${doorName(t, hit.home)} · ${nameOf(t, hit, hit.person.id)}` });
      }} />
    </Sheet>
  );
}

/** What this phone did to declared duties and can take back, the newest first. */
function own(session: ReturnType<typeof useSession>["session"]) {
  const works = session.head?.works ?? [];
  return living(session.entries).flatMap((entry) => {
    const work = works.find((row) => row.opening?.step === entry.kind || row.acts.some((act) => act.step === entry.kind && (act.does !== "word" || entry.body.duty === row.kind)));
    return work ? [{ entry, work }] : [];
  }).reverse();
}

function Mine({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const [asking, setAsking] = useState<number | null>(null);
  return (
    <Sheet title={t("duty_said")} back={back}>
      <p>{t("said_note")}</p>
      <ul class="list words">
        {own(session).map(({ entry, work }) => {
          const act = work.acts.find((row) => row.step === entry.kind) ?? work.opening ?? work;
          const take = async () => {
            setAsking(null);
            await session.void(entry.n, t("taken_back"));
            session.say({ tone: "warn", word: t("taken_back"), text: `${spoken(session, work)} · ${spoken(session, act)}` });
          };
          return (
            <li key={entry.n}>
              <div><b>{spoken(session, act)}</b> {spoken(session, workOf(session, work.kind) ?? work)}<small>{clock(entry.at)} · {placeName(session, entry.area)}</small></div>
              {asking === entry.n
                ? <div class="row"><button type="button" onClick={() => setAsking(null)}>{t("leave_it")}</button><button type="button" class="danger" onClick={() => void take()}>{t("take_back_sure")}</button></div>
                : <button type="button" aria-label={`${t("take_back")} ${spoken(session, act)}`} onClick={() => setAsking(entry.n)}>{t("take_back")}</button>}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}
