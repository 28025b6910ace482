// This phone: what it holds and sends, its shift's end, and what was refused.
import { useState } from "preact/hooks";
import type { Earlier } from "../earlier";
import { wire } from "../journal/upload";
import { leftBehind } from "../roles/labels";
import type { Session } from "../session";
import { SaidWords } from "../tasks/said";
import { Sheet } from "./parts";
import { age, clock, type Say, spoken, useSession } from "./use";

declare const VERSION: string;

/** Give the journal to the person as a file, which the desk takes in. */
async function save(session: Session, of: Earlier | null): Promise<void> {
  const { journal, entries } = await session.file(of);
  const content = JSON.stringify({ journal, entries: entries.map(wire) });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `bulou-journal-${journal}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** How many photos of this phone are sent, wait, were not taken, and how far those that wait are. */
function photoLine(session: Session, t: Say): string {
  const of = (state: string) => session.photos.filter((one) => one.state === state);
  const waiting = of("waiting"), sent = of("sent").length, refused = of("refused").length;
  const size = waiting.reduce((sum, one) => sum + one.size, 0), held = waiting.reduce((sum, one) => sum + one.held, 0);
  return [
    sent && t("photo_sent", { n: sent }), waiting.length && t("photo_waiting", { n: waiting.length }) + (held ? ` (${Math.floor(held * 100 / size)}%)` : ""), refused && t("photo_refused", { n: refused }),
  ].filter(Boolean).join(" · ");
}

export function Device({ back, enrol }: { back: () => void; enrol: () => void }) {
  const { session, t } = useSession();
  const [closing, setClosing] = useState(false);
  const [words, setWords] = useState(false);
  const { device, figures, head, storage } = session;
  if (!device) return null;
  if (closing) return <Closing back={() => setClosing(false)} />;
  if (words) return <SaidWords back={() => setWords(false)} />;
  const refused = session.entries.filter((one) => one.status === "refused");
  return (
    <Sheet title={t("this_phone")} back={back}>
      <dl>
        <dt>{t("name")}</dt><dd>{device.name}</dd>
        <dt>{t("journal")}</dt><dd>{device.journal}</dd>
        <dt>{t("until")}</dt><dd>{new Date(device.expires_at).toLocaleString(session.lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "short", timeStyle: "short" })}</dd>
        <dt>{t("pack")}</dt><dd>{head && session.packAt ? t("pack_at", { at: clock(session.packAt), n: session.people.size }) : t("none")}</dd>
        <dt>{t("oldest_unconfirmed")}</dt><dd>{figures.oldest_s === null ? t("none") : age(t, figures.oldest_s)}</dd>
        {session.photos.length > 0 && <><dt>{t("photo")}</dt><dd>{photoLine(session, t)}</dd></>}
        <dt>{t("storage")}</dt><dd>{!storage ? "?" : storage.free_mb !== null ? t("megabytes", { n: storage.free_mb }) : t(storage.short ? "room_short" : "room_enough")}</dd>
        <dt>{t("lasting")}</dt><dd>{storage?.lasting == null ? "?" : t(storage.lasting ? "lasting_yes" : "lasting_no")}</dd>
        <dt>{t("version")}</dt><dd>{VERSION}</dd>
      </dl>
      {session.update && <button type="button" class="wide main" onClick={session.update}>{t("update")}</button>}
      <button type="button" class="wide main" onClick={() => void session.sync()}>{t("send_now")}</button>
      <button type="button" class="wide" onClick={() => void session.refresh()}>{t("fetch_pack")}</button>
      {!session.closed && !session.cloned && <button type="button" class="wide" onClick={() => setWords(true)}>{t("said_title")}</button>}
      <button type="button" class="wide" onClick={() => void save(session, null)}>{t("save_file", { n: session.entries.length })}</button>
      {session.earlier.filter((one) => one.unsent).map((one) => (
        <button key={one.device.journal} type="button" class="wide" onClick={() => void save(session, one)}>{t("save_earlier", { name: one.device.name, n: one.unsent })}</button>
      ))}
      {refused.length > 0 && <>
        <h3>{t("refused", { n: refused.length })}</h3>
        <ul class="list">{refused.map((one) => {
          const why = head?.refusals[String(one.code)];
          return <li key={one.n}><b>{one.n}</b> {one.kind} {clock(one.at)}<small>{one.code} {why ? spoken(session, why) : ""}</small></li>;
        })}</ul>
      </>}
      <button type="button" class="wide" onClick={() => void session.speak(session.lang === "en" ? "zh" : "en")}>{t("other_language")}</button>
      {!session.closed && !session.cloned && head && <button type="button" class="wide" onClick={() => setClosing(true)}>{t("end_shift")}</button>}
      <button type="button" class="wide quiet" onClick={enrol}>{t("enrol_anew")}</button>
    </Sheet>
  );
}

function Closing({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const left = leftBehind(session.entries, session.tube);
  const rows = [
    { key: "left_unsent", n: left.unsent }, { key: "left_in_hand", n: left.inHand },
    { key: "left_unboxed", n: left.unboxed }, { key: "left_labels", n: left.unused },
    { key: "left_photos", n: session.photos.filter((one) => one.state === "waiting").length },
  ] as const;
  return (
    <Sheet title={t("end_shift")} back={back}>
      <ul class="list">{rows.map(({ key, n }) => <li key={key} class={n ? "open" : "fine"}><span aria-hidden="true">{n ? "!" : "✓"}</span> {t(key, { n })}</li>)}</ul>
      <p>{t("closing_note")}</p>
      <button type="button" class="wide main" disabled={left.inHand > 0} onClick={() => void session.close().then(back)}>{t("close_now")}</button>
      {left.inHand > 0 && <p class="notice bad">{t("seal_first")}</p>}
    </Sheet>
  );
}
