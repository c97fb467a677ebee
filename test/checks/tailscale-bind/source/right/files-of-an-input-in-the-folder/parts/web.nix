{ services.samba.settings.global.interfaces = "100.101.102.103"; }
