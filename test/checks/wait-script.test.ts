import { expect, test } from 'vitest';
import { waitScript } from '../../src/checks/shared/wait-script.ts';

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
  'until ip addr show dev tailscale0 | grep -q inet; do n=$((n+1)); [ $n -gt 60 ] && exit 1; sleep 1; done',
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
])('waits: %s', (script) => {
  expect(waitScript(script)).toEqual({ shape: 'waits' });
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
  'f() { tailscale ip; }; until f; do sleep 1; done',
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
])('is not known to wait: %s', (script) => {
  expect(waitScript(script).shape).not.toBe('waits');
});

test('what does not ask is no wait of any kind', () => {
  expect(waitScript('until curl x; do sleep 1; done')).toEqual({ shape: 'nothing' });
  expect(waitScript('podman rm -f tailscale')).toEqual({ shape: 'nothing' });
});
