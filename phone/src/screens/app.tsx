// The frame: numbers on top, the work in the middle, the tasks of the role under the thumb.
import { useEffect, useState } from "preact/hooks";
import { token } from "../codes";
import { known, TASKS } from "../tasks";
import { Device } from "./device";
import { Enrol } from "./enrol";
import { InHand } from "./inhand";
import { Notices, Round } from "./notices";
import { Panel } from "./parts";
import { Status } from "./status";
import { useSession } from "./use";

function fromAddress(): string | null {
  const found = token(location.hash);
  if (found) history.replaceState(null, "", location.pathname);
  return found;
}

/** How much room the frame takes, so that what stays in sight stays clear of it, however large the letters are. */
function measured(): () => void {
  const set = () => {
    for (const [name, tag] of [["--head", "header"], ["--nav", "nav"]] as const) {
      document.documentElement.style.setProperty(name, `${document.querySelector<HTMLElement>(tag)?.offsetHeight ?? 0}px`);
    }
  };
  const watch = new ResizeObserver(set);
  for (const one of document.querySelectorAll("header, nav")) watch.observe(one);
  set();
  return () => watch.disconnect();
}

export function App() {
  const { session, t } = useSession();
  const [given, setGiven] = useState(fromAddress);
  const [enrolling, setEnrolling] = useState(given !== null);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState("");
  // A round that is over takes second swabs, and nobody new.
  const over = session.campaign?.closed_at ? ["calls", "found", "chat"] : [];
  const tasks = session.cloned ? [] : known(session.head?.tasks ?? []).filter((one) => !over.includes(one));
  const task = tasks.find((one) => one === chosen) ?? tasks[0];
  const Screen = task && (session.campaign || task === "duties" || task === "gate") && !session.closed ? TASKS[task] : null;
  useEffect(measured);
  useEffect(() => { document.documentElement.lang = session.lang === "en" ? "en" : "zh-Hans"; }, [session.lang]);
  useEffect(() => {
    const arrived = () => {
      const found = fromAddress();
      if (!found) return;
      setGiven(found);
      setEnrolling(true);
    };
    addEventListener("hashchange", arrived);
    return () => removeEventListener("hashchange", arrived);
  }, []);
  if (!session.device || enrolling) return <Enrol key={given} given={given} done={() => { setEnrolling(false); setGiven(null); setOpen(false); }} />;
  return (
    <>
      <header><Status open={() => setOpen(!open)} /></header>
      <main>
        <h1 class="unseen">{t("app")}</h1>
        <Notices enrol={() => setEnrolling(true)} />
        <InHand filling={Screen === TASKS.tubes && !open} />
        {open ? <Device back={() => setOpen(false)} enrol={() => setEnrolling(true)} /> : <>
          <Round />
          <Panel />
          {Screen && <Screen key={task} />}
        </>}
      </main>
      {tasks.length > 0 && (
        <nav aria-label={t("tasks")}>
          {tasks.map((one) => (
            <button key={one} type="button" aria-current={one === task && !open ? "page" : undefined} onClick={() => { setChosen(one); setOpen(false); session.say(null); }}>{t(`task_${one}`)}</button>
          ))}
        </nav>
      )}
    </>
  );
}
