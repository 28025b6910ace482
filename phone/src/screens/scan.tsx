// Three ways to the same field: camera, a scanner that types, fingers.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { watch } from "../scan/camera";
import { Wedge } from "../scan/wedge";
import { useSession } from "./use";

type Heard = (text: string) => void;

/** Hear scanners that type, wherever the focus is; what they typed into a field is taken out of it again. */
export function useWedge(heard: Heard): void {
  const latest = useRef(heard);
  latest.current = heard;
  useLayoutEffect(() => {
    const wedge = new Wedge();
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const typed = wedge.length;
      const text = wedge.key(event.key, event.timeStamp);
      if (text === null) return;
      event.preventDefault();
      event.stopPropagation();
      const field = event.target;
      if (field instanceof HTMLInputElement && field.value.endsWith(text)) {
        field.value = field.value.slice(0, -typed);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      latest.current(text);
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
        {torch && <button type="button" aria-pressed={lit} onClick={() => void torch(!lit).then(() => setLit(!lit), () => {})}>{t("torch")}</button>}
        <button type="button" onClick={close}>{t("camera_off")}</button>
      </div>
    </div>
  );
}

/** `heard` is given a whole code; `search` holds what fingers typed so far, where somebody looks for it. */
export function ScanBar({ heard, hint, search }: { heard: Heard; hint: string; search?: { value: string; set: Heard } }) {
  const { session, t } = useSession();
  const [camera, setCamera] = useState(session.camera);
  const [carried, setCarried] = useState(session.camera);
  const [own, setOwn] = useState("");
  const value = search?.value ?? own, write = search?.set ?? setOwn;
  const look = (on: boolean) => { setCarried(false); setCamera(session.camera = on); };
  useWedge((text) => { write(""); heard(text); });
  const submit = (event: Event) => {
    event.preventDefault();
    if (value.trim()) heard(value);
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
