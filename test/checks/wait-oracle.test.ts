// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of shells have them, too
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { waitScript } from '../../src/checks/shared/wait-script.ts';

/*
 * What is said of a script, against bash itself: Tailscale has its address after sixteen seconds of a clock that only the
 * sleeping moves on. Who never ends is stopped after a minute and a half of that clock.
 */
const CLOCK = `
pass() { local now=$(<"$CLOCK"); now=$((now + $1)); echo $now >"$CLOCK"; [ $now -lt 160000 ] || kill -9 $$; }
seconds() { case $1 in 0.*) echo 500 ;; *) echo $(($(echo "$1" | tr -d s) * 1000)) ;; esac; }
sleep() { pass $(seconds "$1"); }
isThere() { local now=$(<"$CLOCK"); [ $now -ge 16000 ]; }
tailscale() {
  pass 20
  case "$1 $2" in
    wait*) echo 16000 >"$CLOCK" ;;
    'status --json') if isThere; then echo '{"BackendState": "Running"}'; else echo '{"BackendState": "NoState"}'; fi ;;
    ip* | status*) if isThere; then echo 100.64.0.1; else return 1; fi ;;
  esac
}
ip() {
  pass 20
  echo '8: tailscale0 inet6 fe80::1/64 scope link'
  if isThere; then echo '8: tailscale0 inet 100.64.0.1/32 scope global tailscale0'; fi
}
jq() { local text=$(cat); case "$*" in *-r*) echo "$text" | sed 's/.*: "//; s/".*//' ;; *) [[ $text == *Running* ]] ;; esac; }
timeout() { shift; "$@"; }
export -f pass seconds sleep isThere tailscale ip jq timeout
`;

/** Whether it went on, or failed, only when the address could be there. */
async function waits(script: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'wait-'));
  const clock = join(folder, 'clock');
  writeFileSync(clock, '0\n');
  writeFileSync(join(folder, 'clock.sh'), CLOCK);
  writeFileSync(join(folder, 'script'), script);
  const options = /^#!.* -e/.test(script) ? ['-e'] : [];
  const run = await execa('bash', [...options, join(folder, 'script')], {
    env: { CLOCK: clock, BASH_ENV: join(folder, 'clock.sh') },
    reject: false,
    timeout: 20_000,
    stdin: 'ignore',
  });
  const passed = Number(readFileSync(clock, 'utf8'));
  rmSync(folder, { recursive: true });
  return passed >= 15_000 && run.signal === undefined;
}

const SCRIPTS = [
  'exit 0\nuntil tailscale ip -4; do sleep 1; done',
  'false\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nfalse\nuntil tailscale ip -4; do sleep 1; done',
  'exec >/dev/null 2>&1\nuntil tailscale ip -4; do sleep 1; done',
  'ip=$(tailscale ip -4)\nuntil [ -n "$ip" ]; do sleep 1; done',
  'ip=$(tailscale ip -4)\nwhile [ -z "$ip" ]; do sleep 1; done',
  'ip=$(tailscale ip -4 || true)\nwhile [ -z "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 || true)\ndone',
  'set -e\nip=$(tailscale ip -4)\nwhile [ -z "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4)\ndone',
  'state=$(tailscale status --json | jq -r .BackendState)\nuntil [ "$state" = Running ]; do sleep 1; done',
  'for i in $(seq 60); do\n  tailscale ip -4 && sleep 1 && break\ndone',
  'for i in $(seq 30); do\n  if tailscale ip -4; then sleep 1; exit 0; fi\ndone',
  'for i in $(seq 60); do\n  if tailscale ip -4; then break; else echo no; fi\ndone',
  'set -e\nuntil tailscale ip -4; do\n  sleep 1\n  false\ndone',
  'for i in $(seq 60); do\n  tailscale ip -4 && exit 0\n  [ $i = 60 ] || sleep 1\ndone',
  'set -e\nfor i in $(seq 60); do\n  tailscale ip -4\n  if [ $? = 0 ]; then break; fi\n  sleep 1\ndone',
  "trap 'exit 0' EXIT\nuntil tailscale ip -4; do sleep 1; done",
  'return 0\nuntil tailscale ip -4; do sleep 1; done',
  'n=0\nuntil tailscale ip -4 || [ $n -ge 60 ]; do sleep 1; done',
  'n=0\nuntil tailscale ip -4 || [ $n -ge 60 ]; do n=$((n+1)); done',
  'set -o errexit\nuntil tailscale ip -4; do sleep 1; done',
  'while ! tailscale ip -4 >/dev/null; do sleep 0.1; done',
  'while [ $(tailscale status --json | jq -r .BackendState) != Running ]; do sleep 1; done',
  'IP=$(tailscale ip -4)\nuntil ip addr show tailscale0 | grep -q "$IP"; do sleep 1; done',
  'while ! tailscale status; do sleep 1; exit 0; done',
  'while true; do\n  ip=$(tailscale ip -4)\n  [ -n "$ip" ] && exit 0\n  sleep 1\ndone',
  'while true; do\n  [ -n "$ip" ] && exit 0\n  sleep 1\ndone',
  "exec bash -c 'until tailscale ip -4; do sleep 1; done'",
  'set -e\ntailscale ip -4 || true\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nif tailscale ip -4; then exit 0; fi\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nip=$(tailscale ip -4 || true)\nwhile [ -z "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 || true)\ndone',
  'set -e\nn=0\nuntil tailscale ip -4; do n=$((n+1)); [ $n -gt 60 ] && exit 1; sleep 1; done',
  'set -e\nn=0\nuntil tailscale ip -4; do ((n++)); sleep 1; done',
  'set -e\nn=0\nuntil tailscale ip -4; do ((++n)); sleep 1; done',
  'n=0\nuntil tailscale ip -4; do ((n++)); sleep 1; done',
  'set -e\nn=0\nuntil tailscale ip -4; do ((n++)) || true; sleep 1; done',
  'set -euo pipefail\nwhile [ -z "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 || true)\ndone',
  'set -euo pipefail\nwhile [ -z "${ip:-}" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 || true)\ndone',
  'tailscale ip -4 || exit 1\nuntil tailscale ip -4; do sleep 1; done',
  'tailscale ip -4 || echo none\nuntil tailscale ip -4; do sleep 1; done',
  'get() { ip=$(tailscale ip -4); }\nget\nwhile [ -z "$ip" ]; do get; sleep 1; done',
  'set -e\ntailscale ip -4 >/dev/null\nuntil tailscale ip -4; do sleep 1; done',
  '#!/bin/sh -e\ntailscale status\nuntil tailscale ip -4; do sleep 1; done',
  "bash -ec 'tailscale status; until tailscale ip -4; do sleep 1; done'",
  "bash -c 'tailscale status; until tailscale ip -4; do sleep 1; done'",
  'set -e\nset +e\ntailscale status\nuntil tailscale ip -4; do sleep 1; done',
  'for i in $(seq 60); do\n  if tailscale ip -4; then break; fi\n  [ "$i" = 60 ] && exit 1\n  sleep 1\ndone',
  'set -e\nfor i in $(seq 60); do\n  if tailscale ip -4; then break; fi\n  [ "$i" = 60 ] && exit 1\n  sleep 1\ndone',
  'set -e\nip=\nfor i in $(seq 60); do\n  ip=$(tailscale ip -4) && break\n  sleep 1\ndone',
  'set -e\nip=\nfor i in $(seq 60); do\n  ip=$(tailscale ip -4)\n  [ -n "$ip" ] && break\n  sleep 1\ndone',
  'for i in $(seq 60); do\n  if ! tailscale ip -4; then sleep 1; fi\ndone',
  'for i in $(seq 60); do\n  tailscale ip -4 && break\n  sleep $pause\ndone',
  'while true; do\n  ip=$(tailscale ip -4)\n  for i in 1 2 3; do [ -n "$ip" ] && break 2; sleep 1; done\ndone',
  'while true; do\n  ip=$(tailscale ip -4 || true)\n  if [ -n "$ip" ]; then break; fi\n  sleep 1\ndone',
  'try=0\nwhile [ "$try" -lt 60 ]; do\n  ip="$(tailscale ip -4 2>/dev/null || :)"\n  test -n "$ip" && exit 0\n  try=$(( try + 1 ))\n  sleep 1\ndone\nexit 1',
  'until [ "$ready" = 1 ]; do\n  tailscale ip -4 && ready=1\n  sleep 1\ndone',
  'ok=false\nfor i in $(seq 60); do\n  if tailscale ip -4 >/dev/null; then ok=true; break; fi\n  sleep 1\ndone\n$ok || exit 1',
  'set -e\ntailscale ip -4 | grep -q 100.64.0.1\nuntil tailscale ip -4; do sleep 1; done',
  '(\nset -e\ntailscale status\n) || true\nuntil tailscale ip -4; do sleep 1; done',
  'until tailscale ip -4\ndo\n  if [ "$((++n))" -ge 90 ]; then\n    echo timeout >&2\n    exit 1\n  fi\n  sleep 1\ndone',
  'set -e\nwhile ! tailscale ip -4 >/dev/null 2>&1; do\n  sleep 2\ndone',
  'for attempt in {1..60}; do\n  if tailscale ip -4 &>/dev/null; then\n    echo up\n    exit 0\n  fi\n  sleep 1\ndone\nexit 1',
  'i=0\nwhile true; do\n  case "$(tailscale status --json | jq -r .BackendState)" in\n    Running) break ;;\n    *) sleep 1 ;;\n  esac\ndone',
  'wait_ts() {\n  local i\n  for i in $(seq 30); do\n    tailscale ip -4 >/dev/null && return\n    sleep 1\n  done\n  return 1\n}\nwait_ts || exit 1',
  'wait_ts() {\n  local i\n  for i in $(seq 30); do\n    tailscale ip -4 >/dev/null && return\n    sleep 1\n  done\n  return 1\n}\nwait_ts',
  'set -e\nwait_ts() {\n  tailscale ip -4 >/dev/null\n}\nwait_ts\nwhile ! wait_ts; do sleep 1; done',
  'set -e\nwait_ts() {\n  tailscale ip -4 >/dev/null\n}\nwhile ! wait_ts; do sleep 1; done',
  'set -e\ncheck() {\n  local ip\n  ip=$(tailscale ip -4)\n  [ -n "$ip" ]\n}\nuntil check; do sleep 1; done',
  'n=60\nwhile (( n-- > 0 )); do\n  tailscale ip -4 && break\n  sleep 1\ndone',
  'set -e\nn=60\nwhile (( n-- )); do\n  tailscale ip -4 && break\n  sleep 1\ndone',
  'until grep -q 100.64 <<< "$(tailscale ip -4)"; do sleep 1; done',
  'while [[ ! "$(tailscale ip -4)" =~ ^100\\. ]]; do sleep 1; done',
  'while [[ "$(tailscale ip -4)" == "" ]]; do sleep 1; done',
  'set -e\nwhile [[ "$(tailscale ip -4)" == "" ]]; do sleep 1; done',
  "until ip -4 addr show dev tailscale0 2>/dev/null | grep -q 'inet '; do sleep 1; done",
  'until ip -o -4 addr show tailscale0 | grep -q 100.64.0.1; do sleep 0.5; done',
  'while ! ip addr show | grep -q "100.64.0.1/"; do sleep 1; done',
  "timeout 5 bash -c 'until tailscale ip -4; do sleep 1; done'",
  "timeout 60 bash -c 'while ! tailscale ip -4; do sleep 1; done' || exit 1",
  'sleep 3\nuntil tailscale ip -4; do sleep 3; done\nsleep 2',
  'tailscale wait || true',
  'tailscale wait --timeout=5s',
  'until tailscale status >/dev/null; do sleep 1; done',
  'until tailscale status --json | grep -q \'"BackendState": *"Running"\'; do sleep 1; done',
  'until tailscale status --json | jq -e \'.BackendState == "Running"\' >/dev/null; do sleep 1; done',
  'until test "$(tailscale status --json | jq -r .BackendState)" = "Running"; do sleep 1; done',
  'set -euo pipefail\nuntil test "$(tailscale status --json | jq -r .BackendState)" = "Running"; do sleep 1; done',
  'set -euo pipefail\nip=$(tailscale ip -4 | head -n1)\nuntil [ -n "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 | head -n1)\ndone',
  'ip=$(tailscale ip -4 | head -n1)\nuntil [ -n "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 | head -n1)\ndone',
  'set -e\nip=$(tailscale ip -4 | head -n1)\nuntil [ -n "$ip" ]; do\n  sleep 1\n  ip=$(tailscale ip -4 | head -n1)\ndone',
  'ADDR=100.64.0.1\nuntil ip -4 addr show tailscale0 | grep -q "$ADDR"; do sleep 1; done',
  'while :; do\n  tailscale ip -4 && exit\n  sleep 1\ndone',
  'while :; do\n  tailscale ip -4 && exit 1\n  sleep 1\ndone',
  'for i in 1 2 3 4 5 6 7 8 9 10; do\n  tailscale ip -4 && break\n  sleep 3\ndone',
  'for i in 1 2 3 4 5 6 7 8 9 10; do\n  tailscale ip -4 && break || sleep 3\ndone',
  'for i in $(seq 1 20); do\n  tailscale ip -4 && break || true\ndone',
  'for i in $(seq 1 20); do\n  tailscale ip -4 || continue\n  sleep 5\ndone',
  'for i in $(seq 1 20); do\n  tailscale ip -4 || { sleep 5; continue; }\n  break\ndone',
  '(\n  until tailscale ip -4; do sleep 1; done\n)',
  '{ until tailscale ip -4; do sleep 1; done; } >/dev/null 2>&1',
  'until tailscale ip -4; do sleep 1; done | cat',
  'until tailscale ip -4 | tee /dev/null; do sleep 1; done',
  'x=$(until tailscale ip -4; do sleep 1; done)',
  '! tailscale ip -4',
  'set -e\n! tailscale ip -4\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\ntailscale ip -4 && echo up\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\ntailscale ip -4 | cat\nuntil tailscale ip -4; do sleep 1; done',
  'set -eo pipefail\ntailscale ip -4 | cat\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nexport ip=$(tailscale ip -4)\nuntil tailscale ip -4; do sleep 1; done',
  'up=0\nfor i in $(seq 60); do\n  if [ "$up" = 1 ]; then break; fi\n  tailscale ip -4 && up=1\n  sleep 1\ndone',
  'deadline=60\nwhile [ $deadline -gt 0 ]; do\n  tailscale ip -4 >/dev/null 2>&1 && break\n  deadline=$((deadline - 1))\n  sleep 1\ndone\n[ $deadline -gt 0 ]',
  'set -e\nfor i in $(seq 60); do\n  tailscale ip -4 >/dev/null 2>&1 && break\n  sleep 1\ndone\ntailscale ip -4 >/dev/null',
  'for i in $(seq 60); do\n  tailscale status | grep -q 100.64.0.1 && break\n  sleep 1\ndone',
  'retries=0\nuntil tailscale ip -4; do\n  retries=$((retries+1))\n  if [ $retries -ge 3 ]; then\n    echo "giving up"\n    exit 0\n  fi\n  sleep 1\ndone',
  'retries=0\nuntil tailscale ip -4; do\n  retries=$((retries+1))\n  if [ $retries -ge 3 ]; then\n    exit 1\n  fi\n  sleep 1\ndone',
  'tailscale ip -4 >/dev/null || tailscale wait',
  'set -e\n[ -n "$(tailscale ip -4)" ]\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\ntest -n "$(tailscale ip -4)" || echo none\nuntil tailscale ip -4; do sleep 1; done',
  'while sleep 1; do\n  tailscale ip -4 && break\ndone',
  'until sleep 1 && tailscale ip -4; do echo waiting; done',
  "eval 'until tailscale ip -4; do sleep 1; done'",
  "bash <<'END'\nuntil tailscale ip -4; do sleep 1; done\nEND",
  'for i in $(seq 60); do tailscale ip -4 > /dev/null; [ $? -eq 0 ] && break; sleep 1; done',
  'for i in $(seq 60); do tailscale ip -4 > /dev/null; rc=$?; [ $rc -eq 0 ] && break; sleep 1; done',
  'for i in $(seq 60); do out=$(tailscale ip -4); if [[ $out ]]; then break; fi; sleep 1; done',
  'set -- $(tailscale ip -4)\nuntil [ $# -gt 0 ]; do sleep 1; set -- $(tailscale ip -4); done',
  'until tailscale ip -4; do sleep 1; done; exit 1',
  'set -u\nuntil tailscale ip -4; do n=$((n+1)); sleep 1; done',
  'until [ -e /sys/class/net/tailscale0 ]; do sleep 1; done\ntailscale ip -4',
];

test.each(SCRIPTS)(
  'bash waits as it is said of it, where anything is said: %j',
  { tags: 'source', timeout: 60_000 },
  async (script) => {
    const { shape } = waitScript({ text: script, scripts: [] });
    if (shape === 'waits' || shape === 'no wait') expect(await waits(script)).toBe(shape === 'waits');
  },
);
