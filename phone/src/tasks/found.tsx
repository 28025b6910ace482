// Somebody on no list: found at the door or in the queue, owed a swab from now on.
import { useState } from "preact/hooks";
import { encrypted } from "../card";
import { holdsIdNumber, isIdNumber } from "../codes";
import { foundId, placeOf } from "../roles/rules";
import { Field, Sheet } from "../screens/parts";
import { Camera, useWedge } from "../screens/scan";
import { areaName, doorName, placeName, useSession } from "../screens/use";
import { misread, read } from "./shared";

/** `person`: her number, where her code was scanned and she is on no list here; `number`: of an identity card. */
interface Props { area?: number; number?: string; person?: number; done: (id: number, household: number | null, area: number, name: string) => void; back?: () => void }

export function FoundForm({ area: given, number: scanned = "", person, done, back }: Props) {
  const { session, t } = useSession();
  const buildings = session.leaves.map((leaf) => leaf.area);
  const [area, setArea] = useState(given || buildings[0] || session.area);
  const [name, setName] = useState("");
  const [stairwell, setStairwell] = useState("");
  const [door, setDoor] = useState("");
  const [number, setNumber] = useState(scanned);
  const [camera, setCamera] = useState(false);
  const key = session.head?.card_key ?? null;
  const homes = session.leaves.find((leaf) => leaf.area === area)?.households.filter((one) => one.area === undefined) ?? [];
  const fitting = homes.filter((one) => one.door === door.trim() && (!stairwell.trim() || one.stairwell === stairwell.trim()));
  const home = fitting.length === 1 ? fitting[0] ?? null : null;
  // The number has one field, whose content is sealed; in any other it would be kept in clear.
  const astray = [name, stairwell, door].some(holdsIdNumber);
  const wrong = astray ? t("id_astray") : number.trim().length === 18 && !isIdNumber(number.trim()) ? t("id_wrong") : "";
  const heard = (text: string) => {
    const found = read(session, text);
    if (found.is !== "card" || !key) return session.say(misread(session, t, found, t("id_scan")));
    setCamera(false);
    setNumber(found.number);
    session.say({ tone: "good", word: t("id_read"), text: t("id_read_text") });
  };
  useWedge(heard);
  const keep = async () => {
    if (!name.trim() || wrong || !session.campaign || !session.device) return;
    const body: Record<string, unknown> = { campaign: session.campaign.id, name: name.trim() };
    if (person) body.person = person;
    if (home) body.household = home.id;
    if (stairwell.trim()) body.stairwell = stairwell.trim();
    if (door.trim()) body.door = door.trim();
    if (key && number.trim()) body.card = await encrypted(number.trim().toUpperCase(), key);
    const first = await session.act([{ kind: "person.found", area, body }]);
    const said = name.trim();
    setName(""); setStairwell(""); setDoor(""); setNumber("");
    session.say({ tone: "good", word: t("found_kept"), text: said });
    done(person ?? foundId(session.device.journal, first), home?.id ?? null, area, said);
  };
  const same = session.campaign && name.trim() ? [...session.people.values()].filter((one) => one.person.name === name.trim() && !one.person.keep_away) : [];
  const form = (
    // No form: the Enter of a scanner that types into a field would send it.
    <div>
      {person !== undefined && <p>{t("person_no", { n: person })}</p>}
      <Field label={t("full_name")} value={name} set={setName} />
      {buildings.length > 1 && (
        <label class="field"><span>{t("building")}</span>
          <select value={area} onChange={(event) => setArea(Number(event.currentTarget.value))}>
            {buildings.map((one) => <option key={one} value={one}>{areaName(session, one)}</option>)}
          </select>
        </label>
      )}
      <div class="row"><Field label={t("stairwell_field")} value={stairwell} set={setStairwell} /><Field label={t("door_field")} value={door} set={setDoor} /></div>
      {key && camera && <Camera heard={heard} close={() => setCamera(false)} />}
      {key && <div class="row number">
        <Field label={t("id_number")} value={number} set={setNumber} hint={t("id_hint")} />
        {!camera && <button type="button" onClick={() => setCamera(true)}>{t("scan")}</button>}
      </div>}
      {same.length > 0 && <p class="notice warn" role="status">{t("found_same", { where: same.slice(0, 3).map((one) => `${placeName(session, placeOf(one.leaf.area, one.home))} ${doorName(t, one.home)}`).join(t("and")) })}</p>}
      {wrong && <p class="notice bad" role="alert">{wrong}</p>}
      <button type="button" class="wide main" disabled={!name.trim() || wrong !== ""} onClick={() => void keep()}>{t("found_keep")}</button>
    </div>
  );
  return back ? <Sheet title={t("task_found")} back={back}>{form}</Sheet> : <div class="sheet"><h2>{t("task_found")}</h2><p>{t("found_note")}</p>{form}</div>;
}

export function FoundTask() {
  return <FoundForm done={() => {}} />;
}
