// The gate: a pass is scanned and said to be good or not, in large letters; who is in need is let out with one tap.
import { useState } from "preact/hooks";
import type { Kept } from "../journal/store";
import type { Gate } from "../pack/shapes";
import { byNumber, type Here, judged, numberOf, OLD_MS, parsed, type Shown, signed, today, type Verdict } from "../roles/pass";
import { Choices } from "../screens/parts";
import { ScanBar } from "../screens/scan";
import { age, clock, spoken, useSession } from "../screens/use";
import { read } from "./shared";

/** The same code again so soon is not another refusal, milliseconds. */
const SAME_MS = 60_000;
/** So many of today's are shown. */
const MOST = 30;

export function GateTask() {
  const { session, t } = useSession();
  const [asking, setAsking] = useState<number | null>(null);
  const gate = session.head?.gate;
  const letOut = session.head?.works?.find((one) => one.kind === "letout");
  const listAt = Date.parse(session.head?.served_at ?? "") || 0;
  const listed = session.now() - listAt;
  const here = (at: Gate): Here => ({ gate: at, ranges: session.head?.ranges ?? [], entries: session.entries, turn: session.turn, now: session.now(), listAt });
  const sort = (name: string) => { const found = gate?.sorts.find((one) => one.name === name); return found ? spoken(session, found) : ""; };
  const told = (pass: Shown) => [pass.number, sort(pass.sort), pass.initials, pass.ends ? t("gate_until", { at: moment(pass.ends) }) : "", pass.uses ? t("gate_uses", { n: pass.out, of: pass.uses }) : ""].filter(Boolean).join(" · ");

  const go = async (pass: Shown, way: "out" | "in") => {
    if (!gate) return;
    const n = await session.act([{ kind: "pass.passed", area: session.area, body: { campaign: gate.campaign, subjects: [pass.household], occasion: pass.occasion, way } }]);
    session.say({
      tone: "good", word: t(`gate_${way}_kept`), text: told({ ...pass, out: pass.out + (way === "out" ? 1 : 0) }),
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
  };
  const turnedAway = (why: string, occasion: number) => {
    const last = today(session.entries, session.now()).find((one) => one.kind === "gate.turned_away");
    const same = last && last.body.why === why && last.body.occasion === occasion && session.now() - Date.parse(last.at) < SAME_MS;
    if (!same) void session.act([{ kind: "gate.turned_away", area: session.area, body: { why, occasion } }]);
  };
  const say = ({ why, pass, unsigned }: Verdict) => {
    // Who is out comes back in, whatever has become of the pass meanwhile.
    if (pass?.household && pass.outside) return session.say({ tone: "good", word: t("gate_back"), text: told(pass), acts: [{ label: t("gate_in"), run: () => void go(pass, "in") }] });
    if (why === null && pass) {
      return session.say({
        tone: unsigned ? "warn" : "good", word: t("gate_yes"), text: `${told(pass)}${unsigned ? ` · ${t("gate_unsigned")}` : ""}`,
        acts: [{ label: t("gate_out"), run: () => void go(pass, "out") }, { label: t("gate_in"), run: () => void go(pass, "in") }],
      });
    }
    turnedAway(why ?? "unknown", pass?.occasion ?? 0);
    const back = pass?.household ? [{ label: t("gate_in_anyway"), run: () => void go(pass, "in") }] : undefined;
    session.say({ tone: "bad", word: t(`gate_why_${why ?? "unknown"}`), text: [t(`gate_do_${why ?? "unknown"}`), pass && told(pass)].filter(Boolean).join(" · "), acts: back });
  };
  const heard = async (text: string) => {
    if (!gate) return session.say({ tone: "bad", word: t("gate_no_list"), text: t("gate_no_list_text") });
    const found = read(session, text);
    if (found.is !== "pass") return say(byNumber(text, here(gate)));
    const code = parsed(found.code);
    if (!code) return say({ why: "forged", pass: null });
    const genuine = gate.key ? await signed(gate.key.raw, code.signed, code.signature) : null;
    say(judged(code.content, genuine, here(gate)));
  };
  const emergency = async (cause: string, label: string) => {
    const opening = letOut?.opening;
    if (!letOut || !opening) return;
    const minutes = opening.within[cause];
    const due = minutes === undefined ? {} : { [opening.due]: new Date(session.now() + minutes * 60_000).toISOString() };
    const n = await session.act([{ kind: opening.step, area: session.area, body: { campaign: letOut.campaign, subjects: [session.area], [opening.variant]: cause, ...due } }]);
    session.say({
      tone: "warn", word: t("gate_let_out"), text: `${label} · ${t("gate_let_out_text")}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
  };
  const causes = letOut?.opening?.fields.find((one) => one.name === letOut.opening?.variant)?.choices ?? [];
  const list = today(session.entries, session.now());
  const line = (one: Kept) => {
    if (one.kind === "pass.passed") return `${t(one.body.way === "out" ? "gate_out" : "gate_in")} · ${numberOf(Number(one.body.occasion))}`;
    if (one.kind === "gate.turned_away") return `${t("gate_turned_away")} · ${t(`gate_why_${String(one.body.why)}` as "gate_why_over")}`;
    const cause = causes.find((row) => row.name === one.body.cause);
    return `${t("gate_emergency")} · ${cause ? spoken(session, cause) : ""}`;
  };
  return (
    <div class="task gate">
      {gate
        ? <p class={listed > OLD_MS ? "notice warn" : "hint"} role={listed > OLD_MS ? "alert" : undefined}>{t(listed > OLD_MS ? "gate_old_list" : "gate_list", { n: gate.passes.length, age: age(t, Math.max(0, Math.round(listed / 1000))) })}</p>
        : <p class="notice bad" role="alert">{t("gate_no_list_text")}</p>}
      {causes.length > 0 && <section class="emergency">
        <h2>{t("gate_emergency")}</h2>
        <p>{t("gate_emergency_text")}</p>
        <Choices of={causes.map((one) => ({ value: one, label: spoken(session, one) }))} pick={(one) => void emergency(one.name, spoken(session, one))} />
      </section>}
      {list.length > 0 && <>
        <h3>{t("gate_today", { out: list.filter((one) => one.body.way === "out").length, in: list.filter((one) => one.body.way === "in").length })}</h3>
        <ul class="list words">
          {list.slice(0, MOST).map((one) => (
            <li key={one.n}>
              <div><b>{clock(one.at)}</b> {line(one)}</div>
              {one.kind !== "gate.turned_away" && (asking === one.n
                ? <div class="row"><button type="button" onClick={() => setAsking(null)}>{t("leave_it")}</button><button type="button" class="danger" onClick={() => { setAsking(null); session.say(null); void session.void(one.n, t("taken_back")); }}>{t("take_back_sure")}</button></div>
                : <button type="button" aria-label={`${t("take_back")} ${line(one)}`} onClick={() => setAsking(one.n)}>{t("take_back")}</button>)}
            </li>
          ))}
        </ul>
      </>}
      <ScanBar heard={(text) => void heard(text)} hint={t("gate_hint")} />
    </div>
  );
}

/** Day and time of an end; of today the time alone. */
function moment(at: number): string {
  const day = new Date(at), now = new Date();
  const time = clock(at);
  return day.toDateString() === now.toDateString() ? time : `${day.getMonth() + 1}-${day.getDate()} ${time}`;
}
