// A neighbour's test at home, as it was shown at the door.
import { useState } from "preact/hooks";
import type { Hit } from "../pack/view";
import { Choices, Sheet } from "../screens/parts";
import { doorName, useSession } from "../screens/use";
import { Finder, misread, nameOf } from "./shared";

const VALUES = ["negative", "positive", "invalid"] as const;

export function Antigen() {
  const { session, t } = useSession();
  const [hit, setHit] = useState<Hit | null>(null);
  const tell = async (who: Hit, value: (typeof VALUES)[number]) => {
    const n = await session.act([{ kind: "antigen.reported", area: who.leaf.area, body: { person: who.person.id, value } }]);
    setHit(null);
    session.say({
      tone: value === "negative" ? "good" : value === "positive" ? "bad" : "warn", word: t(value), text: `${nameOf(t, who, who.person.id)} · ${t(`${value}_next`)}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
  };
  if (hit) return (
    <Sheet title={`${nameOf(t, hit, hit.person.id)} ${doorName(t, hit.home)}`} back={() => setHit(null)}>
      <p>{t("antigen_ask")}</p>
      <Choices of={VALUES.map((value) => ({ value, label: t(value) }))} pick={(value) => void tell(hit, value)} />
    </Sheet>
  );
  const away = (found: Hit) => found.person.keep_away
    ? session.say({ tone: "bad", word: t("stop_away"), text: t("keep_away") })
    : (session.say(null), setHit(found));
  return (
    <div class="task">
      <h2>{t("task_antigen")}</h2>
      <p>{t("antigen_note")}</p>
      <Finder pick={away} hint={t("person_hint")} other={(found) => session.say(misread(session, t, found, t("not_here_text")))} />
    </div>
  );
}
