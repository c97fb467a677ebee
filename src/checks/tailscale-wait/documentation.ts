import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A unit publishes a port on a Tailscale address and does not wait for it.`,
  configuration: `The same, for containers, services and sockets. Also anything that looks like a wait but is not, at its line:
\`after = [ "tailscaled.service" ]\`; a wait in another unit that has only \`before\`, that is
switched off or that nothing starts (\`tailscale-online.target\` without \`wants\`, the login without \`authKeyFile\`);
a script that asks once, without a loop; a \`tailscale-wait.nix\` that does not exist; a backslash in an inline \`bash -c\`, which
systemd reads first (\`warn\`: it may work). A socket with \`FreeBind = true\` needs no wait. For a service of NixOS the fix
is an \`ExecStartPre\`, because its module may set its own restarts; after a minute the service starts without the address. A wait of
another unit counts if the unit is ordered after it and requires it (\`requires\`, \`dependsOn\`, or \`requiredBy\` in
that unit). If something runs before the start that is not in these files, the result is \`unknown\`; so is a
service of NixOS whose restarts are not known (known are sshd, nginx, caddy, grafana, redis, prometheus, and
Immich, which keeps retrying).`,
  fix: `Set \`systemd.services."podman-<name>".serviceConfig.RestartSec = "5s";\`: systemd then retries until the address
exists and never gives up. A unit that others require, that systemd does not restart, or whose start limit is too tight
gets an \`ExecStartPre\` that waits until \`tailscale ip -4\` shows the address. An existing
\`tailscale-wait.nix\` of the configuration is used. Or bind to 127.0.0.1, with a reverse proxy in front.`,
  notReported: `A unit that already waits, by one of these in the same unit: an ExecStartPre that asks \`tailscale ip\` or
\`tailscale status\` in a loop until the address exists, or runs \`tailscale wait\`; ordering after \`tailscale-online.target\` or
\`tailscaled-autoconnect.service\`, if something starts it; restarts that
never reach the start limit (\`RestartSec\` of two seconds or more with the defaults, or
\`StartLimitIntervalSec=0\`); \`net.ipv4.ip_nonlocal_bind=1\` for an IPv4 address, \`net.ipv6.ip_nonlocal_bind=1\`
for an IPv6 address. \`after = [ "tailscaled.service" ]\` alone does not
count.`,
};
