"""What is read out to somebody who tests positive, word for word, in the language that they choose."""

from __future__ import annotations

READ_OUT = (
    (
        "普通话",
        "您好，我是转运专班的工作人员。您的核酸复核结果为阳性。按照规定，您需要到集中隔离点或定点医院观察治疗，"
        "费用由政府承担。我们会安排车辆上门接您，请准备好身份证件、常用药、换洗衣物和手机充电器，在家等候，不要外出。"
        "同住的家人会一起安排。您对结果有异议，可以申请复检；身体不适，请现在告诉我。",
    ),
    (
        "English",
        "Hello, I am calling from the transfer desk. Your individual PCR test is positive. Under the rules in force you"
        " will be taken to an isolation facility or a designated hospital; the costs are met by the government. A"
        " vehicle will fetch you at home: please have your identity document, regular medicine, clothes and telephone"
        " charger ready, and stay in. Your family will be looked after together with you. If you doubt the result you"
        " may ask for a second test. If you feel unwell, please tell me now.",
    ),
)
