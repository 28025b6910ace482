// The first screen: a code of the desk makes this phone one of the team.
import { useState } from "preact/hooks";
import { token } from "../codes";
import { NOBODY, SLOW } from "../door";
import { codesIn } from "../scan/clean";
import { Field } from "./parts";
import { ScanBar } from "./scan";
import { clock, useSession } from "./use";

export function Enrol({ given, done }: { given: string | null; done: () => void }) {
  const { session, t } = useSession();
  const [code, setCode] = useState(given);
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const heard = (text: string) => {
    const found = token(codesIn(text)[0] ?? "");
    setCode(found);
    setWrong(found ? "" : t("no_token"));
  };
  const go = async () => {
    if (!code) return;
    setBusy(true);
    const refusal = await session.enrol(code, name.trim());
    setBusy(false);
    if (refusal === null) return done();
    setWrong(t(refusal === NOBODY ? "enrol_offline" : refusal === SLOW ? "enrol_slow" : refusal === 410 ? "enrol_used" : "enrol_refused", { code: refusal }));
  };
  return (
    <main class="enrol">
      <h1>{t("app")}</h1>
      <p>{t(code ? "enrol_ready" : "enrol_how")}</p>
      {session.update && <div class="notice warn" role="alert"><p>{t("update_waits")}</p><button type="button" class="wide" onClick={session.update}>{t("update")}</button></div>}
      {session.device && <p class="notice warn">{t("enrolled_already", { name: session.device.name, at: clock(session.device.expires_at) })}</p>}
      {session.tube && session.tube.persons.length > 0 && <p class="notice warn">{t("enrol_inhand", { label: session.tube.label, n: session.tube.persons.length })}</p>}
      {wrong && <p class="notice bad" role="alert">{wrong}</p>}
      {code
        ? <>
          <Field label={t("your_name")} value={name} set={setName} hint={t("your_name_hint")} />
          <button type="button" class="wide main" disabled={busy} onClick={() => void go()}>{t(busy ? "enrolling" : "enrol")}</button>
          <button type="button" class="wide quiet" onClick={() => { setCode(null); setWrong(""); }}>{t("other_code")}</button>
        </>
        : <ScanBar heard={heard} hint={t("paste_code")} />}
      {session.device && <button type="button" class="wide quiet" onClick={done}>{t("back")}</button>}
      <button type="button" class="wide quiet" onClick={() => void session.speak(session.lang === "en" ? "zh" : "en")}>{t("other_language")}</button>
    </main>
  );
}
