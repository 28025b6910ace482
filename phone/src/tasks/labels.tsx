// The printed labels that this phone's team was given: first and last, scanned.
import { useState } from "preact/hooks";
import { meaning } from "../codes";
import { issued, unused } from "../roles/labels";
import { Sheet } from "../screens/parts";
import { ScanBar } from "../screens/scan";
import { useSession } from "../screens/use";
import { misread } from "./shared";

export function Labels({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const [first, setFirst] = useState<number | null>(null);
  const heard = async (text: string) => {
    const found = meaning(text, session.head?.codes);
    if (found.is !== "label") return session.say(misread(t, found, t("labels_hint")));
    if (first === null) return setFirst(found.label);
    const [from, to] = [Math.min(first, found.label), Math.max(first, found.label)];
    await session.act([{ kind: "labels.issued", area: session.area, body: { from, to } }]);
    setFirst(null);
    session.say({ tone: "good", word: t("labels_kept"), text: `${from} – ${to}` });
  };
  return (
    <Sheet title={t("labels")} back={back}>
      <p class="big">{first === null ? t("labels_hint") : t("labels_last", { n: first })}</p>
      <ul class="list">{issued(session.entries).map(([from, to]) => <li key={from}>{from} – {to}</li>)}</ul>
      <p>{t("left_labels", { n: unused(session.entries) })}</p>
      <ScanBar heard={(text) => void heard(text)} hint={t("labels_hint")} />
    </Sheet>
  );
}
