// What stands in the way, each with what to do about it.
import { nameOf } from "../tasks/shared";
import { areaName, clock, useSession } from "./use";

const DAY = 24 * 3600_000;

export function Notices() {
  const { session, t } = useSession();
  const { device, head, trouble, packTrouble } = session;
  if (!device) return null;
  const told: { key: string; tone: "warn" | "bad"; text: string }[] = [];
  if (trouble === 402) told.push({ key: "revoked", tone: "bad", text: t("revoked") });
  else if (trouble === 401) told.push({ key: "unknown", tone: "bad", text: t("unknown_device") });
  else if (session.closed) told.push({ key: "closed", tone: "warn", text: t("shift_over") });
  else if (Date.parse(device.expires_at) <= Date.now()) told.push({ key: "expired", tone: "bad", text: t("expired", { at: clock(device.expires_at) }) });
  else if (packTrouble === 414) told.push({ key: "414", tone: "bad", text: t("too_large") });
  else if (!head) told.push({ key: "nopack", tone: "warn", text: t("no_pack") });
  else if (Date.now() - (session.packAt ?? 0) > DAY) told.push({ key: "old", tone: "warn", text: t("pack_old") });
  if (session.storage?.short) told.push({ key: "storage", tone: "bad", text: session.storage.free_mb === null ? t("storage_full") : t("storage_short", { n: session.storage.free_mb }) });
  for (const one of session.earlier.filter((one) => one.unsent)) told.push({ key: `e${one.device.journal}`, tone: "warn", text: t("earlier_unsent", { n: one.unsent, name: one.device.name }) });
  const twice = session.doubles.filter((one) => !session.heeded.includes(one.key));
  return <>
    {told.map((one) => <p key={one.key} class={`notice ${one.tone}`} role="alert">{one.text}</p>)}
    {twice.length > 0 && <div class="notice warn" role="alert">
      {twice.map((one) => <p key={one.key}><b>{nameOf(t, session.people.get(one.person), one.person)}</b> {t("double", { tubes: one.tubes.join(" ") })}</p>)}
      <p>{t("double_what")}</p>
      <button type="button" class="wide" onClick={() => void session.heed()}>{t("heeded")}</button>
    </div>}
  </>;
}

/** Which round, and where. */
export function Round() {
  const { session, t } = useSession();
  const { campaign, head } = session;
  if (!head) return null;
  if (!campaign) return <p class="notice warn">{t("no_round")}</p>;
  const first = head.ranges[0]?.[0] ?? 0;
  return (
    <div class="round">
      {head.campaigns.length > 1
        ? <select aria-label={t("round")} value={campaign.id} onChange={(event) => void session.choose(Number(event.currentTarget.value))}>
          {head.campaigns.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
        : <b>{campaign.name}</b>}
      <span>{areaName(session, first)}</span>
    </div>
  );
}
