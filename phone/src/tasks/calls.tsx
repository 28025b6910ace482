// Please come down now: the next group of the timetable, or any stairwell, so that nobody stands in a crowd.
import { type Site, type Stairwell, sites, stairwells } from "../roles/words";
import { areaName, useSession } from "../screens/use";

const ADVICE = { next: "advice_next", wait: "advice_wait", slow: "advice_slow", stop: "advice_stop", done: "advice_done" } as const;

export function Calls() {
  const { session, t } = useSession();
  const campaign = session.campaign?.id ?? 0;
  const list = stairwells(session.leaves, campaign);
  const planned = sites(session.leaves, session.head?.calls ?? [], campaign);
  const say = async (area: number, persons: number[], where: string) => {
    const n = await session.act([{ kind: "swab.called", area, body: { campaign, persons } }]);
    session.say({
      tone: "good", word: t("called_word"), text: `${where} · ${t("n_people", { n: persons.length })}`,
      acts: [{ label: t("undo"), run: () => { session.say(null); void session.void(n, t("undone")); } }],
    });
  };
  const call = (one: Stairwell) => say(one.area, one.uncalled, `${areaName(session, one.place)} ${t("stairwell", { n: one.stairwell })}`);
  const group = (one: NonNullable<Site["next"]>) => [
    areaName(session, one.area), one.call.stairwell && t("stairwell", { n: one.call.stairwell }),
    one.call.parts > 1 && t("call_part", { n: one.call.part, of: one.call.parts }),
  ].filter(Boolean).join(" ");
  return (
    <div class="task">
      <h2>{t("call_title")}</h2>
      <p>{t("call_note")}</p>
      {planned.map((site) => (
        <section key={site.id} class="site">
          <h3>{site.name}</h3>
          <p class={`advice ${site.advice}`} role="status">{t(ADVICE[site.advice])}</p>
          <p>{t("called_waiting", { n: site.waiting })} · {t("groups_left", { n: site.left })}</p>
          {site.next && (
            <button type="button" class="door call next" onClick={() => void say(site.next!.area, site.next!.persons, group(site.next!))}>
              <b>{t("call_next")}</b>
              <span>{group(site.next)} · {t("n_people", { n: site.next.persons.length })}</span>
              {site.next.call.at && <small>{t("planned_at", { at: hour(site.next.call.at) })}</small>}
            </button>
          )}
        </section>
      ))}
      {planned.length > 0 && <h3>{t("call_any")}</h3>}
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

function hour(at: string): string {
  const time = new Date(at);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}
