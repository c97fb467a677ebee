# status: unknown
{ services.samba.settings.global.interfaces = (builtins.fromJSON (builtins.readFile ./net.json)).ip; }
