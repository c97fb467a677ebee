import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A unit publishes a port on an address of the tailnet and does not wait for it.`,
  configuration: `Likewise, for containers, services and sockets. With it, what looks like a wait and is none, at its line:
\`after = [ "tailscaled.service" ]\`; a wait in another unit that is tied only by \`before\`; a script that
asks once, without a loop; a \`tailscale-wait.nix\` that does not exist; a backslash in an inline \`bash -c\`
that systemd reads first (\`warn\`: it may work). A socket waits by \`FreeBind = true\`. A service of NixOS
gets the \`ExecStartPre\`, as its module may say itself how often it is tried; after a minute it starts all
the same. What another unit waits for counts where the unit is ordered after it and needs it (\`requires\`,
\`dependsOn\`, or \`requiredBy\` in that unit). Where something runs before the start that these files do not
tell, it is \`unknown\`; so is a service of NixOS whose module gives it restarts that are not known here
(known are sshd, nginx, caddy, grafana, redis, prometheus, and Immich, which tries on).`,
  fix: `\`systemd.services."podman-<name>".serviceConfig.RestartSec = "5s";\`, with which systemd tries until the
address is there and never gives up. A unit that others require gets an \`ExecStartPre\` that waits until
\`tailscale ip -4\` shows the address: they are not started again when its first start fails. A
\`tailscale-wait.nix\` that the configuration has is used. Or bind to 127.0.0.1, with a reverse proxy in
front.`,
  notReported: `What counts as waiting, in the same unit: an ExecStartPre that asks \`tailscale ip\`, \`tailscale wait\` or
\`tailscale status\`; ordering after \`tailscale-online.target\` or \`tailscaled-autoconnect.service\`; restarts
that never reach the limit of starts (\`RestartSec\` of two seconds or more with the defaults, or
\`StartLimitIntervalSec=0\`); \`net.ipv4.ip_nonlocal_bind=1\`. \`after = [ "tailscaled.service" ]\` alone does
not count.`,
};
