import { expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';
import { judgeMac } from '../kind-cases.ts';
import { agent, FILE, type MacFacts, macFactsOf, script, UPLOAD } from '../sick-macs.ts';

const safety = (given: MacFacts) => {
  const result = judgeMac(given).find(({ check }) => check === 'upload-safety');
  if (result === undefined) throw new Error('upload-safety was not run');
  return result;
};
const launchAgents = (over: Parameters<typeof agent>[0]): MacFacts => {
  const { launchAgents: known } = macFactsOf({});
  if (known.outcome !== 'ok') throw new Error('there are no agents');
  return { launchAgents: { ...known.value, agents: [agent(over)] } };
};

test.each<[string, MacFacts, RegExp]>([
  [
    'runs a program in another language',
    script(UPLOAD, 'python3 clean.py'),
    /^what line 3 of .* does is not known to be harmless$/,
  ],
  [
    'asks the server for checksums, and removes files',
    script('curl "$URL/api/assets/bulk-upload-check"', 'rm "$1"', UPLOAD, 'rm "$2"'),
    /^whether lines 3, 5 of .* removes only files that the server has$/,
  ],
  [
    'lets hsdoctor upload, and removes files',
    script('hsdoctor immich upload "$1"', 'rm "$1"'),
    /^whether line 3 of .* removes only files/,
  ],
])('a script that %s is not called safe', (_, given, reason) => {
  expect(safety(given)).toMatchObject({ status: 'unknown', reason: expect.stringMatching(reason) });
});

test.each<[string, Parameters<typeof agent>[0]]>([
  ['a script', { arguments: ['/bin/sh', '-c', `${FILE}.sh && - -`] }],
  ['hsdoctor', { arguments: ['/bin/sh', '-c', `hsdoctor immich upload ${FILE} && - -`] }],
])('what an agent runs after %s was not read, which is told', (_, over) => {
  expect(safety(launchAgents(over))).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('beside its program was not read'),
  });
});

test('an agent whose environment lets the uploader delete is a fault, whatever the value is', () => {
  const { status, findings } = safety(launchAgents({ environment: { IMMICH_DELETE_ASSETS: '-' } }));
  expect(status).toBe('fail');
  expect(findings[0]).toMatchObject({ kind: 'upload-safety/uploader-deletes' });
  expect(findings[0]?.remedy?.lasting[0]).toMatchObject({
    text: 'Remove IMMICH_DELETE_ASSETS where it is set.',
  });
});

test('a declared script that runs another program is not called safe', () => {
  const results = judged({
    'flake.nix': `{ outputs = { nix-darwin, ... }: { darwinConfigurations.mac = nix-darwin.lib.darwinSystem { modules = [ ./mac.nix ]; }; }; }`,
    'mac.nix': `{ launchd.user.agents.upload-immich = {
      script = ''
        bunx @immich/cli@2.5.6 upload ~/photos
        python3 clean.py
      '';
      serviceConfig.WatchPaths = [ "/Users/me/photos" ];
    }; }`,
  });
  const result = results.find(({ check }) => check === 'upload-safety');
  expect(result).toMatchObject({
    status: 'unknown',
    reason: expect.stringMatching(/does is not known to be harmless/),
  });
});
