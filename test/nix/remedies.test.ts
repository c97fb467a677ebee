import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import type { Step } from '../../src/model/remedy.ts';
import type { CheckResult, Finding } from '../../src/model/report.ts';
import { rewritten } from '../../src/nix/rewrite.ts';
import { SourceFile } from '../../src/nix/source-tree.ts';
import { attributeName, gitPath } from '../../src/remedy/words.ts';
import { Pasting, stepsOf } from '../support/remedies.ts';
import { corpus, judged } from './corpus.ts';
import { writeTree } from './tree.ts';

const cases = corpus();
const OF_THE_MAC = ['launchd-agent', 'upload-safety', 'immich-reachable'];

test('every finding of the corpus says how it is fixed', { tags: 'source' }, () => {
  const found = cases.flatMap(({ files }) => judged(files)).flatMap(({ findings }) => findings);
  for (const { title, remedy } of found) expect(remedy?.lasting, title).not.toHaveLength(0);
});

test('what is to be pasted for a configuration does what its steps say, and nothing else', {
  tags: 'source',
}, () => {
  const pasting = new Pasting();
  try {
    const results = cases.flatMap(({ files }) => judged(files));
    pasting.requireHarmless(stepsOf(results.filter(({ check }) => !OF_THE_MAC.includes(check))));
  } finally {
    pasting.remove();
  }
});

/** Nothing else has to be done for it. */
const isEdited = ({ remedy }: Finding) => {
  const own = withoutRebuild(remedy?.lasting ?? []);
  return own.length > 0 && own.every(({ kind }) => kind === 'edit');
};

test('an edit ends what it is for', { tags: 'source' }, () => {
  let edited = 0;
  for (const { check, name, files } of cases) {
    if (files['flake.nix'] !== undefined) continue;
    for (const { subject, remedy } of findingsOf(judged(files), check).filter(isEdited)) {
      edited += 1;
      const edits = (remedy?.lasting ?? []).filter((step) => step.kind === 'edit');
      const lines = edits.flatMap(({ option, after }) =>
        after === undefined ? [] : `${option} = lib.mkForce (${after});`,
      );
      const made = withItems(files, edits);
      const results = judged({
        ...made,
        'own.nix': made['configuration.nix'] ?? '',
        'configuration.nix': `{ lib, ... }: {\n  imports = [ ./own.nix ];\n${lines.join('\n')}\n}`,
      });
      const left = findingsOf(results, check).filter((finding) => finding.subject === subject);
      expect(left, `${check}: ${name}: ${subject}`).toEqual([]);
    }
  }
  expect(edited).toBeGreaterThan(20);
});

/** The files with those edits that change items of a list, from the last line to the first: each stands where it stood. */
function withItems(
  files: Readonly<Record<string, string>>,
  edits: readonly Extract<Step, { kind: 'edit' }>[],
): Readonly<Record<string, string>> {
  const made = { ...files };
  for (const { file = '', line = 0, column = 0, items } of edits.toSorted(
    (a, b) => (b.line ?? 0) - (a.line ?? 0),
  )) {
    if (items === undefined) continue;
    const text = rewritten(new SourceFile(file, made[file] ?? ''), { line, column }, { items });
    expect(text, `${file}:${line}`).toBeDefined();
    made[file] = text ?? '';
  }
  return made;
}

function findingsOf(results: readonly CheckResult[], check: string): Finding[] {
  return results.flatMap((result) => (result.check === check ? result.findings : []));
}

/** The steps of the first finding of a check, without the rebuild. */
function steps(check: string, files: Readonly<Record<string, string>> | string): Step[] {
  const tree = typeof files === 'string' ? { 'configuration.nix': files } : files;
  const [finding] = findingsOf(judged(tree), check);
  return withoutRebuild(finding?.remedy?.lasting ?? []);
}

const withoutRebuild = (lasting: readonly Step[]) =>
  lasting.filter((step) => !('why' in step && /^(?:Rebuild|Build), /.test(step.why)));

const container = (name: string, options: string) =>
  `virtualisation.oci-containers.containers.${name} = { ${options} };`;

describe('an option is edited only where one literal is all that sets it', () => {
  const at = (line: number) => ({ file: 'configuration.nix', line });
  const edit = {
    kind: 'edit',
    option: 'virtualisation.oci-containers.backend',
    before: '"docker"',
    after: '"podman"',
  };

  test.each([
    ['a literal', '', 'backend = "docker";', edit],
    ['a literal below a condition that holds', '', 'backend = "docker";', edit],
    ['forced', '', 'backend = lib.mkForce "docker";', { kind: 'byHand' }],
    ['by default', '', 'backend = lib.mkDefault "docker";', { kind: 'byHand' }],
    ['a variable', 'let engine = "docker"; in', 'backend = engine;', { kind: 'byHand' }],
    ['inherited', 'let backend = "docker"; in', 'inherit backend;', { kind: 'byHand' }],
    ['put together', 'let engine = "ocker"; in', 'backend = "d${engine}";', { kind: 'byHand' }],
  ])('%s', (_, names, backend, expected) => {
    const [first, second] = steps(
      'oci-backend',
      `{ lib, ... }:\n${names}\n{ virtualisation.oci-containers = { ${backend} containers.plex.image = "plex:1"; }; }`,
    );
    expect(first).toMatchObject({ ...expected, ...at(3) });
    expect(second).toMatchObject({
      kind: 'byHand',
      text: expect.stringContaining("docker's named volumes"),
    });
  });

  test('two modules that say the same', () => {
    const [first] = steps('oci-backend', {
      'configuration.nix': `{ imports = [ ./more.nix ]; virtualisation.oci-containers.backend = "docker"; ${container('plex', 'image = "plex:1";')} }`,
      'more.nix': '{ virtualisation.oci-containers.backend = "docker"; }',
    });
    expect(first).toMatchObject({ kind: 'byHand' });
  });

  test('nothing is edited where docker is the default, but added', () => {
    const [first] = steps(
      'oci-backend',
      `{ system.stateVersion = "21.11";\n${container('plex', 'image = "plex:1";')} }`,
    );
    expect(first).toMatchObject({ kind: 'edit', after: '"podman"', ...at(2) });
    expect(first).not.toHaveProperty('before');
  });
});

test.each([
  ['only by Immich', '', { kind: 'edit', items: [{ remove: ['"/srv/redis:/data"'], add: [] }] }],
  [
    'by another program, too',
    container(
      'paperless',
      'image = "paperless:2"; environment.PAPERLESS_REDIS = "redis://immich-redis:6379";',
    ),
    { kind: 'byHand', text: expect.stringContaining('keep the volume') },
  ],
])('the volume of a Redis that is used %s', (_, more, expected) => {
  const [first] = steps(
    'redis-persistence',
    `{ ... }: { system.stateVersion = "24.05";
${container('immich-server', 'image = "ghcr.io/immich-app/immich-server:v2"; environment.REDIS_HOSTNAME = "immich-redis";')}
${container('immich-redis', 'image = "redis:7"; volumes = [ "/srv/redis:/data" ];')}
systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
${more} }`,
  );
  expect(first).toMatchObject(expected);
});

describe('machine learning', () => {
  const image = `image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino@sha256:${'0'.repeat(64)}";`;
  const learning = (options: string) =>
    steps('ml-oom', `{ ... }: { ${container('ml', `${image} ${options}`)} }`);

  test('gets the image for the CPU, and one edit of its options', () => {
    const all = learning('extraOptions = [ "--device" "/dev/other" "--network=immich" "-m" "1g" ];');
    expect(all).toMatchObject([
      { kind: 'edit', after: '"ghcr.io/immich-app/immich-machine-learning:v2.1.0"' },
      {
        kind: 'edit',
        option: 'virtualisation.oci-containers.containers.ml.extraOptions',
        items: [
          { remove: ['"--device"', '"/dev/other"'], add: [] },
          { remove: ['"-m"', '"1g"'], add: ['"--memory=2g"', '"--memory-swap=3g"'] },
        ],
      },
    ]);
  });

  test.each([
    ['more than is needed', '"--memory=4g"'],
    ['none, as somebody wrote', '"--memory=0"'],
  ])('keeps a limit of %s', (_, option) => {
    const all = learning(`extraOptions = [ ${option} ];`);
    expect(all.map((step) => step.kind === 'edit' && step.option.split('.').at(-1))).toEqual(['image']);
  });

  test.each(['-1', '8g'])('keeps the limit with swap of %s, which is no smaller', (swap) => {
    const all = learning(
      `devices = [ "/dev/dri" ]; extraOptions = [ "--memory=4g" "--memory-swap=${swap}" ];`,
    );
    expect(all).toMatchObject([{ items: [{ remove: ['"--memory=4g"'], add: ['"--memory=6g"'] }] }]);
  });

  test('is told by hand where the options are made elsewhere', () => {
    const all = steps(
      'ml-oom',
      `{ ... }: let limits = [ "--memory=1g" ]; in { ${container('ml', `${image} extraOptions = limits;`)} }`,
    );
    expect(all.map(({ kind }) => kind)).toEqual(['edit', 'byHand']);
    expect(all[1]).toMatchObject({ text: expect.stringContaining('--memory=2g --memory-swap=3g') });
  });
});

describe('what does not wait for its address', () => {
  const WEB = container('web', 'image = "web:1"; ports = [ "100.64.0.1:80:80" ];');
  const [retry, wait] = ['RestartSec', 'ExecStartPre'].map(
    (key) => `systemd.services.podman-web.serviceConfig.${key}`,
  );

  test('is tried again every five seconds', () => {
    expect(steps('tailscale-wait', `{ ${WEB} }`)).toMatchObject([
      { kind: 'edit', option: retry, after: '"5s"', file: 'configuration.nix', line: 1 },
    ]);
  });

  test('is tried less often than it is, where that is written', () => {
    const text = `{ ${WEB}\n${retry} = "500ms"; }`;
    expect(steps('tailscale-wait', text)).toMatchObject([{ before: '"500ms"', after: '"5s"', line: 2 }]);
  });

  test.each([
    ['another container', container('proxy', 'image = "proxy:1"; dependsOn = [ "web" ];')],
    ['another unit', 'systemd.services.backup.requires = [ "podman-web.service" ];'],
    ['a target', 'systemd.services.podman-web.requiredBy = [ "photos.target" ];'],
  ])('waits where %s needs it: that one is not started again', (_, more) => {
    expect(steps('tailscale-wait', `{ ${WEB} ${more} }`)).toMatchObject([
      { kind: 'edit', option: wait, after: expect.stringContaining('tailscale ip -4') },
    ]);
  });

  test.each([
    ['nobody starts it again', 'serviceConfig.Restart = "no";'],
    ['five seconds are too short for its limit', 'startLimitIntervalSec = 300;'],
  ])('waits where %s', (_, more) => {
    const text = `{ ${WEB} systemd.services.podman-web = { ${more} }; }`;
    expect(steps('tailscale-wait', text)).toMatchObject([{ kind: 'edit', option: wait }]);
  });

  test('waits beside what it does before it starts', () => {
    const more = `${container('proxy', 'image = "proxy:1"; dependsOn = [ "web" ];')} ${wait} = [ "/bin/true" ];`;
    expect(steps('tailscale-wait', `{ ${WEB} ${more} }`)).toMatchObject([
      { items: [{ remove: [], add: [expect.stringMatching(/^"\/bin\/sh -c '/)] }] },
    ]);
  });

  test('uses the wait that there is', () => {
    const files = { 'configuration.nix': `{ ${WEB} }`, 'lib/tailscale-wait.nix': '{ pkgs }: pkgs.hello' };
    expect(steps('tailscale-wait', files)).toMatchObject([
      { kind: 'byHand', text: expect.stringContaining('lib/tailscale-wait.nix'), line: 1 },
    ]);
  });

  test('a service of NixOS waits, as its module may say how often it is tried', () => {
    const text =
      '{ services.nginx = { enable = true; virtualHosts.a.listenAddresses = [ "100.64.0.1" ]; }; }';
    expect(steps('tailscale-wait', text)).toMatchObject([
      { option: 'systemd.services.nginx.serviceConfig.ExecStartPre' },
    ]);
  });

  test.each([
    ['as soon as the address is there', 3, 3],
    ['after a minute all the same', 100, 60],
  ])('starts %s', (_, there, asked) => {
    const proxy = container('proxy', 'image = "proxy:1"; dependsOn = [ "web" ];');
    const [step] = steps('tailscale-wait', `{ ${WEB} ${proxy} }`);
    const bin = writeTree({
      tailscale: `#!/bin/sh\necho "$*" >>"\${0%/*}/asked"\n[ "$(wc -l <"\${0%/*}/asked")" -lt ${there} ] || echo 100.64.0.1\n`,
      sleep: '#!/bin/sh\n',
    });
    for (const program of ['tailscale', 'sleep']) chmodSync(join(bin, program), 0o755);
    const [, command = ''] = /^\[ "(.*)" \]$/.exec(step?.kind === 'edit' ? (step.after ?? '') : '') ?? [];
    // As systemd reads it.
    execFileSync('/bin/sh', ['-c', command.replaceAll('$$', '$')], {
      env: { PATH: `${bin}:${process.env.PATH}` },
    });
    const calls = readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n');
    expect(calls).toEqual(Array(asked).fill('ip -4'));
  });

  test('a socket binds without the address', () => {
    const text = '{ systemd.sockets.share.listenStreams = [ "100.64.0.1:80" ]; }';
    expect(steps('tailscale-wait', text)).toMatchObject([
      { kind: 'edit', option: 'systemd.sockets.share.socketConfig.FreeBind', after: 'true' },
    ]);
  });
});

describe('a secret', () => {
  const FLAKE = `{ outputs = { nixpkgs, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ ./configuration.nix ]; };
  }; }`;
  const declared = (file: string) => `{ age.secrets.db.file = ${file}; }`;
  const rules = (name: string) => `{ ${JSON.stringify(name)}.publicKeys = [ "ssh-ed25519 AAAA" ]; }`;

  test('is written where its secrets.nix is, and a flake is told of it', () => {
    const root = process.cwd();
    expect(
      steps('agenix-secrets', {
        'flake.nix': FLAKE,
        'configuration.nix': declared('./secrets/db.age'),
        'secrets/secrets.nix': rules('db.age'),
      }),
    ).toMatchObject([
      { kind: 'secret', file: 'db.age', directory: `${root}/secrets`, where: 'here', root: false },
      { kind: 'run', words: ['git', '-C', root, 'add', '--', 'secrets/db.age'], where: 'here', root: false },
    ]);
  });

  test.each([
    ['no flake', { 'secrets/secrets.nix': rules('db.age') }, './secrets/db.age', ['secret']],
    ['no secrets.nix', { 'flake.nix': FLAKE }, './secrets/db.age', ['byHand', 'run']],
    ['no rule for it', { 'secrets/secrets.nix': '{ }' }, './secrets/db.age', ['byHand', 'secret']],
    [
      'a secrets.nix of another folder',
      { 'keys/secrets.nix': rules('../secrets/db.age') },
      './secrets/db.age',
      ['byHand'],
    ],
    [
      'a folder that git takes for a pattern',
      { 'flake.nix': FLAKE, 's[e]crets/secrets.nix': rules('db.age') },
      './. + "/s[e]crets/db.age"',
      ['secret', 'byHand'],
    ],
  ])('with %s', (_, more, file, kinds) => {
    const found = steps('agenix-secrets', { 'configuration.nix': declared(file), ...more });
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('of a Mac or a home goes there by the command of its own', () => {
    const files = (output: string, make: string) => ({
      'flake.nix': `{ outputs = { darwin, home-manager, ... }: { ${output}.me = ${make} { modules = [ ./me.nix ]; }; }; }`,
      'me.nix': declared('./db.age'),
      'secrets.nix': rules('db.age'),
    });
    const words = (tree: Readonly<Record<string, string>>) =>
      findingsOf(judged(tree), 'agenix-secrets')[0]?.remedy?.lasting.at(-1);
    expect(words(files('darwinConfigurations', 'darwin.lib.darwinSystem'))).toMatchObject({
      words: ['darwin-rebuild', 'switch'],
    });
    expect(words(files('homeConfigurations', 'home-manager.lib.homeManagerConfiguration'))).toMatchObject({
      words: ['home-manager', 'switch'],
      root: false,
      risk: 'restart',
    });
  });
});

test('what looks like a secret is in no command and in no edit', () => {
  const results = (volumes: string) =>
    judged({
      'configuration.nix': `{ ... }: {
      ${container('redis', `image = "docker.io/library/redis:7"; volumes = [ ${volumes} ];`)}
      ${container('immich', 'image = "ghcr.io/immich-app/immich-server:v2"; environment.REDIS_HOSTNAME = "redis";')}
      systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
    }`,
    });
  const beside = results('"/srv/redis:/data" "/x?password=hunter2:/y"');
  expect(findingsOf(beside, 'redis-persistence')[0]?.remedy?.lasting[0]).toMatchObject({
    kind: 'edit',
    items: [{ remove: ['"/srv/redis:/data"'], add: [] }],
  });
  const within = results('"/srv/redis:/data:password=hunter2"');
  expect(findingsOf(within, 'redis-persistence')[0]?.remedy?.lasting[0]).toMatchObject({
    kind: 'byHand',
    text: expect.stringContaining('part of it looks like a secret and is not shown'),
    file: 'configuration.nix',
    line: 2,
  });
  for (const each of [beside, within]) expect(JSON.stringify(each)).not.toContain('hunter2');
});

describe('nothing is ok in which there is nothing', () => {
  test.each([
    ['oci-backend', '{ virtualisation.oci-containers.backend = "podman"; }'],
    ['waivers', '{ system.stateVersion = "24.11"; }'],
    ['unit-settings', '{ systemd.services.web = { enable = false; serviceConfig.Type = "simple"; }; }'],
    ['container-state', '{ system.stateVersion = "24.11"; }'],
    ['agenix-secrets', '{ system.stateVersion = "24.11"; }'],
  ])('%s', (check, text) => {
    const result = judged({ 'configuration.nix': text }).find((each) => each.check === check);
    expect(result).toMatchObject({ status: 'skipped', reason: expect.any(String) });
  });

  test('what is ok says how much it looked at', () => {
    const folder = writeTree({
      'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ { ${container('plex', 'image = "plex:1";')} } ]; }; }; }`,
    });
    const options = { names: { containers: [], secrets: [] }, waivers: [] };
    const results = checkSource(openSource(folder), folder, checks, options).flatMap((each) => each.results);
    const ok = results.filter(({ status }) => status === 'ok');
    expect(ok.map(({ check }) => check)).toContain('visibility');
    for (const { check, lookedAt = {} } of ok)
      expect(
        Object.values(lookedAt).some((count) => count > 0),
        check,
      ).toBe(true);
  });
});

describe('words for nix and git', () => {
  test.each([
    ['minipc', 'minipc'],
    ['mini.pc 2', '"mini.pc 2"'],
    ["o'brien", "o'brien"],
  ])('the attribute %j', (name, word) => {
    expect(attributeName(name)).toBe(word);
  });

  // Nix would take each for something else than a part of a name.
  test.each(['', 'a"b', 'a\\b', 'a$b', 'a%41', 'a^out', 'a\nb'])('no attribute: %j', (name) => {
    expect(attributeName(name)).toMatchObject({ refused: name });
  });

  test.each(['', '-f', ':(top)', '/etc/x', 'a*', 'a?', 'a[b]', 'a\\b', 'a\nb'])(
    'no path for git: %j',
    (name) => {
      expect(gitPath(name)).toMatchObject({ refused: name });
    },
  );
});
