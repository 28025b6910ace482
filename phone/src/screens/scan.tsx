// Three ways to the same field: camera, a scanner that types, fingers.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { watch } from "../scan/camera";
import { Stutter, type Target, Wedge } from "../scan/wedge";
import { useSession } from "./use";

type Heard = (text: string) => void;

/** Of all screens: a scanner may stutter while one gives way to the next. */
const stutter = new Stutter();
addEventListener("click", () => stutter.forget(), true);

function target(on: EventTarget | null): Target {
  if (on instanceof HTMLInputElement || on instanceof HTMLTextAreaElement) return "field";
  return on instanceof HTMLElement && on.closest("button, select, a, summary") ? "button" : "none";
}

/** Hear scanners that type, wherever the focus is; what they typed into a field is taken out of it again. */
export function useWedge(heard: Heard): void {
  const latest = useRef(heard);
  latest.current = heard;
  useLayoutEffect(() => {
    const wedge = new Wedge();
    const stop = (event: Event) => {
      event.preventDefault();
      event.stopPropagation();
    };
    const key = (event: KeyboardEvent) => {
      const { stop: stopped, text, typed } = wedge.key(event.key, event.timeStamp, target(event.target), event.ctrlKey || event.altKey || event.metaKey);
      if (stopped) stop(event);
      if (text === null) return;
      const field = event.target;
      if (field instanceof HTMLInputElement && field.value.endsWith(text)) {
        field.value = field.value.slice(0, -typed);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (stutter.fresh(text, event.timeStamp)) latest.current(text);
    };
    addEventListener("keydown", key, true);
    return () => removeEventListener("keydown", key, true);
  }, []);
}

export function Camera({ heard, close, carried = false }: { heard: Heard; close: () => void; carried?: boolean }) {
  const { t } = useSession();
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef(heard);
  latest.current = heard;
  const [wrong, setWrong] = useState(false);
  const [torch, setTorch] = useState<((on: boolean) => Promise<void>) | null>(null);
  const [lit, setLit] = useState(false);
  useEffect(() => {
    if (!video.current) return;
    return watch(video.current, (text) => latest.current(text), (light) => setTorch(() => light), () => setWrong(true), carried);
  }, []);
  return (
    <div class="camera">
      {wrong ? <p class="note" role="alert">{t("no_camera")}</p> : <video ref={video} playsInline muted aria-label={t("camera")} />}
      <div class="over">
        {torch && <button type="button" data-often aria-pressed={lit} onClick={() => void torch(!lit).then(() => setLit(!lit), () => {})}>{t("torch")}</button>}
        <button type="button" onClick={close}>{t("camera_off")}</button>
      </div>
    </div>
  );
}

/**
 * `heard` is given a whole code. `search` holds what fingers typed so far, where somebody looks for it; `typed` is given
 * that with Enter and tells whether it was a code: if not, it stays, for nobody is chosen without a tap.
 */
export function ScanBar({ heard, hint, search, typed }: { heard: Heard; hint: string; search?: { value: string; set: Heard }; typed?: (text: string) => boolean }) {
  const { session, t } = useSession();
  const [camera, setCamera] = useState(session.camera);
  const [carried, setCarried] = useState(session.camera);
  const [own, setOwn] = useState("");
  const value = search?.value ?? own, write = search?.set ?? setOwn;
  const look = (on: boolean) => { setCarried(false); setCamera(session.camera = on); };
  useWedge((text) => { write(""); heard(text); });
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed && value.trim() && !typed(value)) return;
    if (!typed && value.trim()) heard(value);
    write("");
  };
  return (
    <div class="scanbar">
      {camera && <Camera heard={heard} close={() => look(false)} carried={carried} />}
      <form class="row" onSubmit={submit}>
        {!camera && <button type="button" class="scan" onClick={() => look(true)}>{t("scan")}</button>}
        <input value={value} aria-label={hint} placeholder={hint} autocomplete="off" autocapitalize="off" spellcheck={false} enterKeyHint="done" onInput={(event) => write(event.currentTarget.value)} />
        <button type="submit" aria-label={t("enter")}>↵</button>
      </form>
    </div>
  );
}
