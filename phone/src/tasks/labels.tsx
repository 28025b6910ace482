// The printed labels that this phone's team was given: first and last, scanned; and those that broke.
import { useState } from "preact/hooks";
import { issued, labelTrouble, unused } from "../roles/labels";
import { Choices, Sheet } from "../screens/parts";
import { ScanBar } from "../screens/scan";
import { useSession } from "../screens/use";
import { misread, read } from "./shared";

export function Labels({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const [broken, setBroken] = useState(false);
  const [first, setFirst] = useState<number | null>(null);
  const range = async (label: number) => {
    if (first === null) return setFirst(label);
    const [from, to] = [Math.min(first, label), Math.max(first, label)];
    await session.act([{ kind: "labels.issued", area: session.area, body: { from, to } }]);
    setFirst(null);
    session.say({ tone: "good", word: t("labels_kept"), text: `${from} – ${to}` });
  };
  const lost = async (label: number) => {
    if (labelTrouble(session.entries, label) === "used") return session.say({ tone: "bad", word: t("label_used"), text: t("label_used_text", { n: label }) });
    const body = { campaign: session.campaign?.id ?? 0, duty: "tube", subjects: [label], reason: "destroyed", evidence: t("label_broken") };
    await session.act([{ kind: "duty.excused", area: session.area, body }]);
    session.say({ tone: "warn", word: t("label_broken"), text: t("tube_no", { n: label }) });
  };
  const heard = (text: string) => {
    const found = read(session, text);
    if (found.is !== "label") return session.say(misread(session, t, found, t("labels_hint")));
    void (broken ? lost : range)(found.label);
  };
  const hint = t(broken ? "broken_hint" : "labels_hint");
  return (
    <Sheet title={t("labels")} back={back}>
      <Choices of={[{ value: false, label: t("labels_range") }, { value: true, label: t("label_broken") }]} chosen={broken} pick={(value) => { setBroken(value); setFirst(null); }} />
      <p class="big">{first === null ? hint : t("labels_last", { n: first })}</p>
      <ul class="list">{issued(session.entries).map(([from, to]) => <li key={from}>{from} – {to}</li>)}</ul>
      <p>{t("left_labels", { n: unused(session.entries) })}</p>
      <ScanBar heard={heard} hint={hint} />
    </Sheet>
  );
}
