"""How a creditor's letters look and where its payments go: checked, changed with a reason, and put back."""
