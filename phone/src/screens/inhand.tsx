// A tube with people in it, where its own screen is not to be had any more: the shift is over, the list is gone, the phone
// was enrolled anew. The swabs are taken, so that it is sealed, or somebody says that it is not used.
import { useState } from "preact/hooks";
import type { Earlier } from "../earlier";
import type { Tube } from "../roles/rules";
import { useSession } from "./use";

/** `filling`: the screen of the tube in hand is there. */
export function InHand({ filling }: { filling: boolean }) {
  const { session, t } = useSession();
  const here = session.tube?.persons.length ? session.tube : null;
  const sealed = (tube: Tube | null) => { if (tube) session.say({ tone: "good", word: t("sealed_word"), text: t("sealed_text", { label: tube.label, n: tube.persons.length }) }); };
  const elsewhere = (session.head?.tasks ?? []).includes("tubes") && session.campaign !== null && !session.closed;
  return <>
    {here && session.cloned && <p class="notice bad" role="alert">{t("inhand_goes_on", { label: here.label, n: here.persons.length })}</p>}
    {here && !session.cloned && !filling && !elsewhere && (
      <Card tube={here} where={t("inhand_here")} seal={() => void session.seal().then(sealed)} drop={() => void session.hold(null)} />
    )}
    {session.earlier.map((one: Earlier) => one.tube && (
      <Card key={one.device.journal} tube={one.tube} where={t("inhand_before", { name: one.device.name })}
        seal={() => { const { tube } = one; void session.settleTube(one, true).then(() => sealed(tube)); }} drop={() => void session.settleTube(one, false)} />
    ))}
  </>;
}

function Card({ tube, where, seal, drop }: { tube: Tube; where: string; seal: () => void; drop: () => void }) {
  const { t } = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <section class="notice warn inhand" aria-label={t("inhand")}>
      <p><b>{t("tube_no", { n: tube.label })} · {t("n_people", { n: tube.persons.length })}</b> {where}</p>
      {asking
        ? <>
          <p>{t("inhand_drop_sure")}</p>
          <div class="row"><button type="button" onClick={() => setAsking(false)}>{t("back")}</button><button type="button" class="danger" onClick={drop}>{t("inhand_drop")}</button></div>
        </>
        : <div class="row"><button type="button" onClick={() => setAsking(true)}>{t("inhand_drop")}</button><button type="button" class="main" onClick={seal}>{t("seal")}</button></div>}
    </section>
  );
}
