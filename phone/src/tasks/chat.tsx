// A text for the chat group: how many are left and where, never who, at which door or why.
import { stairwells } from "../roles/words";
import { Copy } from "../screens/parts";
import { areaName, useSession } from "../screens/use";

export function Chat() {
  const { session, t } = useSession();
  const list = stairwells(session.leaves, session.campaign?.id ?? 0);
  const lines = list.map((one) => t("chat_line", {
    place: [areaName(session, one.place), one.stairwell && t("stairwell", { n: one.stairwell })].filter(Boolean).join(" "),
    n: one.uncalled.length + one.called,
  }));
  const words = lines.length ? [t("chat_head", { round: session.campaign?.name ?? "" }), ...lines, t("chat_foot")].join("\n") : t("chat_done");
  return (
    <div class="task">
      <h2>{t("task_chat")}</h2>
      <p>{t("chat_note")}</p>
      <Copy key={words} words={words} />
    </div>
  );
}
