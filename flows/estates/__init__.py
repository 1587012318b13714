"""The estate desk: matters of those who died, their deadlines, claims, documents, payments, and who answers."""
