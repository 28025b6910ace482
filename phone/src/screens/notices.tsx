// What stands in the way, each with what to do about it.
import type { Campaign } from "../pack/shapes";
import { lostTubes } from "../roles/labels";
import { nameOf } from "../tasks/shared";
import { areaName, clock, useSession } from "./use";

const DAY = 24 * 3600_000, HOUR = 3600_000;

/** How far a clock jumped, in words: days where it is days. */
function far(t: ReturnType<typeof useSession>["t"], ms: number): string {
  const size = Math.abs(ms);
  return size >= 2 * DAY ? t("days", { n: Math.round(size / DAY) }) : size >= 2 * HOUR ? t("hours", { n: Math.round(size / HOUR) }) : t("minutes", { n: Math.round(size / 60_000) });
}

export function Notices({ enrol }: { enrol: () => void }) {
  const { session, t } = useSession();
  const { device, head, trouble, packTrouble, storage } = session;
  if (!device) return null;
  const told: { key: string; tone: "warn" | "bad"; text: string; act?: { label: string; run: () => void } }[] = [];
  const anew = { label: t("enrol_anew"), run: enrol };
  const now = session.now();
  if (session.cloned) told.push({ key: "cloned", tone: "bad", text: t("cloned"), act: anew });
  else if (trouble === 402) told.push({ key: "revoked", tone: "bad", text: t("revoked") });
  else if (trouble === 401) told.push({ key: "unknown", tone: "bad", text: t("unknown_device"), act: anew });
  else if (session.closed) told.push({ key: "closed", tone: "warn", text: t("shift_over"), act: anew });
  else if (Date.parse(device.expires_at) <= now) told.push({ key: "expired", tone: "bad", text: t("expired", { at: clock(device.expires_at) }), act: anew });
  else if (packTrouble === 414) told.push({ key: "414", tone: "bad", text: t("too_large") });
  else if (!head) told.push({ key: "nopack", tone: "warn", text: t("no_pack") });
  else if (now - (session.packAt ?? 0) > DAY) told.push({ key: "old", tone: "warn", text: t("pack_old") });
  if (session.jumped) told.push({ key: "jumped", tone: "warn", text: t(session.jumped > 0 ? "clock_ahead" : "clock_back", { far: far(t, session.jumped) }) });
  if (storage?.short) told.push({ key: "storage", tone: "bad", text: storage.free_mb === null ? t("storage_full") : t("storage_short", { n: storage.free_mb }) });
  if (storage?.lasting === false && !session.warned) told.push({ key: "lasting", tone: "warn", text: t("not_lasting"), act: { label: t("heeded"), run: () => void session.warn() } });
  if (session.update) told.push({ key: "update", tone: "warn", text: t("update_waits"), act: { label: t("update"), run: session.update } });
  for (const one of session.earlier.filter((one) => one.unsent)) told.push({ key: `e${one.device.journal}`, tone: "warn", text: t("earlier_unsent", { n: one.unsent, name: one.device.name }) });
  const twice = session.doubles.filter((one) => !session.heeded.includes(one.key));
  return <>
    {told.map((one) => (
      <div key={one.key} class={`notice ${one.tone}`} role="alert">
        <p>{one.text}</p>
        {one.act && <button type="button" class="wide" onClick={one.act.run}>{one.act.label}</button>}
      </div>
    ))}
    {twice.length > 0 && <div class="notice warn" role="alert">
      {twice.map((one) => <p key={one.key}><b>{nameOf(t, session.people.get(one.person), one.person)}</b> {t("double", { tubes: one.tubes.join(" ") })}</p>)}
      <p>{t("double_what")}</p>
      <button type="button" class="wide" onClick={() => void session.heed()}>{t("heeded")}</button>
    </div>}
    <LostTubes />
  </>;
}

/** Tubes of this phone whose sample is not to be had: its people are to be sampled again. */
function LostTubes() {
  const { session, t } = useSession();
  const mine = lostTubes(session.entries, session.head?.lost ?? [], session.people);
  if (!mine.length) return null;
  return (
    <div class="notice bad" role="alert">
      {mine.map((one) => <p key={one.tube}><b>{t("tube_no", { n: one.tube })}</b> {t(`lost_${one.why}`)} {one.persons.map((id) => nameOf(t, session.people.get(id), id)).join(" ")}</p>)}
      <p>{t("lost_what")}</p>
    </div>
  );
}

/** Which round, and where. */
export function Round() {
  const { session, t } = useSession();
  const { campaign, head } = session;
  if (!head) return null;
  if (!campaign) return head.tasks.every((one) => one === "duties") ? null : <p class="notice warn">{t("no_round")}</p>;
  const first = head.ranges[0]?.[0] ?? 0;
  // Of a round that is over there are only those who still wait under it.
  const name = (one: Campaign) => one.closed_at ? t("round_over", { name: one.name }) : one.name;
  return (
    <div class="round">
      {head.campaigns.length > 1
        ? <select aria-label={t("round")} value={campaign.id} onChange={(event) => void session.choose(Number(event.currentTarget.value))}>
          {head.campaigns.map((one) => <option key={one.id} value={one.id}>{name(one)}</option>)}
        </select>
        : <b>{name(campaign)}</b>}
      <span>{areaName(session, first)}</span>
    </div>
  );
}
