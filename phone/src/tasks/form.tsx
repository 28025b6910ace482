// A form made of declared fields: what a step asks, one large control each.
import { useEffect, useState } from "preact/hooks";
import { type Taken, taken } from "../journal/photos";
import { asked, content, lacking } from "../pack/owed";
import type { Word, WorkField } from "../pack/shapes";
import { untils } from "../roles/words";
import { Choices, Field, Sheet } from "../screens/parts";
import { clock, spoken, useSession } from "../screens/use";

type Values = Record<string, unknown>;

/** `fixed`: what the campaign fixed of fields that have a default; `confirm`: what is asked once more before it is kept; `keep` is given the content of the entry. */
export function StepForm({ title, about, fields, fixed, confirm, keep, back }: {
  title: string; about: string; fixed?: Record<string, unknown>; fields: WorkField[]; confirm: Word | null; keep: (said: Record<string, unknown>, photos: Taken[]) => void; back: () => void;
}) {
  const { session, t } = useSession();
  const [values, setValues] = useState<Values>(() => Object.fromEntries(fields.filter((one) => one.default !== null).map((one) => [one.name, fixed?.[one.name] ?? one.default])));
  const [sure, setSure] = useState(false);
  useEffect(() => scrollTo(0, 0), [sure]);
  const set = (name: string, value: unknown) => setValues((old) => ({ ...old, [name]: value instanceof Function ? value(old[name]) : value }));
  const done = () => {
    if (confirm && !sure) return setSure(true);
    const said = content(fields, values), photos: Taken[] = [];
    for (const one of fields.filter((field) => field.type === "photo" && said[field.name])) {
      const own = said[one.name] as Taken[];
      photos.push(...own);
      said[one.name] = own.map((photo) => photo.digest);
    }
    keep(said, photos);
  };
  if (sure && confirm) return (
    <Sheet title={title} back={() => setSure(false)}>
      <p class="big">{about}</p>
      <p>{spoken(session, confirm)}</p>
      <button type="button" class="wide main" onClick={done}>{t("duty_sure")}</button>
    </Sheet>
  );
  return (
    <Sheet title={title} back={back}>
      <p class="big">{about}</p>
      {asked(fields, values).filter((one) => one.type !== "fixed").map((one) => <OneField key={one.name} of={one} value={values[one.name]} set={(value) => set(one.name, value)} />)}
      <button type="button" class="wide main" disabled={lacking(fields, values).length > 0} onClick={done}>{t("keep")}</button>
    </Sheet>
  );
}

function OneField({ of: one, value, set }: { of: WorkField; value: unknown; set: (value: unknown) => void }) {
  const { session, t } = useSession();
  const label = spoken(session, one) + (one.required || one.type === "bool" ? "" : ` (${t("optional")})`);
  const help = spoken(session, one.help);
  const choices = one.choices.map((choice) => ({ value: choice.name, label: spoken(session, choice) }));
  if (one.type === "choice") return <fieldset class="field"><legend>{label}</legend><Choices of={choices} chosen={String(value ?? "")} pick={set} />{help && <small>{help}</small>}</fieldset>;
  if (one.type === "photo") return <Photos label={label} help={help} most={one.most ?? 6} value={(value as Taken[] | undefined) ?? []} set={set} />;
  if (one.type === "unit") return (
    <label class="field"><span>{label}</span>
      <select value={String(value ?? "")} onChange={(event) => set(event.currentTarget.value)}>
        <option value="" />{choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>{help && <small>{help}</small>}
    </label>
  );
  if (one.type === "bool") return <fieldset class="field"><legend>{label}</legend><Choices of={[{ value: true, label: t("yes") }, { value: false, label: t("no") }]} chosen={value === true} pick={set} /></fieldset>;
  if (one.type === "choices") {
    const chosen = (value as string[] | undefined) ?? [];
    return (
      <fieldset class="field"><legend>{label}</legend>
        <div class="choices">{choices.map((choice) => (
          <button key={choice.value} type="button" data-often class={chosen.includes(choice.value) ? "on" : ""} aria-pressed={chosen.includes(choice.value)}
            onClick={() => set(chosen.includes(choice.value) ? chosen.filter((name) => name !== choice.value) : [...chosen, choice.value])}>{choice.label}</button>
        ))}</div>
      </fieldset>
    );
  }
  if (one.type === "time") {
    const at = typeof value === "string" ? Date.parse(value) : 0;
    return (
      <fieldset class="field"><legend>{label}</legend>
        <Choices of={untils(new Date(session.now())).map((until) => ({ value: until.at.toISOString(), label: t(until.key), note: clock(until.at.getTime()) }))} chosen={String(value ?? "")} pick={set} />
        <input type="datetime-local" aria-label={label} value={at ? local(at) : ""} onInput={(event) => set(event.currentTarget.value ? new Date(event.currentTarget.value).toISOString() : "")} />
        {help && <small>{help}</small>}
      </fieldset>
    );
  }
  if (one.type === "date") return <label class="field"><span>{label}</span><input type="date" value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value)} /></label>;
  if (one.type === "long") return (
    <label class="field"><span>{label}</span><textarea rows={3} value={String(value ?? "")} maxLength={one.most ?? 2000} placeholder={help} onInput={(event) => set(event.currentTarget.value)} /></label>
  );
  return <Field label={label} value={String(value ?? "")} set={(text) => set(text.slice(0, one.most ?? 200))} mode={one.type === "int" ? "numeric" : "text"} hint={help} />;
}

/** Photos from the camera or the album; they go with the entry and are sent when there is a network. */
function Photos({ label, help, most, value, set }: { label: string; help: string; most: number; value: Taken[]; set: (change: (before: unknown) => unknown) => void }) {
  const { t } = useSession();
  const [broken, setBroken] = useState(false);
  const pick = async (input: HTMLInputElement) => {
    const files = [...input.files ?? []];
    input.value = "";
    setBroken(false);
    for (const file of files) {
      try {
        const photo = await taken(file);
        set((before) => {
          const there = (before as Taken[] | undefined) ?? [];
          return there.length >= most ? there : [...there, photo];
        });
      } catch {
        setBroken(true);
      }
    }
  };
  return (
    <fieldset class="field photos"><legend>{label}</legend>
      <div class="shots">{value.map((photo) => (
        <span key={photo.digest}><Shot of={photo} /><button type="button" aria-label={t("photo_drop")} onClick={() => set((before) => (before as Taken[]).filter((other) => other !== photo))}>×</button></span>
      ))}</div>
      {value.length < most && <label class="wide shoot"><span>{t("photo_take")}</span><input type="file" accept="image/*" capture="environment" onChange={(event) => void pick(event.currentTarget)} /></label>}
      {broken && <p class="notice bad" role="alert">{t("photo_broken")}</p>}
      {help && <small>{help}</small>}
    </fieldset>
  );
}

function Shot({ of: photo }: { of: Taken }) {
  const { t } = useSession();
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return address ? <img src={address} alt={t("photo")} /> : null;
}

function local(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
