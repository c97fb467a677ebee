/**
 * Stand-ins for the programs that the probes call, as one healthy home server has them: what they print has the shape
 * of the real ones. `id` says root, so that a host of an ordinary user is read whole.
 */
export const HOME_SERVER: Readonly<Record<string, string>> = {
  id: `[ "$*" = -u ] && echo 0 || echo root`,
  podman: `case $1 in
ps) echo ${'a'.repeat(64)} ;;
container) echo '{"id":"${'a'.repeat(64)}","name":"immich-server","image":"ghcr.io/immich-app/immich-server:release","state":"running","exitCode":0,"oomKilled":false,"startedAt":"2026-11-01T10:00:00Z","health":"healthy","memory":0}' ;;
esac`,
  systemctl: `case "$*" in
*--state=failed*) ;;
list-unit-files* | list-units*) echo 'podman-immich-server.service enabled enabled' ;;
*UserspaceTimestamp*) echo 'UserspaceTimestamp=Sun 2026-11-01 09:59:00 UTC' ;;
*ExecStart*) echo 'ExecStart={ path=/usr/bin/podman ; argv[]=/usr/bin/podman run -p 127.0.0.1:2283:2283 ghcr.io/immich-app/immich-server:release ; ignore_errors=no ; }' ;;
*) printf '%s\\n' Id=podman-immich-server.service LoadState=loaded ActiveState=active SubState=running Result=success NRestarts=0 ExecMainStatus=0 RestartUSec=100ms StartLimitIntervalUSec=10s ConditionResult=yes 'ActiveEnterTimestamp=Sun 2026-11-01 10:00:00 UTC' ;;
esac`,
  journalctl: `case "$*" in *--dmesg* | *_TRANSPORT=kernel*) echo '1793527200.000000 minipc kernel: Linux version 6.12' ;; esac`,
  tailscale: `echo '{"BackendState":"Running","TUN":true,"TailscaleIPs":["100.79.80.95"],"Self":{"TailscaleIPs":["100.79.80.95"]}}'`,
  ip: `echo '3: tailscale0    inet 100.79.80.95/32 scope global tailscale0'`,
};
