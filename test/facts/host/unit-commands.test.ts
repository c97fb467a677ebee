import { expect, test } from 'vitest';
import { waitScript } from '../../../src/checks/shared/wait-script.ts';
import { unitCommands } from '../../../src/facts/host/unit-commands.ts';
import { redact } from '../../../src/text/redact.ts';
import { expectValue, Sandbox } from './sandbox.ts';

function hostWith(script: string): Sandbox {
  const sandbox = new Sandbox();
  const start = sandbox.write('start', `#!/bin/sh\n${script}`);
  sandbox.program(
    'systemctl',
    `case "$1" in
list-*) echo podman-immich-ml.service ;;
show) echo "ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no ; start_time=[n/a] }" ;;
esac`,
  );
  return sandbox;
}
const commandsOf = async (script: string) => expectValue(await hostWith(script).fact(unitCommands))[0];

const START = `# tailscale ip is not asked here
exec podman  \\
  run \\
  --name='immich-ml' \\
  -e 'DB_PASSWORD_FILE'='/run/secrets/db' \\
  -e 'DB_PASSWORD'='planted' \\
  --env-file '/run/agenix/env' \\
  -p '100.101.102.103:3003:3003' \\
  -v '/run/agenix/db:/run/secrets/db:ro' \\
  -v '/var/lib/cache:/cache' \\
  '--memory=2g' \\
  --pull missing \\
  ghcr.io/immich-app/immich-machine-learning:v2-cuda`;

test('the start command of a unit as NixOS writes it', async () => {
  expect(await commandsOf(START)).toEqual({
    unit: 'podman-immich-ml.service',
    publishes: ['100.101.102.103:3003:3003'],
    files: ['/run/agenix/db', '/var/lib/cache', '/run/agenix/env'],
    environmentFiles: ['/run/agenix/env'],
    valueFiles: ['/run/agenix/db'],
    image: 'ghcr.io/immich-app/immich-machine-learning:v2-cuda',
    memory: '2g',
    runs: ['podman'],
    waitScripts: [],
  });
});

test('of a mount only a whole path of the host is told', async () => {
  const commands = await commandsOf(`podman run -v '/srv/my photos:/data' -v /cache -v /srv/db:/db postgres`);
  expect(commands?.files).toEqual(['/srv/db']);
});

test('a password in it does not leave the host', async () => {
  expect(JSON.stringify(await hostWith(START).fact(unitCommands))).not.toContain('planted');
});

test.each([
  'until /nix/store/x/bin/tailscale ip -4; do sleep 1; done',
  'for i in $(seq 60); do tailscale ip -4 && break; sleep 1; done',
  'while [ -z "$(tailscale ip -4)" ]; do\n  echo "still waiting for it"\n  sleep 1\ndone',
  'until ip -4 addr show tailscale0 | grep -qxF 100.64.0.1; do sleep 1; done # tailscale',
  `until tailscale status --json | jq -e '.BackendState == "Running"'; do sleep 1; done`,
  'tailscale wait --timeout 60s',
  'timeout 90 sh -c "until tailscale ip; do sleep 1; done" || true',
  'tailscale ip -4',
  'for name in data cache; do mkdir -p /srv/$name; done; tailscale ip -4 || true',
  'tailscale status >/dev/null',
  'for i in 1 2 3; do tailscale ip; sleep 1; done',
  'until tailscale ip -4 || true; do sleep 1; done',
  'until tailscale ip; do sleep 1; done &',
  'for i in $(seq 3); do tailscale ip && break; sleep 1; done',
  'until tailscale ip \\\n  -4 | cat; do sleep 1; done',
  'tailscale up',
])('what leaves the host of a wait for Tailscale tells as much as the script: %s', async (command) => {
  const told = await commandsOf(`${command}\n${START.split('\n').slice(1).join('\n')}`);
  expect(told?.waitScripts.map((text) => waitScript({ text, scripts: [] }).shape)).toEqual([
    waitScript({ text: command, scripts: [] }).shape,
  ]);
});

test.each(['# tailscale wait\ntrue', 'true'])(
  'of what does not name Tailscale nothing is told: %s',
  async (command) => {
    expect((await commandsOf(command))?.waitScripts).toEqual([]);
  },
);

test('of a command in the unit itself as much is told', async () => {
  const sandbox = hostWith('');
  sandbox.program(
    'systemctl',
    `case "$1" in
list-*) echo podman-immich-ml.service ;;
show) echo "ExecStartPre={ path=/bin/sh ; argv[]=/bin/sh -c until tailscale ip -4; do sleep 1; done ; ignore_errors=no ; start_time=[n/a] }" ;;
esac`,
  );
  const [told] = expectValue(await sandbox.fact(unitCommands));
  expect(told?.waitScripts.map((text) => waitScript({ text, scripts: [] }).shape)).toEqual(['waits']);
});

test('a password in a script that waits does not leave the host', async () => {
  const command =
    'PASSWORD=planted-1 curl -u me:planted-2 "https://planted.org/?k=planted3" -H \'X: plänted4\'; until tailscale ip; do sleep 1; done';
  const fact = await hostWith(command).fact(unitCommands);
  expect(JSON.stringify(fact)).not.toMatch(/pl[^a]*a?nted/);
  expect(JSON.stringify(fact)).toContain('until tailscale ip');
});

test.each([
  ['podman start plex', { runs: ['podman'], starts: ['plex'], detached: true }],
  ['podman container start --attach plex', { runs: ['podman'], starts: ['plex'] }],
  ['docker start -a my.app_1', { runs: ['docker'], starts: ['my.app_1'] }],
  ['podman start "$NAME"', { runs: ['podman'], starts: [''], detached: true }],
  ['podman run -d --name x ghcr.io/a/b:1', { runs: ['podman'], detached: true, image: 'ghcr.io/a/b:1' }],
  ['podman run --rm -it ghcr.io/a/b:1', { runs: ['podman'], image: 'ghcr.io/a/b:1' }],
  ['[ -d /srv ] && podman container run ghcr.io/a/b:1', { runs: ['podman'], image: 'ghcr.io/a/b:1' }],
  ['podman-compose up', { groups: ['podman-compose'] }],
  ['docker compose -f x up', { groups: ['docker compose'] }],
  ['podman kube play x.yaml', { groups: ['podman kube'] }],
  ['podman network create x; podman stop plex', {}],
])('what a unit starts, and how: %s', async (command, told) => {
  expect(await commandsOf(command)).toEqual({
    unit: 'podman-immich-ml.service',
    publishes: [],
    files: [],
    environmentFiles: [],
    valueFiles: [],
    runs: [],
    waitScripts: [],
    ...told,
  });
});

test('a secret whose name looks like a secret is still known after the redaction', () => {
  const stdout = redact(
    'unit podman-x.service\n -v /run/agenix/db-password:/run/secrets/db\nvalue-file /run/agenix/db-password\nend\n',
  );
  const parsed = unitCommands.parse({ exitCode: 0, stdout, stderr: '', capped: false });
  expect(parsed).toMatchObject([
    { files: ['/run/agenix/db-password'], valueFiles: ['/run/agenix/db-password'] },
  ]);
});

test('a word that only looks like an option of podman run does not leave the host', async () => {
  const sandbox = hostWith(`#!/bin/sh
podman login ghcr.io -u me -p planted-login
sshpass -p planted123 ssh me@backup true
psql -v pw=planted-variable -c 'select 1'
curl -fsS hc-ping.com/planted-0000-4444
exec podman run -p 100.101.102.103:3003:3003 -p 8080 -dp '[fd7a::1]:53:53/udp' -v data:/data -v ./x:/x:Z --env-file /run/agenix/env \\
  --mount type=bind,src=/srv,dst=/srv ghcr.io/immich-app/immich-server:v2
`);
  const fact = await sandbox.fact(unitCommands);
  expect(JSON.stringify(fact)).not.toContain('planted');
  expect(expectValue(fact)[0]).toMatchObject({
    publishes: ['100.101.102.103:3003:3003', '[fd7a::1]:53:53/udp'],
    files: ['/srv', '/run/agenix/env'],
    image: 'ghcr.io/immich-app/immich-server:v2',
  });
});

test.each([
  ['a program of another name', '/usr/bin/env serve /etc/docker-registry.yml', true],
  ['a script that starts another program', 'exec /usr/bin/true --config /etc/podman-exporter.conf', true],
  ['a script that names an engine', 'PATH=/opt/bin; run-it podman', false],
  ['a script that is told by a variable which engine', 'exec "$DOCKER" up', false],
  ['a script that names another one, which runs an engine', 'exec SCRIPT', false],
])('whether a unit runs an engine at all is seen: %s', async (_, command, isOther) => {
  const sandbox = new Sandbox();
  const other = sandbox.write('other', '#!/bin/sh\nexec /opt/bin/podman run x\n');
  const start = sandbox.write('start', `#!/bin/sh\n${command.replace('SCRIPT', other)}\n`);
  sandbox.program(
    'systemctl',
    `case "$1" in
list-*) echo docker-registry.service ;;
show) echo "ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no ; start_time=[n/a] }" ;;
esac`,
  );
  const [told] = expectValue(await sandbox.fact(unitCommands));
  expect(told?.runsNoEngine ?? false).toBe(isOther);
});

test('a program may have any word in it, and what cannot be read may run anything', async () => {
  const sandbox = new Sandbox();
  const show = (path: string) =>
    sandbox.program(
      'systemctl',
      `case "$1" in
list-*) echo docker-registry.service ;;
show) echo "ExecStart={ path=${path} ; argv[]=${path} serve ; ignore_errors=no ; start_time=[n/a] }" ;;
esac`,
    );
  const read = async () => expectValue(await sandbox.fact(unitCommands))[0]?.runsNoEngine ?? false;
  show(sandbox.write('registry', '\u007fELF docker podman ', 0o755));
  expect(await read()).toBe(true);
  show('/nowhere/at/all/start-it');
  expect(await read()).toBe(false);
});

test('of the units that one is ordered after those are told that wait for Tailscale', async () => {
  const sandbox = new Sandbox();
  const start = sandbox.write('start', `#!/bin/sh\n${START}`);
  const wait = sandbox.write('wait', '#!/bin/sh\nuntil tailscale ip -4; do sleep 1; done\n');
  const exec = (path: string) =>
    `ExecStart={ path=${path} ; argv[]=${path} ; ignore_errors=no ; start_time=[n/a] }`;
  const others = [
    ['network-online.target', 'Type='],
    ['journald.service', `Type=notify\n${exec('/usr/bin/true')}`],
    ['tailscale-ready.service', `Type=oneshot\n${exec(wait)}`],
    ['tailscale-loop.service', `Type=simple\n${exec(wait)}`],
    ['tailscaled.service', `Type=notify\n${exec('/usr/bin/tailscaled')}`],
  ];
  const blocks = others.map(([id, rest]) => `Id=${id}\n${rest}\n`).join('\n');
  sandbox.program(
    'systemctl',
    `case "$*" in
list-*) echo podman-immich-ml.service ;;
*=After*) printf '%s\n' 'After=${others.map(([id]) => id).join(' ')}' ;;
*=Id,Type*) cat <<'END'
${blocks}
END
;;
*tailscale-ready*) echo '${exec(wait)}' ;;
*) echo '${exec(start)}' ;;
esac`,
  );
  const told = expectValue(await sandbox.fact(unitCommands));
  expect(told.map(({ unit }) => unit)).toEqual(['podman-immich-ml.service', 'tailscale-ready.service']);
  expect(told[1]?.waitScripts.map((text) => waitScript({ text, scripts: [] }).shape)).toEqual(['waits']);
});

test.each([
  ['/bin/sh -e', 'tailscale status\nuntil tailscale ip -4; do sleep 1; done', 'no wait'],
  ['/bin/sh', 'tailscale status\nuntil tailscale ip -4; do sleep 1; done', 'waits'],
  [
    '/bin/sh',
    'set -o errexit\nset -o nounset\ntailscale status\nuntil tailscale ip -4; do sleep 1; done',
    'no wait',
  ],
  [
    '/bin/sh',
    'set -o errexit\nset -o pipefail\nip=$(tailscale ip -4 | head -n1)\nuntil tailscale ip -4; do sleep 1; done',
    'no wait',
  ],
])('a script of %s ends where its shell does: %s', async (shell, script, shape) => {
  const sandbox = new Sandbox();
  const wait = sandbox.write('wait', `#!${shell}\n${script}`);
  sandbox.program(
    'systemctl',
    `case "$1" in
list-*) echo podman-x.service ;;
show) echo "ExecStartPre={ path=${wait} ; argv[]=${wait} ; ignore_errors=no ; start_time=[n/a] }" ;;
esac`,
  );
  const [told] = expectValue(await sandbox.fact(unitCommands));
  expect(told?.waitScripts.map((text) => waitScript({ text, scripts: [] }).shape)).toEqual([shape]);
});
