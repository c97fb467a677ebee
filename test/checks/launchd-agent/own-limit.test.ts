import { expect, test } from 'vitest';
import { limitsItself } from '../../../src/checks/launchd-agent/own-limit.ts';

const UPLOAD = 'bunx @immich/cli@2.5.6 upload "$W"';

test.each([
  `timeout 1800 ${UPLOAD}`,
  `/opt/homebrew/bin/gtimeout -k 10 30m ${UPLOAD}`,
  `exec timeout "$LIMIT" ${UPLOAD}`,
  `limited() { timeout 1800 "$@"; }; limited ${UPLOAD}`,
  `timeout 1800 bash -c '${UPLOAD}'`,
  `perl -e 'alarm shift; exec @ARGV' 1800 ${UPLOAD}`,
  `${UPLOAD} & (sleep 1800; kill $!) & wait`,
  `\${pkgs.coreutils}/bin/timeout 1800 ${UPLOAD}`,
  'curl --max-time 600 -F "assetData=@$f" "$URL/api/assets"',
])('ends an upload that hangs: %s', (line) => {
  expect(limitsItself(`#!/bin/bash\n${line}\n`)).toBe(true);
});

test.each([
  UPLOAD,
  `curl --max-time 5 "$URL/api/server/ping" && ${UPLOAD}`,
  `timeout 5 curl -f "$URL/api/server/ping" && ${UPLOAD}`,
  `timeout 60 tailscale status; ${UPLOAD}`,
  `# timeout 1800 ${UPLOAD}\n# a watchdog would be good\n${UPLOAD}`,
  `ulimit -t 1800; ${UPLOAD}`,
  `echo "timeout 30 min"; ${UPLOAD}`,
  `timeout 10 bash -c 'until ping -c 1 server; do sleep 1; done'; ${UPLOAD}`,
])('ends no upload that hangs: %s', (line) => {
  expect(limitsItself(`#!/bin/bash\n${line}\n`)).toBe(false);
});
