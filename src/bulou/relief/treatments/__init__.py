"""Regular treatment (定期治疗) such as dialysis: recorded once as a calendar, its journeys owed ahead by themselves."""
