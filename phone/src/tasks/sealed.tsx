// Tubes closed on this phone; a wrong one is taken back with a reason, and stays in the record.
import { useState } from "preact/hooks";
import { lostTubes, sealed } from "../roles/labels";
import { Choices, Sheet } from "../screens/parts";
import { clock, useSession } from "../screens/use";
import { nameOf } from "./shared";

const WHY = ["void_label", "void_person", "void_broken", "void_lost", "void_other"] as const;

export function SealedTubes({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const [chosen, setChosen] = useState<number | null>(null);
  const tubes = sealed(session.entries);
  const tube = tubes.find((one) => one.n === chosen);
  const lost = new Map(lostTubes(session.entries, session.head?.lost ?? [], session.people).map((one) => [one.tube, one.why]));
  const twice = new Set(session.doubles.filter((one) => tube && one.tubes.includes(tube.tube)).map((one) => one.person));
  const take = async (why: (typeof WHY)[number]) => {
    if (!tube) return;
    // A tube that broke was sealed all the same: its end is reported, and the sealing stays in the record.
    const gone = why === "void_broken" || why === "void_lost";
    const body = { campaign: tube.campaign, duty: "tube", subjects: [tube.tube], reason: "destroyed", evidence: t(why) };
    await (gone ? session.act([{ kind: "duty.excused", area: tube.area, body }]) : session.void(tube.n, t(why)));
    setChosen(null);
    session.say({ tone: "warn", word: t(gone ? why : "voided"), text: t(gone ? "gone_text" : "voided_text", { n: tube.tube }) });
  };
  if (tube) return (
    <Sheet title={t("tube_no", { n: tube.tube })} back={() => setChosen(null)}>
      {lost.has(tube.tube) && <p class="notice bad">{t(`lost_${lost.get(tube.tube) ?? "broken"}`)} {t("lost_what")}</p>}
      <ol class="inside">{tube.persons.map((id) => <li key={id}><span>{nameOf(t, session.people.get(id), id)}{twice.has(id) && <small> · {t("double_too")}</small>}</span></li>)}</ol>
      <h3>{t("void_why")}</h3>
      <Choices of={WHY.map((why) => ({ value: why, label: t(why) }))} pick={(why) => void take(why)} />
    </Sheet>
  );
  return (
    <Sheet title={t("sealed_tubes")} back={back}>
      {tubes.length === 0 && <p>{t("none_yet")}</p>}
      <Choices of={tubes.map((one) => ({ value: one.n, label: String(one.tube), note: `${lost.has(one.tube) ? `${t("again_short")} · ` : ""}${clock(one.at)} · ${t("n_people", { n: one.persons.length })} · ${one.boxed === null ? t("unboxed") : t("in_box", { n: one.boxed })}` }))} pick={setChosen} />
    </Sheet>
  );
}
