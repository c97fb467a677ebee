# status: unknown
{ age.secrets.db.file = ./secrets/db.age; }
