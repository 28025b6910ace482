// The few pieces that screens are made of.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Tone } from "../scan/signal";
import { useSession } from "./use";

const SYMBOL: Record<Tone, string> = { good: "✓", warn: "!", bad: "✕" };

/** What the last act came to: colour, symbol, word and sentence together. */
export function Panel() {
  const { session, t } = useSession();
  const said = session.said;
  const here = useRef<HTMLElement>(null);
  // Who scans at the end of a long list must see what it came to.
  useEffect(() => { if (said) here.current?.scrollIntoView({ block: "nearest" }); }, [said]);
  return (
    <section ref={here} class={`panel ${said?.tone ?? "none"}`} role="status" aria-live="assertive">
      {said && <>
        <span class="symbol" aria-hidden="true">{SYMBOL[said.tone]}</span>
        <div class="told"><strong>{said.word}</strong><p>{said.text}</p></div>
        {said.acts?.map((act) => <button key={act.label} type="button" class="wide" onClick={act.run}>{act.label}</button>)}
        <button type="button" class="dismiss" aria-label={t("dismiss")} onClick={() => session.say(null)}>×</button>
      </>}
    </section>
  );
}

/** A screen above the tab, with a way back at the bottom, where the thumb is. */
export function Sheet({ title, back, children }: { title: string; back: () => void; children: ComponentChildren }) {
  const { t } = useSession();
  return (
    <div class="sheet">
      <h2>{title}</h2>
      {children}
      <button type="button" class="wide quiet" onClick={back}>{t("back")}</button>
    </div>
  );
}

/** One choice out of a few, each a large button; where one of them is chosen already, going back and forth is no act. */
export function Choices<T>({ of, pick, chosen }: { of: { value: T; label: string; note?: string }[]; pick: (value: T) => void; chosen?: T }) {
  return (
    <div class="choices">
      {of.map(({ value, label, note }) => (
        <button key={label} type="button" data-often={chosen === undefined ? undefined : ""} class={value === chosen ? "on" : ""} aria-pressed={chosen === undefined ? undefined : value === chosen} onClick={() => pick(value)}>
          {label}{note && <small>{note}</small>}
        </button>
      ))}
    </div>
  );
}

/** A text to hand on: copied by a button, and shown for those whose browser copies nothing. */
export function Copy({ words }: { words: string }) {
  const { t } = useSession();
  const [done, setDone] = useState(false);
  const copy = async () => { await navigator.clipboard.writeText(words); setDone(true); };
  return (
    <div class="copy">
      <pre>{words}</pre>
      <button type="button" class="wide" onClick={() => void copy().catch(() => setDone(false))}>{t(done ? "copied" : "copy")}</button>
    </div>
  );
}

export function Field({ label, value, set, mode, hint }: { label: string; value: string; set: (value: string) => void; mode?: "numeric" | "text"; hint?: string }) {
  return (
    <label class="field"><span>{label}</span>
      <input value={value} inputMode={mode ?? "text"} autocomplete="off" autocapitalize="off" spellcheck={false} placeholder={hint} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  );
}
