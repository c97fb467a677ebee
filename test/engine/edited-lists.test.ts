/** @module-tag source */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { namedValues } from '../../src/nix/bindings.ts';
import { rewritten } from '../../src/nix/rewrite.ts';
import { SourceFile } from '../../src/nix/source-tree.ts';
import { nixString } from '../../src/remedy/nix-text.ts';
import { type FormatName, formats } from '../../src/report/formats.ts';
import { writeTree } from '../nix/tree.ts';
import { exampleReport, rendered } from '../report/formats/example.ts';

const SECRET = 'Swordfish';
const secretItem = fc
  .tuple(
    fc.constantFrom(
      '--env=ADMIN_PIN=@',
      '-epin=@',
      '--label=pin=@',
      '--annotation=a=@',
      '-lx=@',
      '--pin=@',
      '--env=WG=@abcdefghijklmnopqrstuvwxyzABCDEFGHIJK=',
      '-e|PIN=@',
      '--label|pin=@',
      '-u|me:@',
      '--pin|@',
      '--health-cmd|curl -u me:@ x',
      '-e PIN=@',
    ),
    fc.nat({ max: 99 }),
  )
  .map(([form, number]) => form.replace('@', `${SECRET}${number}`).split('|'));
const limit = fc.constantFrom(['--memory=2g'], ['-m', '2g'], ['--memory', '1g'], ['--memory 2g']);
const between = fc.constantFrom(' ', '\n    ');

test('no format tells an item of a list that an edit leaves, and the edit leaves it', async () => {
  let edited = 0;
  const property = fc.asyncProperty(
    fc.array(secretItem, { minLength: 1, maxLength: 3 }),
    fc.array(secretItem, { maxLength: 2 }),
    limit,
    between,
    async (above, below, own, gap) => {
      const items = [...above, ['--device=/dev/dri'], own, ...below].flat();
      const list = items.map((item) => gap + nixString(item)).join('');
      const image = 'ghcr.io/immich-app/immich-machine-learning:v2.0.0-openvino';
      const text = `{\n  virtualisation.oci-containers.backend = "podman";\n  virtualisation.oci-containers.containers.ml = {\n    image = "${image}";\n    extraOptions = [${list} ];\n  };\n}\n`;
      const folder = writeTree({ 'configuration.nix': text });
      const options = { names: { containers: [], secrets: [] }, waivers: [] };
      const targets = checkSource(openSource(folder), folder, checks, options);
      const report = {
        ...exampleReport(),
        targets: targets.map((each) => ({ ...each, headline: [], lookedAt: {} })),
      };
      for (const name of Object.keys(formats) as FormatName[])
        expect(await rendered(name, report), name).not.toContain(SECRET);
      const steps = targets.flatMap(({ results }) =>
        results.flatMap(({ findings }) => findings.flatMap(({ remedy }) => remedy?.lasting ?? [])),
      );
      for (const step of steps) {
        if (step.kind !== 'edit' || step.items === undefined) continue;
        edited++;
        const { line = 0, column = 0 } = step;
        const file = new SourceFile('configuration.nix', text);
        const made = rewritten(file, { line, column }, { items: step.items });
        const now = namedValues(new SourceFile('configuration.nix', made ?? '')).find(
          ({ at }) => at.line === line,
        )?.list;
        const secrets = (all: readonly string[] = []) => all.filter((item) => item.includes(SECRET));
        expect(secrets(now)).toEqual(secrets(items));
        expect(now).not.toEqual(items);
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
  expect(edited).toBeGreaterThan(5);
});
