import { expect, test } from 'vitest';
import { runOnce } from '../../src/checks/shared/agent-steps.ts';
import type { LaunchAgent } from '../../src/facts/host/launch-agents.ts';
import { agent, FILE, macFactsOf } from './sick-macs.ts';

const facts = macFactsOf({});
const value = <T>(fact: { readonly outcome: string; readonly value?: T }) => fact.value;
const prospects = {
  launchctl: value(facts.launchctl),
  uploadLocks: value(facts.uploadLocks),
  immichPing: value(facts.immichPing),
  uploadCredentials: value(facts.uploadCredentials),
  uploadScript: value(facts.uploadScript),
};
const stepsFor = (over: Partial<LaunchAgent>) =>
  runOnce(agent(over), undefined, prospects, { uid: 501, home: '/Users/ann' });

test('an agent that can lose no photo is run once', () => {
  expect(stepsFor({})).toHaveLength(1);
});

test.each<[string, Partial<LaunchAgent>]>([
  ['the environment tells the uploader to delete', { environment: { IMMICH_DELETE_ASSETS: 'true' } }],
  ['an argument does', { arguments: ['/usr/bin/env', 'IMMICH_DELETE_DUPLICATES=1', FILE] }],
  ['something runs after the script', { arguments: ['/bin/sh', '-c', `${FILE}.sh && rm -rf ${FILE}`] }],
  [
    'something runs after hsdoctor',
    { arguments: ['/bin/sh', '-c', `hsdoctor immich upload ${FILE}; rm -r x`] },
  ],
])('nobody is told to run an agent where %s', (_, over) => {
  expect(stepsFor(over)).toEqual([]);
});
