/** Options of NixOS and home-manager that make nothing listen, by how their names begin. */
const NOWHERE = [
  /^(?:networking|fileSystems|swapDevices|nix|nixpkgs|security|users|time|i18n|fonts|hardware|documentation|console|boot(?!\.initrd\.network\.ssh\.))(?:\.|$)/,
  /^(?:assertions|warnings|lib|meta|age|sops|_module|system|launchd|homebrew|deployment|disko|home|programs|xdg\.(?!config))(?:\.|$)/,
  /^environment\.(?!etc(?:\.|$)|$)/,
  /^systemd\.(?:network|mounts|automounts|tmpfiles|timers|paths|slices|targets|globalEnvironment|watchdog)(?:\.|$)/,
  // What runs beside the service itself: it waits, or tidies up.
  /^systemd\.(?:user\.)?services\..*\.(?:preStart|postStart|preStop|postStop|path|description|documentation|after|before|wants|requires|serviceConfig\.(?:ExecStartPre|ExecStartPost|ExecStop|ExecStopPost|ExecCondition|ExecReload|IPAddress(?:Allow|Deny)|Description))$/,
  /^services\.(?:tailscale|resolved|avahi|fail2ban|timesyncd|chrony|ntp|openntpd|udev|logind|printing|autofs|borgbackup|borgmatic|syncoid|sanoid|rsnapshot|duplicati|ddclient|inadyn|cron|logrotate|smartd|homepage-dashboard|glance|openssh\.knownHosts|restic\.backups|nfs\.server\.exports|nextcloud\.hostName|xserver)(?:\.|$)/,
  /^services\.dnsmasq\.settings\.(?!listen|interface|bind)/,
  /^virtualisation\.docker\.(?:rootless\.)?daemon\.settings\.(?:dns|insecure-registries|registry-mirrors)$/,
  // In a network of its own: only its ports are the machine's.
  /^virtualisation\.(?:oci-containers\.containers\..*\.(?!ports$|extraOptions$)\w+|vmVariant\w*)(?:\.|$)/,
];

/** Names anywhere in a path that tell of others: of what is asked, let in, or told of. */
const OF_OTHERS =
  /(?:^|\.)(?:scrapeConfigs|scrape_configs|static_configs|alertmanagers|remote_?[wW]rite|remote_?[rR]ead|datasources|provision|proxyPass|upstreams?|forwarders|forward-zone|forward-addr|stub-zone|local-data|local-zone|access-control|allowedIPs|peers|knownHosts|matchBlocks|extraHosts|hosts|authorizedKeys|customDNS|conditional|rewrites|exports|devices|routes?|nameservers?|endpoints|bookmarks|serverName|serverAliases|loadBalancer|backends|bridges|slaveOf|authentication)(?:\.|$)/;
/** Where the daemon itself listens, in spite of its name. */
const OWN_HOSTS = /^virtualisation\.docker\.(?:rootless\.)?daemon\.settings\.hosts$/;
/** The last name of a path, or a variable, likewise. */
const OTHERS_NAME =
  /(?:^|[^a-z])(?:ur[li]|endpoints?|targets?|upstreams?|peers?|remote\w*|servers|forwarders?|backends?|gateway|nameservers?|resolvers?|(?:hosts[ _-])?(?:allow|deny)\w*|trusted\w*|ignore_?ip|white_?list)$|^(?:server_?Addr|domain|DOMAIN)$|[a-z](?:Ur[li]|UR[LI]|Endpoint|Targets?|Upstreams?|Peers?|Servers|Gateway|Proxies)$|^(?:allow|deny|trusted|advertise|ignore)|^(?:DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|REDIS|VALKEY|MONGO\w*|SMTP|MAIL|IMAP|MQTT|LDAP|RABBITMQ)_?(?:HOST(?:NAME)?|SERVER|ADDR(?:ESS)?|IP)$/;

/** What an address follows on its line. */
const URL_BEFORE =
  /\b(?:https?|wss?|ssh|sftp|smb|nfs|rtsp|ldaps?|postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mqtts?|mongodb|smtps?|imaps?|git|rsync|socks5h?|icmp):\/\/(?:[^\s/"'@]*@)?\[?$/i;
const LISTENS_BEFORE = /(?:listen|bind|urls)[\w-]*["']?[\s:=[]+\S*$/i;
/** A user, or where syslog sends to. */
const USER_BEFORE = /(?:[\w.-]|\s@?)@\[?$/;
const DIRECTIVE_BEFORE =
  /(?:^|[\s;{])(?:allow|deny|proxy_pass|fastcgi_pass|reverse_proxy|forward_auth|remote_ip|client_ip|trusted_proxies|set_real_ip_from|resolver|nameserver|Match|AllowUsers|server|acl|http-request)\s+(?![=:{])[^;{}]*$/;
const COMMAND_BEFORE =
  /(?:^|[\s;|&(/])(?:ssh|scp|rsync|curl|wget|ping6?|dig|nslookup|getent|grep|tailscale|iptables|ip6tables|nft|ip|mount(?:\.\w+)?|echo)\s+(?![=:])[^;|&]*$/;
/** A tunnel, which listens. */
const TUNNEL = /\s-\w*[LRD]\b/;
const FLAG_BEFORE =
  /(?:^|\s)--?(?:add-host|dns|ur[li]|server-ur[li]|upstream|target|remote|endpoint|connect|peers?|advertise[\w-]*|gateway|exit-node|repo\w*)[= ]\S*$/;

/** @param names of the option, as of the machine that it belongs to */
export const listensNowhere = (names: readonly string[]): boolean => {
  const path = names.join('.');
  return NOWHERE.some((pattern) => pattern.test(path));
};

/**
 * Whether an address is that of another program, or of another machine, as what it is written beside tells.
 * @param before what stands on its line in front of it
 */
export function leadsElsewhere(names: readonly string[], before: string): boolean {
  if (OWN_HOSTS.test(names.join('.'))) return false;
  if (OF_OTHERS.test(names.join('.')) || OTHERS_NAME.test(names.at(-1) ?? '')) return true;
  if (LISTENS_BEFORE.test(before)) return false;
  return (
    (URL_BEFORE.test(before) && !/(?:listen|bind|_URLS$)/i.test(names.at(-1) ?? '')) ||
    USER_BEFORE.test(before) ||
    DIRECTIVE_BEFORE.test(before) ||
    (COMMAND_BEFORE.test(before) && !TUNNEL.test(before)) ||
    FLAG_BEFORE.test(before)
  );
}
