"""The life of an application and of a package, as tables (domain.md §E.3). Pure.

Pages, API, simulation and tests read the same rows: a button is shown when, and only when, its move is allowed.
"""

from govsim.core.states import State, Table, move

# In these states somebody in the department can go on: what the command centre may urge.
URGEABLE = ("received", "accepted", "reviewing", "approving")

APPLICATION = Table(
    states=[
        State("draft", "草稿", "Draft"),
        State("submitted", "已申报", "Submitted"),
        State("received", "待受理", "Received"),
        State("correcting", "待补正", "Correction asked"),
        State("accepted", "已受理", "Accepted"),
        State("reviewing", "待审核", "In review"),
        State("approving", "待批准", "For approval"),
        State("special", "特别程序", "Special procedure"),
        State("granted", "准予", "Granted", outcome=True),
        State("refused", "不予许可", "Refused", outcome=True),
        State("not_accepted", "不予受理", "Not accepted", outcome=True),
        State("withdrawn", "已撤件", "Withdrawn", outcome=True),
        State("returned", "已退件", "Returned", outcome=True),
        State("voided", "作废", "Voided", outcome=True),
    ],
    moves=[
        move("submit", "draft", "submitted", "applicant", "申报", "Submit"),
        # Doubt goes to a person; so does everyone who asks for the human route.
        move("refer", "submitted accepted", "received", "system simulation", "转人工", "Refer to a person"),
        move("accept", "received submitted", "accepted", "window handler system", "受理", "Accept"),
        move("decline", "received", "not_accepted", "window handler", "不予受理", "Do not accept"),
        move(
            "ask_correction",
            "received accepted",
            "correcting",
            "window handler",
            "一次性告知补正",
            "Ask for correction",
        ),
        move("correct", "correcting", "submitted", "applicant", "补正", "Correct"),
        move("handle", "accepted", "reviewing", "handler", "承办", "Handle"),
        move("review", "reviewing", "approving", "reviewer", "审核", "Review"),
        move("send_back", "reviewing approving", "accepted", "reviewer approver", "退回承办", "Send back"),
        move("suspend", "accepted reviewing", "special", "handler reviewer", "启动特别程序", "Start special procedure"),
        move("resume", "special", "accepted", "handler reviewer", "结束特别程序", "End special procedure"),
        move("grant", "submitted accepted", "granted", "system simulation", "准予", "Grant"),
        move("grant", "approving", "granted", "approver", "准予", "Grant"),
        move("refuse", "submitted accepted", "refused", "system simulation", "不予许可", "Refuse"),
        move("refuse", "approving", "refused", "approver", "不予许可", "Refuse"),
        move(
            "withdraw",
            "draft submitted received correcting accepted reviewing approving special",
            "withdrawn",
            "applicant",
            "撤件",
            "Withdraw",
        ),
        move("return", "received correcting accepted", "returned", "window handler system", "退件", "Return"),
        move("void", "draft received", "voided", "window system", "作废", "Void"),
        # The command centre moves nobody's case: it is told to go on, and stays where it is.
        *(move("urge", state, state, "dispatcher trainer", "催办", "Urge") for state in URGEABLE),
        *(move("escalate", state, state, "dispatcher trainer", "督办", "Put under supervision") for state in URGEABLE),
    ],
)

PACKAGE = Table(
    states=[
        State("signing", "待签名", "Waiting for signatures"),
        State("running", "办理中", "Under way"),
        State("done", "全部办结", "All done", outcome=True),
        State("partly_done", "部分办结", "Partly done", outcome=True),
        State("refused", "不予许可", "Refused", outcome=True),
        State("withdrawn", "已撤件", "Withdrawn", outcome=True),
    ],
    moves=[
        move("submit", "signing", "running", "applicant system simulation", "申报", "Submit"),
        move("finish", "running", "done", "system", "办结", "Finish"),
        move("finish_partly", "running", "partly_done", "system", "部分办结", "Finish partly"),
        move("refuse", "running", "refused", "system", "不予许可", "Refuse"),
        move("withdraw", "signing running", "withdrawn", "applicant system", "撤件", "Withdraw"),
    ],
)

# States in which the limit does not run: the applicant, or somebody outside, has the case (domain.md §B.0).
PAUSED = frozenset({"correcting", "special"})
# States in which an officer of the department has the case.
ON_DESK = frozenset({"received", "accepted", "reviewing", "approving", "special"})
