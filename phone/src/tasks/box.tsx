// Sealed tubes go into a box, which the courier takes.
import { useState } from "preact/hooks";
import { labelTrouble, sealed } from "../roles/labels";
import { Sheet } from "../screens/parts";
import { ScanBar } from "../screens/scan";
import { useSession } from "../screens/use";
import { misread, read } from "./shared";

export function Box({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const loose = sealed(session.entries).filter((one) => one.boxed === null && one.campaign === session.campaign?.id);
  const [out, setOut] = useState<number[]>([]);
  const [box, setBox] = useState<number | null>(null);
  const inside = loose.filter((one) => !out.includes(one.tube));
  const heard = (text: string) => {
    const found = read(session, text);
    if (found.is !== "label") return session.say(misread(session, t, found, t("box_hint")));
    if (loose.some((one) => one.tube === found.label)) return setOut(out.filter((one) => one !== found.label));
    if (labelTrouble(session.entries, found.label) === "used") return session.say({ tone: "bad", word: t("label_used"), text: t("label_used_text", { n: found.label }) });
    setBox(found.label);
  };
  const pack = async () => {
    if (box === null || !inside[0]) return;
    await session.act([{ kind: "tube.boxed", area: inside[0].area, body: { campaign: inside[0].campaign, box, tubes: inside.map((one) => one.tube) } }]);
    session.say({ tone: "good", word: t("boxed_word"), text: t("boxed_text", { box, n: inside.length }) });
    back();
  };
  return (
    <Sheet title={t("box_tubes")} back={back}>
      <p class="big">{box === null ? t("box_hint") : t("box_no", { n: box })}</p>
      <div class="choices">
        {loose.map((one) => (
          <button key={one.n} type="button" class={out.includes(one.tube) ? "" : "on"} aria-pressed={!out.includes(one.tube)}
            onClick={() => setOut(out.includes(one.tube) ? out.filter((tube) => tube !== one.tube) : [...out, one.tube])}>
            {one.tube}<small>{t("n_people", { n: one.persons.length })}</small>
          </button>
        ))}
      </div>
      <button type="button" class="wide main" disabled={box === null || !inside.length} onClick={() => void pack()}>{t("seal_box", { n: inside.length })}</button>
      <ScanBar heard={heard} hint={t("box_hint")} />
    </Sheet>
  );
}
