# status: skipped
{ services.restic.backups.all.paths = [ "/home" ]; }
