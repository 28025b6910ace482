// Sampling: a tube is chosen, filled, closed; then boxed. One thing at a time, each with one scan.
import { useState } from "preact/hooks";
import { issued, labelTrouble, sealed } from "../roles/labels";
import { type Kind, kinds } from "../roles/rules";
import { Choices } from "../screens/parts";
import { ScanBar } from "../screens/scan";
import { useSession } from "../screens/use";
import { Box } from "./box";
import { Fill } from "./fill";
import { Labels } from "./labels";
import { SealedTubes } from "./sealed";
import { misread, read } from "./shared";

type Place = "box" | "labels" | "sealed";

export function Tubes() {
  const { session, t } = useSession();
  const [picked, setKind] = useState<Kind | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const { all, usual } = kinds(session.campaign?.pool_size);
  const kind = all.find((one) => one.mode === picked?.mode && one.size === picked.size) ?? usual;
  const back = () => setPlace(null);
  if (session.tube) return <Fill tube={session.tube} />;
  if (place === "box") return <Box back={back} />;
  if (place === "labels") return <Labels back={back} />;
  if (place === "sealed") return <SealedTubes back={back} />;
  const tubes = sealed(session.entries);
  const take = (label: number) => {
    void session.hold({ label, ...kind, zone: null, area: 0, campaign: session.campaign?.id ?? 0, persons: [] });
    session.say({ tone: "good", word: t("tube_open"), text: t("tube_no", { n: label }) });
  };
  const heard = (text: string) => {
    const found = read(session, text);
    if (found.is !== "label") return session.say(misread(session, t, found, t("tube_first")));
    const trouble = labelTrouble(session.entries, found.label);
    if (trouble === "used") return session.say({ tone: "bad", word: t("label_used"), text: t("label_used_text", { n: found.label }) });
    if (trouble === null) return take(found.label);
    session.say({ tone: "warn", word: t(`label_${trouble}`), text: t(`label_${trouble}_text`, { n: found.label }), acts: [{ label: t("use_anyway"), run: () => take(found.label) }] });
  };
  return (
    <div class="task">
      <h2>{t("new_tube")}</h2>
      {session.campaign?.pool_size ? <p class="hint">{t("round_pool", { n: session.campaign.pool_size })}</p> : null}
      <Choices of={all.map((one) => ({ value: one, label: one.mode === "pooled" ? t("pool_of", { n: one.size }) : t(one.mode) }))} chosen={kind} pick={setKind} />
      <div class="choices">
        <button type="button" onClick={() => setPlace("box")}>{t("box_tubes")}<small>{t("n_unboxed", { n: tubes.filter((one) => one.boxed === null).length })}</small></button>
        <button type="button" onClick={() => setPlace("sealed")}>{t("sealed_tubes")}<small>{t("n_tubes", { n: tubes.length })}</small></button>
        <button type="button" onClick={() => setPlace("labels")}>{t("labels")}<small>{t("n_ranges", { n: issued(session.entries).length })}</small></button>
      </div>
      <ScanBar heard={heard} hint={t("tube_hint")} />
    </div>
  );
}
