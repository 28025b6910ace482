// What this phone said at doors, and the way to take a word back.
import { useState } from "preact/hooks";
import { placeOf } from "../roles/rules";
import { said, type Word } from "../roles/said";
import { Sheet } from "../screens/parts";
import { clock, doorName, placeName, reasons, spoken, useSession } from "../screens/use";
import { nameOf } from "./shared";

const TESTS = ["negative", "positive", "invalid"] as const;

/** All words of this phone that count. */
export function SaidWords({ back }: { back: () => void }) {
  const { session, t } = useSession();
  const words = said(session.entries, session.device?.journal ?? 0, session.tube?.persons.map((one) => one.id));
  return (
    <Sheet title={t("said_title")} back={back}>
      <p>{t("said_note")}</p>
      <Words of={words} />
      {words.length === 0 && <p>{t("none_yet")}</p>}
    </Sheet>
  );
}

/** Words, each with who is meant and the way to take it back, which asks once more. */
export function Words({ of }: { of: Word[] }) {
  const { session, t } = useSession();
  const [asking, setAsking] = useState<number | null>(null);
  const name = (id: number) => nameOf(t, session.people.get(id), id);
  const what = (word: Word) => {
    const test = TESTS.find((one) => one === word.reason);
    if (word.kind === "antigen.reported" && test) return `${t("task_antigen")} ${t(test)}`;
    if (word.kind === "swab.called") return t("called_word");
    if (word.kind === "person.found") return t("found_kept");
    const reason = reasons(session).find((one) => one.name === word.reason);
    return `${reason ? spoken(session, reason) : word.reason ?? ""}${word.until ? ` ${clock(word.until)}` : ""}`;
  };
  const take = async (word: Word) => {
    setAsking(null);
    await session.void(word.n, t("taken_back"));
    session.say({ tone: "warn", word: t("taken_back"), text: what(word) });
  };
  return (
    <ul class="list words">
      {of.map((word) => {
        const hit = session.people.get(word.persons[0] ?? 0);
        const place = hit ? `${placeName(session, placeOf(hit.leaf.area, hit.home))} ${doorName(t, hit.home)}` : placeName(session, word.area);
        return (
          <li key={word.n}>
            <div><b>{what(word)}</b> {word.persons.length > 3 ? t("n_people", { n: word.persons.length }) : word.persons.map((id) => word.name ?? name(id)).join(" ")}<small>{clock(word.at)} · {place}</small></div>
            {word.taken
              ? <small>{t("take_tube_first")}</small>
              : asking === word.n
                ? <div class="row"><button type="button" onClick={() => setAsking(null)}>{t("leave_it")}</button><button type="button" class="danger" onClick={() => void take(word)}>{t("take_back_sure")}</button></div>
                : <button type="button" aria-label={`${t("take_back")} ${what(word)}`} onClick={() => setAsking(word.n)}>{t("take_back")}</button>}
          </li>
        );
      })}
    </ul>
  );
}
