// Three honest numbers, always in sight: kept here, sent, confirmed; and how old the oldest unconfirmed one is.
import { NOBODY, SLOW } from "../door";
import { age, useSession } from "./use";

export function Status({ open }: { open: () => void }) {
  const { session, t } = useSession();
  const { kept, sent, confirmed, refused, oldest_s } = session.figures;
  const photos = session.photos.filter((one) => one.state === "waiting").length;
  const late = oldest_s !== null && oldest_s > 1800;
  const { trouble } = session;
  const slow = trouble === SLOW || (trouble === null && session.slow);
  const line = oldest_s === null && trouble === null ? t("all_confirmed") : trouble === NOBODY ? t("offline") : slow ? t("slow") : t(trouble === null ? "to_confirm" : "not_taken");
  return (
    <button type="button" class={`status ${oldest_s === null ? "calm" : late ? "late" : "busy"}`} onClick={open}>
      <span class="unseen">{t("this_phone")}</span>
      <span class="figure"><b data-figure="kept">{kept}</b> {t("kept")}</span>
      <span class="figure"><b data-figure="sent">{sent}</b> {t("sent")}</span>
      <span class="figure"><b data-figure="confirmed">{confirmed}</b> {t("confirmed")}</span>
      <span class="line">{line}{oldest_s !== null && ` · ${t("oldest", { age: age(t, oldest_s) })}`}{refused > 0 && ` · ${t("refused", { n: refused })}`}{photos > 0 && ` · ${t("photo_waiting", { n: photos })}`}</span>
    </button>
  );
}
