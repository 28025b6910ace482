// The tube in hand: who is in it, who may still go in, and closing it.
import { useState } from "preact/hooks";
import type { Meaning } from "../codes";
import type { Hit } from "../pack/view";
import { added, addedOutside, duty, OVERRIDABLE, type Tube, warnings, warningsOutside } from "../roles/rules";
import { doorName, useSession } from "../screens/use";
import { FoundForm } from "./found";
import { Finder, misread, nameOf, People } from "./shared";

export function Fill({ tube }: { tube: Tube }) {
  const { session, t } = useSession();
  const [household, setHousehold] = useState<number | null>(null);
  const [finding, setFinding] = useState<{ number?: string } | null>(null);
  const count = tube.persons.length;

  /** Say why not, or put the person in. `anyway`: the sampler has seen what may be overruled. */
  const put = (hit: Hit, anyway = false): boolean => {
    const now = session.tube;
    if (!now) return false;
    const { person, leaf } = hit;
    const name = nameOf(t, hit, person.id);
    const found = warnings(now, person, leaf, session.head?.campaigns.find((one) => one.id === now.campaign));
    const stop = found.find((one) => !OVERRIDABLE.includes(one));
    const worst = stop ?? found[0];
    if (worst && (stop || !anyway)) {
      const acts = stop ? undefined : [{ label: t("sample_anyway"), run: () => void put(hit, true) }];
      session.say({ tone: stop ? "bad" : "warn", word: t(`stop_${worst}`), text: `${worst === "away" || worst === "away_single" ? doorName(t, hit.home) : `${name} ${doorName(t, hit.home)}`} · ${t(`stop_${worst}_text`)}`, acts });
      return false;
    }
    const lost = duty(person, now.campaign)?.lost;
    taken(added(now, person, leaf), name, lost ? t(`lost_${lost}`) : doorName(t, hit.home));
    return true;
  };
  const taken = (next: Tube, name: string, where: string) => {
    void session.hold(next);
    const full = next.persons.length >= next.size;
    session.say({ tone: "good", word: `${next.persons.length}/${next.size} ${name}`, text: full ? t("tube_full") : where });
  };
  /** Somebody of another building: the phone knows nothing of her but her number, and that is enough for her swab. */
  const outside = (id: number, anyway = false): void => {
    const now = session.tube;
    if (!now) return;
    const name = t("person_no", { n: id });
    const [stop] = warningsOutside(now, id);
    if (stop) return session.say({ tone: "bad", word: t(`stop_${stop}`), text: `${name} · ${t(`stop_${stop}_text`)}` });
    if (!anyway) return session.say({ tone: "warn", word: t("outside"), text: t("outside_text", { n: id }), acts: [{ label: t("outside_take"), run: () => outside(id, true) }] });
    taken(addedOutside(now, id, now.area || session.area), name, t("outside_kept"));
  };
  const register = (number?: string) => [{ label: t("register"), run: () => { session.say(null); setFinding({ number }); } }];
  const other = (found: Meaning) => {
    if (found.is === "person") return outside(found.id);
    if (found.is === "card") return session.say({ tone: "warn", word: t("card_word"), text: t("card_text"), acts: register(found.number) });
    if (found.is === "household" && session.leaves.some((leaf) => leaf.households.some((one) => one.id === found.id))) return setHousehold(found.id);
    if (found.is === "household") return session.say({ tone: "bad", word: t("not_here"), text: t("household_outside") });
    if (found.is === "label" && found.label === tube.label) {
      // A camera may see the tube in hand at any time: it never closes one by itself.
      if (count) session.say({ tone: "warn", word: t("seal_now"), text: t("sealed_text", { label: tube.label, n: count }), acts: [{ label: t("seal"), run: () => void seal() }] });
      return;
    }
    if (found.is === "label") return session.say({ tone: "bad", word: t("other_tube"), text: t("other_tube_text", { n: tube.label }) });
    session.say(misread(session, t, found, t("person_hint")));
  };
  const seal = async () => {
    setHousehold(null);
    const done = await session.seal();
    if (done) session.say({ tone: "good", word: t("sealed_word"), text: t("sealed_text", { label: done.label, n: done.persons.length }) });
  };
  const remove = (id: number) => {
    const now = session.tube;
    if (now) void session.hold({ ...now, persons: now.persons.filter((one) => one.id !== id) });
    session.say(null);
  };
  const afterFound = (id: number) => {
    setFinding(null);
    const hit = session.people.get(id);
    if (hit) put(hit);
  };
  if (finding) return <FoundForm area={tube.area} number={finding.number} done={afterFound} back={() => setFinding(null)} />;
  const members = [...session.people.values()].filter((one) => household !== null && one.person.household === household && !tube.persons.some((inside) => inside.id === one.person.id));
  return (
    <div class="task">
      <div class="tube">
        <strong class="count" data-count={count}>{count}<small>/{tube.size}</small></strong>
        <div><b>{t("tube_no", { n: tube.label })}</b><span>{tube.mode === "pooled" ? t("pool_of", { n: tube.size }) : t(tube.mode)}</span></div>
      </div>
      {household !== null && <>
        <h3>{t("household_members")}</h3>
        <People of={members} pick={(hit) => { put(hit); }} />
        <button type="button" class="wide quiet" onClick={() => setHousehold(null)}>{t("done")}</button>
      </>}
      <ol class="inside">
        {tube.persons.map((one) => (
          <li key={one.id}><span>{one.name || t("person_no", { n: one.id })} <small>{one.outside ? t("outside") : doorName(t, session.people.get(one.id)?.home ?? null)}</small></span>
            <button type="button" aria-label={t("take_out", { name: one.name || one.id })} onClick={() => remove(one.id)}>×</button></li>
        ))}
      </ol>
      <div class="row">
        {count > 0
          ? <button type="button" onClick={() => remove(tube.persons.at(-1)?.id ?? 0)}>{t("undo")}</button>
          : <button type="button" onClick={() => void session.hold(null)}>{t("put_back")}</button>}
        <button type="button" onClick={() => setFinding({})}>{t("register")}</button>
        <button type="button" class="main" disabled={!count} onClick={() => void seal()}>{t("seal")}</button>
      </div>
      <Finder pick={(hit) => { put(hit); }} hint={t("person_hint")} other={other} />
    </div>
  );
}
