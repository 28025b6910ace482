"""The words of notices: channels, states, what of the ledger an audience names, variables, the visit at a door."""

from __future__ import annotations

from bulou.ledger.steps import Choice
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject

CHANNELS = (
    Choice("page", "居民页面", "resident's page"),
    Choice("sms", "短信", "text message"),
    Choice("slip", "上门告知单", "door slip"),
    Choice("poster", "张贴", "poster"),
    Choice("loud", "喊话", "loudspeaker"),
)
#: Those that reach one household; the others are for whoever passes by, and may name nobody.
TO_HOUSEHOLDS = ("page", "sms", "slip")
PUBLIC = ("poster", "loud")

STATES = (
    Choice("draft", "草稿", "draft"),
    Choice("approved", "已批准", "approved"),
    Choice("sent", "已发出", "sent"),
    Choice("corrected", "已更正", "corrected"),
    Choice("retracted", "已撤回", "retracted"),
)
#: From which state a notice comes to which.
NEXT = {
    "draft": ("approved", "retracted"), "approved": ("draft", "sent", "retracted"), "sent": ("corrected", "retracted"),
    "corrected": (), "retracted": (),
}  # fmt: skip

#: What became of a notice to one household over one channel.
DELIVERIES = (
    Choice("waiting", "待发", "waiting"),
    Choice("sending", "发送中", "being sent"),
    Choice("sent", "已发", "sent"),
    Choice("failed", "发送失败", "failed"),
    Choice("limited", "超过每日条数，未发", "not sent: limit of the day"),
    Choice("cancelled", "已取消", "cancelled"),
)
#: How a duty stands that an audience names. "not_yet": open, and the subject has not taken part.
DUTY_STATES = (
    Choice("not_yet", "尚未参加", "not yet taken part"),
    Choice("open", "尚未办结", "not finished"),
    Choice("done", "已办结", "finished"),
)
#: What a text to a household may have filled in, and what each stands for.
VARIABLES = (
    Choice("place", "楼栋", "building"),
    Choice("due", "还没办的事", "what is still due"),
    Choice("count", "本户涉及人数", "how many people of the household it concerns"),
)
#: Of a text for the public: nothing that says who or which door.
PUBLIC_VARIABLES = ("place",)

RUMOURS = (
    Choice("open", "待回应", "to be answered"),
    Choice("answered", "待批准", "to be approved"),
    Choice("approved", "已公布回应", "answer published"),
    Choice("dropped", "不予回应", "not answered"),
)

PROGRAMME = Programme(1_000_081, "上门告知", "visits to tell of notices")
#: A household that a notice did not reach: somebody knocks and tells.
TELL = DutyKind(
    81, "notice_visit", Subject.HOUSEHOLD, "应告知", "visit to tell of a notice",
    (Stage("open", "待上门", "to be visited", within=1440), Stage("told", "已告知", "told")),
    took_part=1,
    goes_back=True,
    reasons=(
        Reason("nobody_in_to_tell", Mark.REFUSED, "无人应门", "nobody answers the door"),
        Reason("told_by_phone", Mark.EXCUSED, "已电话告知", "told by telephone"),
        Reason("household_left", Mark.EXCUSED, "已搬离", "moved out of here"),
        Reason("notice_over", Mark.EXCUSED, "通告已撤回或更正", "the notice was retracted or corrected"),
        Reason("come_back_later", Mark.DEFERRED, "约好时间再来", "to come back at an agreed time"),
    ),
)  # fmt: skip
