// Please come down now: by stairwell, so that nobody stands in a crowd.
import { type Stairwell, stairwells } from "../roles/words";
import { areaName, useSession } from "../screens/use";

export function Calls() {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  const list = stairwells(session.leaves, campaign);
  const call = async (one: Stairwell) => {
    const n = await session.act([{ kind: "swab.called", area: one.area, body: { campaign, persons: one.uncalled } }]);
    session.say({
      tone: "good", word: t("called_word"), text: `${areaName(session, one.place)} ${t("stairwell", { n: one.stairwell })} · ${t("n_people", { n: one.uncalled.length })}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
  };
  return (
    <div class="task">
      <h2>{t("call_title")}</h2>
      <p>{t("call_note")}</p>
      {list.length === 0 && <p>{t("no_doors")}</p>}
      <div class="doors">
        {list.map((one) => (
          <button key={`${one.area}/${one.place}/${one.stairwell}`} type="button" class="door call" disabled={!one.uncalled.length} onClick={() => void call(one)}>
            <b>{areaName(session, one.place)} {one.stairwell && t("stairwell", { n: one.stairwell })}</b>
            <span>{one.uncalled.length ? t("come_now", { n: one.uncalled.length }) : t("all_called")}</span>
            {one.called > 0 && <small>{t("called_waiting", { n: one.called })}</small>}
          </button>
        ))}
      </div>
    </div>
  );
}
