import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/model/remedy.ts';
import { commandLines } from '../../src/remedy/steps.ts';
import { corpus, judged } from './corpus.ts';

const stepsOf = (files: Readonly<Record<string, string>>) =>
  judged(files)
    .flatMap(({ findings }) => findings)
    .flatMap(({ remedy }): Step[] => [...(remedy?.now ?? []), ...(remedy?.lasting ?? [])]);

describe.each(['immich-reachable', 'launchd-agent', 'upload-safety'])(
  'what is wrong with %s in a configuration',
  (id) => {
    const findings = () =>
      corpus()
        .filter(({ check, isWrong }) => check === id && isWrong)
        .flatMap(({ files }) => judged(files))
        .flatMap((result) => result.findings)
        .filter(({ check }) => check === id);

    test('is fixed at a place of it, and then by a switch', () => {
      for (const { kind, remedy } of findings()) {
        const [first] = remedy?.lasting ?? [];
        const last = remedy?.lasting.at(-1);
        expect(remedy?.now, kind).toEqual([]);
        if (first?.kind === 'byHand')
          expect(first, kind).toMatchObject({ file: expect.any(String), line: expect.any(Number) });
        else expect(first, kind).toMatchObject({ kind: 'run', where: 'here' });
        if (last?.kind === 'run')
          expect(last.text, kind).toMatch(/^(?:sudo darwin-rebuild|home-manager) switch$/);
        else expect(last, kind).toMatchObject({ text: expect.stringMatching(/^Rebuild /) });
      }
    });
  },
);

test('two agents of one label are told of as such', () => {
  const agent = (name: string) => `launchd.user.agents.${name}.serviceConfig = {
    Label = "photos";
    ProgramArguments = [ "/a/upload-immich.sh" "${name}" ];
    WatchPaths = [ "/${name}" ];
  };`;
  const files = { 'configuration.nix': `{ ... }: { ${agent('a')} ${agent('b')} }` };
  const kinds = judged(files).flatMap(({ findings }) => findings.map(({ kind }) => kind));
  expect(kinds).toEqual(['launchd-agent/same-label']);
});

test('names with quotes, lines and options in them stand in no command', () => {
  const name = "x\\n';touch PWN;'";
  const steps = stepsOf({
    'configuration.nix': `{ ... }: {
      launchd.user.agents."${name}".serviceConfig = {
        ProgramArguments = [ "/a/upload-immich.sh" "\${./-rf\\n.sh}" ];
        WatchPaths = [ "~/a';touch PWN;'" ];
        TimeOut = 5;
      };
      launchd.user.agents."b${name}".serviceConfig = {
        ProgramArguments = [ "/bin/sh" "-c" "immich upload --delete x # upload-immich" ];
        WatchPaths = [ "/a\\n;touch PWN" ];
      };
    }`,
  });
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.flatMap(commandLines).join('\n')).not.toMatch(/PWN|-rf/);
});
