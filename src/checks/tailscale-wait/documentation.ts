import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_OF_A_SPECIALISATION } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `A unit publishes a port on a Tailscale address and does not wait for it.`,
  configuration: `The same is reported for containers, services and sockets. A socket with \`FreeBind = true\` needs no wait.

What looks like a wait but is not is reported at its line:

- \`after = [ "tailscaled.service" ]\`.
- A wait in another unit that has only \`before\`.
- A wait in another unit that is switched off.
- A wait in another unit that nothing starts (\`tailscale-online.target\` without \`wants\`,
  \`tailscaled-autoconnect.service\` without \`authKeyFile\`).
- A script that asks once, without a loop.
- A script whose programs are not in the PATH of the unit (\`tailscale\` without \`path = [ pkgs.tailscale ];\`).
- A name that cannot be run: \`pkgs.writeText\`, or \`pkgs.writeShellScriptBin\` without \`/bin/...\`.
- A \`tailscale-online.target\` that you define yourself, and that no unit holds back until the address exists.
- A \`tailscale-wait.nix\` that does not exist.
- A backslash in an inline \`bash -c\`, which systemd reads first (\`warn\`: it may work).

Another unit may do the wait, if the unit that listens is ordered after that one and requires it (\`requires\`, \`dependsOn\`, or
\`requiredBy\` in the one that waits).`,
  fix: `Set \`systemd.services."podman-<name>".serviceConfig.RestartSec = "5s";\`. systemd then tries again until the address
exists.

These get an \`ExecStartPre\` instead:

- a unit that others require;
- a unit that systemd does not restart, or whose start limit is too tight;
- a service of NixOS, because its module may set its own restarts.

The \`ExecStartPre\` waits for at
most one minute until \`tailscale ip\` shows the address. If there is still no address, the service starts anyway, and may
fail to bind.

If your configuration has a file \`tailscale-wait.nix\`, the fix uses that file. Or bind to 127.0.0.1, with a reverse proxy in front.`,
  unknownIf: `a script uses Tailscale, but it is not clear whether it waits for the address: the script looks only for the interface, or for any
address on it. In a configuration also if something that is not in these files runs before the start of the unit,
or if the unit is a service of NixOS whose restarts are not known. hsdoctor knows those of sshd, nginx, caddy,
grafana, redis and prometheus, and of Immich, which keeps retrying.`,
  notReported: `A unit that already waits. Each of these is enough:

- An ExecStartPre of the unit that asks for the address in a loop until it exists (\`tailscale ip\`, \`tailscale status\`,
  \`ip -4 addr show tailscale0\`, a \`ping\` of the address), for 15 seconds or longer, or runs \`tailscale wait\`.
- Ordering of the unit after \`tailscale-online.target\` or \`tailscaled-autoconnect.service\`, if something starts it.
- Restarts of the unit that never reach the start limit: \`RestartSec\` of two seconds or more with the defaults of systemd, or
  \`StartLimitIntervalSec=0\`.
- \`net.ipv4.ip_nonlocal_bind=1\` for an IPv4 address, \`net.ipv6.ip_nonlocal_bind=1\` for an IPv6 address.

\`after = [ "tailscaled.service" ]\` alone does not count.`,
  notJudged: NOT_OF_A_SPECIALISATION,
};
