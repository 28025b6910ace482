// Starts the app, once at a time: two windows would number the same journal.
import { render } from "preact";
import { App } from "./screens/app";
import { Given } from "./screens/use";
import { Stopped } from "./said";
import { Session } from "./session";
import "./style.css";
import { oneActATap } from "./tap";
import { text } from "./texts";

const root = document.getElementById("app") as HTMLElement;
/** An app that stays open for days asks that often whether there is a newer one. */
const LOOK_MS = 3600_000;

async function begin(): Promise<void> {
  const session = await Session.start();
  // Whatever could not be kept must be heard of at once: a full phone, a broken disk.
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    if (event.reason instanceof Stopped) return session.say({ tone: "bad", word: text(session.lang, "stopped"), text: text(session.lang, "cloned") });
    session.say({ tone: "bad", word: text(session.lang, "not_kept"), text: text(session.lang, "not_kept_text", { error: String(event.reason) }) });
  });
  oneActATap(document);
  render(<Given.Provider value={session}><App /></Given.Provider>, root);
  // A browser that keeps nothing, or a first start without a network: the app works, and says so when it must scan.
  await offline(session).catch(() => {});
}

/** Keep the app on the phone. A new version waits until the person asks for it: nothing changes under the hands. */
async function offline(session: Session): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("./sw.js");
  const offer = () => {
    const waiting = registration.waiting;
    if (waiting && navigator.serviceWorker.controller) session.update = () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      waiting.postMessage("take over");
    };
  };
  const follow = () => registration.installing?.addEventListener("statechange", offer);
  offer();
  follow();  // of a version that was found before anybody listened
  registration.addEventListener("updatefound", follow);
  setInterval(() => {
    if (!navigator.onLine) return;
    void registration.update().catch(() => {});
    registration.active?.postMessage("complete");
  }, LOOK_MS);
  (await navigator.serviceWorker.ready).active?.postMessage("complete");
  const reader = await import("./scan/reader");
  await reader.prepare();
}

const patience = setTimeout(() => render(<p class="notice warn">{text("zh", "other_window")} {text("en", "other_window")}</p>, root), 1500);
void navigator.locks.request("bulou", () => {
  clearTimeout(patience);
  begin().catch((error: unknown) => { root.textContent = String(error); });
  return new Promise(() => {});  // held until the window closes
});
