"""The SOC 2 report reader: what a service auditor's report says, each field with page and quote."""
