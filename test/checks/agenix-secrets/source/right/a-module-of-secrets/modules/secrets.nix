{ config, ... }: { age.secrets.db.file = ../db.age; }
