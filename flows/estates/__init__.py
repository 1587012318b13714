"""The estate desk: matters of deceased persons, their deadlines, claims, documents, payments, and who is liable."""
