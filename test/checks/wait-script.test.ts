// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of shells have them, too
import { expect, test } from 'vitest';
import { waitCommand } from '../../src/checks/shared/bind-remedy.ts';
import { waitScript as judged } from '../../src/checks/shared/wait-script.ts';

const waitScript = (text: string) => judged({ text, scripts: [] });

test.each([
  'until tailscale ip -4; do sleep 1; done',
  'until tailscale ip -4 | grep -q ^100; do sleep 1; done',
  'until /nix/store/x-tailscale/bin/tailscale ip -4\ndo\n  sleep 1\ndone',
  'while ! tailscale status; do sleep 2; done',
  'while [ -z "$(tailscale ip -4)" ]; do sleep 1; done',
  'while [ "$(tailscale status --json | jq -r .BackendState)" != Running ]; do sleep 1; done',
  'for i in $(seq 60); do tailscale ip -4 && exit 0; sleep 1; done',
  'for i in $(seq 60); do tailscale ip -4 | grep -qxF 100.64.0.1 && exit; sleep 1; done',
  'for i in 1 2 3 4 5; do if tailscale ip; then break; fi; sleep 5; done',
  'while true; do if ip addr show tailscale0 | grep -q 100.64; then exit 0; fi; sleep 1; done',
  'until ip addr show dev tailscale0 | grep -q "inet "; do n=$((n+1)); [ $n -gt 60 ] && exit 1; sleep 1; done',
  'tailscale wait',
  'set -e\nexport PATH=/bin\necho "waiting"\nuntil tailscale ip -4 >/dev/null 2>&1; do sleep 1; done',
  "bash -c 'until tailscale ip -4; do sleep 1; done'",
  "timeout 60 bash -c 'until tailscale ip -4; do sleep 1; done' || true",
  `until tailscale status --json | jq -e '.BackendState == "Running"'; do sleep 1; done`,
  'tailscale wait --timeout=90s',
  'tailscale wait --timeout 60s || true',
  'while ! ip -4 addr show tailscale0 | grep -q 100.64.0.1; do sleep 1; done',
  'until hostname -I | grep -q "100[.]"; do sleep 1; done',
  'for i in $(seq 60); do if ! tailscale ip; then sleep 1; else exit 0; fi; done',
  'until x="$(tailscale ip -4 || true)" && [ -n "$x" ]; do sleep 1; done',
  'f() { tailscale ip; }; until f; do sleep 1; done',
  'f() { for i in $(seq 60); do tailscale ip && return 0; sleep 1; done; return 1; }\nf || exit 1',
  'while [ -z "$ip" ]; do ip=$(tailscale ip -4 2>/dev/null); sleep 2; done',
  'ip=""\nwhile [[ -z $ip ]]; do\n  ip="$(tailscale ip -4 2>/dev/null | head -n1 || true)"\n  sleep 2\ndone',
  'until tailscale ip -4; do if [ $SECONDS -gt 120 ]; then echo late >&2; exit 1; fi; sleep 1; done',
  'until tailscale ip -4; do [ $SECONDS -gt 120 ] && break; sleep 1; done',
  'n=0\nuntil tailscale ip -4; do\n  n=$((n + 1))\n  if [ "$n" -ge 30 ]; then exit 1; fi\n  sleep 2\ndone',
  'n=0; while ! tailscale ip -4 && [ $n -lt 30 ]; do sleep 1; n=$((n+1)); done',
  'n=0; while (( n < 30 )); do tailscale ip -4 && break; (( ++n )); sleep 1; done',
  'for ((i=0;i<30;i++)); do tailscale ip -4 && break; sleep 1; done',
  'until ping -c1 -W1 100.64.1.2 >/dev/null; do sleep 1; done',
  'while true; do tailscale ip -4; if [ $? -eq 0 ]; then break; fi; sleep 1; done',
  'while true; do if ! tailscale ip -4; then sleep 1; continue; fi; break; done',
  'if ! tailscale ip -4; then until tailscale ip -4; do sleep 1; done; fi',
  'tailscale ip -4 && exit 0\ntailscale wait',
  'state=""\nuntil [ "$state" = Running ]; do state=$(tailscale status --json | jq -r .BackendState); sleep 1; done',
  'until [[ "$(tailscale status --json | jq -r .BackendState)" == "Running" ]]; do sleep 1; done',
  'until ip -o -4 addr | grep -q tailscale0; do sleep 1; done',
  'until ip addr show tailscale0 | grep inet | grep -v inet6 | grep -q .; do sleep 1; done',
  'TS=${pkgs.tailscale}/bin/tailscale\nuntil $TS ip -4; do sleep 1; done',
  'until ${lib.getExe pkgs.tailscale} ip -4; do ${pkgs.coreutils}/bin/sleep 1; done',
  'until ${pkgs.tailscale}/bin/${pkgs.tailscale.meta.mainProgram} ip -4; do sleep 1; done',
  'systemd-networkd-wait-online --interface=tailscale0:routable --timeout=60',
  'tailscale wait || exit 1',
  'timeout 60 tailscale wait',
  'wait_for() {\n  local end=$((SECONDS + 90))\n  while (( SECONDS < end )); do\n    tailscale ip -4 && return 0\n    sleep 1\n  done\n  return 1\n}\nwait_for',
  'until ip -br addr | grep tailscale0 | grep -q "100\\."; do sleep 1; done',
  'set -e\ntailscale ip -4 || true\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nif tailscale ip -4; then exit 0; fi\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nset +e\ntailscale status\nuntil tailscale ip -4; do sleep 1; done',
  'tailscale status\nuntil tailscale ip -4; do sleep 1; done',
  '(set -e\ntailscale status) || true\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nn=0\nuntil tailscale ip -4; do ((++n)); sleep 1; done',
  'set -e\nn=0\nuntil tailscale ip -4; do ((n++)) || true; sleep 1; done',
  'set -e\nuntil tailscale ip -4; do n=$((n + 1)); [ $n -gt 60 ] && exit 1; sleep 1; done',
  'set -e\nip=\nfor i in $(seq 60); do ip=$(tailscale ip -4) && break; sleep 1; done',
  'ip=$(tailscale ip -4 || true)\nwhile [ -z "$ip" ]; do sleep 1; ip=$(tailscale ip -4 || true); done',
  'get() { ip=$(tailscale ip -4); }\nget\nwhile [ -z "$ip" ]; do get; sleep 1; done',
  'set -u\nip=\nwhile [ -z "$ip" ]; do ip=$(tailscale ip -4); sleep 1; done',
  'set -u\nwhile [ -z "${ip:-}" ]; do ip=$(tailscale ip -4); sleep 1; done',
  'exec 2>&1\nexec tailscale wait',
  'x=$(until tailscale ip -4; do sleep 1; done)',
  'set -e\nip=$(tailscale ip -4 | head -n1)\nuntil [ -n "$ip" ]; do ip=$(tailscale ip -4 | head -n1); sleep 1; done',
  'set -u\nn=0\nuntil tailscale ip -4; do n=$((n+1)); sleep 1; done',
  'for i in $(seq 60); do if tailscale ip -4; then break; fi; [ "$i" = 60 ] && exit 1; sleep 1; done',
])('waits: %s', (script) => {
  expect(waitScript(script)).toMatchObject({ shape: 'waits' });
});

test.each([
  ['asks tailscale once', 'tailscale ip -4'],
  ['one round', 'for i in 1; do tailscale ip && exit 0; done'],
  ['does not end', 'for i in 1 2 3; do tailscale ip; sleep 1; done'],
  ['at once', 'until tailscale ip -4; do exit 0; done'],
  ['at once', 'until tailscale ip; do sleep 1; break; done'],
  ['background', 'until tailscale ip; do sleep 1; done &'],
  ['while the address exists', 'while tailscale ip; do sleep 1; done'],
  ['asks tailscale once', '# until it is there\ntailscale ip'],
  ['only one round', 'for i in $(seq 1); do tailscale ip && exit 0; sleep 1; done'],
  ['at once', 'until tailscale ip -4 || true; do sleep 1; done'],
  ['when the address does not exist', 'while true; do tailscale ip || break; sleep 1; done'],
  ['fails at once', 'set -e\ntailscale ip -4\nuntil tailscale ip -4; do sleep 1; done'],
  ['fails at once', '#!/bin/sh -e\ntailscale status\nuntil tailscale ip -4; do sleep 1; done'],
  ['fails at once', "bash -ec 'tailscale status; until tailscale ip -4; do sleep 1; done'"],
  [
    'fails at once',
    'set -e\nip=$(tailscale ip -4)\nwhile [ -z "$ip" ]; do ip=$(tailscale ip -4); sleep 1; done',
  ],
  ['fails at once', 'tailscale ip -4 || exit 1\nuntil tailscale ip -4; do sleep 1; done'],
  ['fails at once', 'set -e\nn=0\nuntil tailscale ip -4; do ((n++)); sleep 1; done'],
  [
    'fails at once',
    'set -e\nfor i in $(seq 60); do ip=$(tailscale ip -4); [ -n "$ip" ] && break; sleep 1; done',
  ],
  [
    'fails at once',
    'while true; do tailscale ip -4 || exit 1; sleep 1; break; done\nuntil tailscale ip; do :; done',
  ],
  ['fails at once', 'set -eo pipefail\ntailscale ip -4 | cat\nuntil tailscale ip -4; do sleep 1; done'],
  [
    'fails at once',
    'set -euo pipefail\nip=$(tailscale ip -4 | head -n1)\nuntil [ -n "$ip" ]; do ip=$(tailscale ip -4 | head -n1); sleep 1; done',
  ],
  ['not set yet', 'set -u\nuntil tailscale ip -4; do n=$((n+1)); sleep 1; done'],
  ['not set yet', 'set -u\nwhile [ -z "$ip" ]; do sleep 1; ip=$(tailscale ip -4); done'],
  ['before it reaches', 'exit 0\nuntil tailscale ip -4; do sleep 1; done'],
  ['before it reaches', 'exec sleep 5\nuntil tailscale ip -4; do sleep 1; done'],
  ['before it reaches', 'set -e\nfalse\nuntil tailscale ip -4; do sleep 1; done'],
  ['never again', 'ip=$(tailscale ip -4)\nuntil [ -n "$ip" ]; do sleep 1; done'],
  ['never again', 'ip=$(tailscale ip -4)\nfor i in $(seq 60); do [ -n "$ip" ] && break; sleep 1; done'],
  [
    'never again',
    'state=$(tailscale status --json | jq -r .BackendState)\nuntil [ "$state" = Running ]; do sleep 1; done',
  ],
  ['does not pause', 'for i in $(seq 60); do tailscale ip -4 && sleep 1 && break; done'],
  ['does not pause', 'for i in $(seq 30); do if tailscale ip -4; then sleep 1; exit 0; fi; done'],
])('%s, and so does not wait: %s', (why, script) => {
  expect(waitScript(script)).toMatchObject({ shape: 'no wait', why: expect.stringContaining(why) });
});

test.each([
  'until ! tailscale ip; do sleep 1; done',
  'while true; do tailscale ip; [ -n "$x" ] && exit 0; done',
  'tailscale wait &',
  'tailscale up',
  'echo "waits until it is there"; tailscale ip',
  'retry 5 tailscale ip',
  'for i in 1 2 3; do tailscale ip && exit 0; done',
  'until ip link show tailscale0; do sleep 1; done',
  'until tailscale ip || [ $n -gt 3 ]; do sleep 1; done',
  'until tailscale ip -4 | head -n1; do sleep 1; done',
  'until tailscale ip -4 | cat; do sleep 1; done',
  `until tailscale status --json | jq '.BackendState == "Running"'; do sleep 1; done`,
  `until tailscale status --json | jq -e '.BackendState == "Stopped"'; do sleep 1; done`,
  'until tailscale status | grep -q offline; do sleep 1; done',
  "echo 'until tailscale ip -4; do sleep 1; done'",
  'cat <<EOF\nuntil tailscale ip -4; do sleep 1; done\nEOF',
  'wait_for() {\nuntil tailscale ip -4; do sleep 1; done\n}',
  'exit 0\nuntil tailscale ip -4; do sleep 1; done',
  'if false; then\nuntil tailscale ip -4; do sleep 1; done\nfi',
  'for i in 1 2 3; do tailscale ip -4 && break; sleep 0.1; done',
  "timeout 1 bash -c 'until tailscale ip -4; do sleep 1; done' || true",
  '-tailscale wait --timeout=1ms',
  'for i in 1 2; do tailscale ip && exit 0; sleep 1; done; exit 0',
  'until [ -n "x$(tailscale ip -4)" ]; do sleep 1; done',
  'until tailscale status --json; do sleep 1; done',
  'until tailscale status --json >/dev/null; do sleep 1; done',
  'until tailscale status --json | grep -q BackendState; do sleep 1; done',
  'until tailscale ip -4 2>&1 | grep -q .; do sleep 1; done',
  "timeout 3 bash -c 'until tailscale ip -4; do sleep 1; done' || echo none",
  'n=0; while [ $n -lt 5 ]; do tailscale ip -4 && break; n=$((n+1)); sleep 1; done',
  'for ((i=0;i<5;i++)); do tailscale ip -4 && break; sleep 1; done',
  'for i in {01..05}; do tailscale ip -4 && break; sleep 1; done',
  'until tailscale ip -4; do sleep 1; [ $((n++)) -gt 3 ] && break; done',
  'until tailscale ip -4; do sleep 1; [ $((n++)) -gt 3 ] && exit 0; done',
  '{ until tailscale ip -4; do sleep 1; done; } &',
  "systemd-run bash -c 'until tailscale ip -4; do sleep 1; done'",
  '[ -x /nope ] && until tailscale ip -4; do sleep 1; done',
  'true || tailscale wait',
  'until tailscale ip -4 nas; do sleep 1; done',
  'until ip addr show tailscale0 | grep -q UP; do sleep 1; done',
  'until ip addr show tailscale0 | grep -q inet; do sleep 1; done',
  'until ip -6 addr show tailscale0 | grep -q inet6; do sleep 1; done',
  'while [ "wait" "" ]; do tailscale ip; sleep 1; done',
  'until [ "$x" = Running ]; do x=$(tailscale status --json); sleep 1; done',
  'while ! tailscale ip -4 && [ $n -lt 5 ]; do sleep 1; n=$((n+1)); done',
  'until tailscale ip -4; do [ $SECONDS -gt 5 ] && exit 1; sleep 1; done',
  '(until tailscale ip -4; do sleep 1; done) & wait_for=$!',
  'if [ -e /run/x ]; then tailscale wait; fi',
  '[ -e /run/x ] && exit 0\ntailscale wait',
  'exec podman run x\ntailscale wait',
  'case $1 in start) tailscale wait ;; esac',
  'systemd-networkd-wait-online --interface=tailscale0',
  'timeout 5 tailscale wait || true',
  'until tailscale ip -4; do',
  'until tailscale ip -4 & do sleep 1; done',
  'tailscale() { true; }; until tailscale ip; do sleep 1; done',
  'f() { f; }; until f; do tailscale ip; sleep 1; done',
  '#!/usr/bin/env python3\nuntil tailscale ip -4; do sleep 1; done',
])('is not known to wait: %s', (script) => {
  expect(waitScript(script).shape).not.toBe('waits');
});

test.each([
  'bash <<EOF\nuntil tailscale ip; do sleep 1; done\nEOF',
  'until podman exec tailscale tailscale ip; do sleep 1; done',
  'until curl -sf http://100.64.1.2; do sleep 1; done',
  'eval "until tailscale ip; do sleep 1; done"',
  'set -e\nread -r ip < <(tailscale ip -4)\nuntil tailscale ip -4; do sleep 1; done',
  'set -e\nsystemctl is-active tailscaled\nuntil tailscale ip -4; do sleep 1; done',
  'for i in $(seq 60); do tailscale ip -4; rc=$?; [ $rc -eq 0 ] && break; sleep 1; done',
  'set -- $(tailscale ip -4)\nuntil [ $# -gt 0 ]; do sleep 1; set -- $(tailscale ip -4); done',
  'return 0\nuntil tailscale ip -4; do sleep 1; done',
  'for i in $(seq 60); do if ! tailscale ip -4; then sleep 1; fi; done',
  'for i in $(seq 60); do tailscale ip -4 && break; sleep $pause; done',
  'while true; do ip=$(tailscale ip -4); for i in 1 2 3; do [ -n "$ip" ] && break 2; sleep 1; done; done',
  '[ -f /run/x ] || exit 1\ntailscale ip -4 || [ -f /run/y ] || exit 1\nuntil tailscale ip; do :; done',
  'until ip link show tailscale0; do sleep 1; done',
])('is not known to wait, and not told to be no wait: %s', (script) => {
  expect(waitScript(script).shape).toBe('unclear');
});

test('to wait in the background and to collect it is not told to be no wait', () => {
  expect(waitScript('until tailscale ip; do sleep 1; done &\nwait').shape).toBe('unclear');
});

test.each([
  ['${script 0}', 'file', 'waits'],
  ['${script 0}/bin/wait --now', 'bin', 'waits'],
  ['${script 0}', 'bin', 'no wait'],
  ['${script 0}/bin/wait', 'file', 'no wait'],
  ['${script 0}', undefined, 'no wait'],
  ['/bin/sh ${script 0}', undefined, 'waits'],
  ["/bin/sh -c '${script 0} || true'", 'file', 'waits'],
  ['timeout 5 ${script 0}', 'file', 'unclear'],
] as const)('%s, which runs as %s: %s', (text, runsAs, shape) => {
  const script = { text: 'for i in $(seq 60); do tailscale ip && exit 0; sleep 1; done; exit 1', runsAs };
  expect(judged({ text, scripts: [script] }, true).shape).toBe(shape);
});

test('what systemd runs is no script', () => {
  const command = (text: string) => judged({ text, scripts: [] }, true).shape;
  expect(command('-/bin/tailscale wait')).toBe('waits');
  expect(command('/bin/sh -c \'until [ -n "$$(tailscale ip)" ]; do sleep 1; done\'')).toBe('waits');
  expect(command('/bin/tailscale wait || true')).toBe('unclear');
  expect(command('tailscale wait')).toBe('unclear');
});

test('functions that call each other again and again take no time', () => {
  const calls = Array.from({ length: 30 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1} || f${i + 1}; }`);
  const script = [...calls, 'f30() { tailscale ip; }', 'f0', 'until f0; do sleep 1; done'].join('\n');
  expect(waitScript(script).shape).toBe('unclear');
}, 5000);

test('what a remedy puts before the start waits', () => {
  const text = waitCommand('100.64.1.2') ?? '';
  expect(judged({ text, scripts: [] }, true)).toEqual({ shape: 'waits', programs: new Set(), sleepsS: 0 });
});

test('it names the programs that it finds by PATH, and where NixOS has none', () => {
  const found = (text: string) => {
    const judged = waitScript(text);
    return judged.shape === 'waits' ? [...judged.programs] : undefined;
  };
  expect(found('until tailscale ip | grep -q 100.; do sleep 1; done')).toEqual(['tailscale']);
  expect(found('until /bin/ip -4 addr show tailscale0 | grep -q .; do sleep 1; done')).toEqual(['/bin/ip']);
  expect(found('export PATH=/x:$PATH\ntailscale wait')).toEqual([]);
});

test('what does not ask is no wait of any kind', () => {
  expect(waitScript('until curl x; do sleep 1; done')).toEqual({ shape: 'nothing' });
  expect(waitScript('podman rm -f tailscale')).toEqual({ shape: 'nothing' });
});
