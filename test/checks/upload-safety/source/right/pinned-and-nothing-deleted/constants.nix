{ immich.version = "2.5.6"; }
