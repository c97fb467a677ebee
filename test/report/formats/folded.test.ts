import { expect, test } from 'vitest';
import type { Finding, Report } from '../../../src/model/report.ts';
import { exampleReport, rendered } from './example.ts';

const FOR_PEOPLE = ['human', 'markdown', 'github', 'sarif', 'junit', 'tap'] as const;

/** The example, in which what follows from the root cause has a fix of its own. */
function reportWith(of: { readonly waived?: boolean } = {}): Report {
  const report = exampleReport();
  const [root, consequence] = (report.targets[0]?.results ?? []).flatMap(({ findings }) => findings);
  const step = { kind: 'byHand', text: 'Do what only the consequence says.' } as const;
  Object.assign(consequence as Finding, { remedy: { now: [], lasting: [step] } });
  if (of.waived === true) Object.assign(root as Finding, { waived: { reason: 'x', by: 'hsdoctor.toml:1' } });
  return report;
}

/** Without what is for programs. */
async function told(name: (typeof FOR_PEOPLE)[number], report: Report): Promise<string> {
  const text = await rendered(name, report);
  return name === 'sarif'
    ? JSON.stringify(
        JSON.parse(text).runs.flatMap(({ results }: { results: { message: unknown }[] }) =>
          results.map(({ message }) => message),
        ),
      )
    : text;
}

test.each(FOR_PEOPLE)('%s shows the fix of a root cause, and none of what follows from it', async (name) => {
  const text = await told(name, reportWith());
  expect(text).toContain('systemctl restart -- podman-plex.service');
  expect(text).not.toContain('only the consequence says');
});

test.each(FOR_PEOPLE)('%s shows the fix of what stands by itself, its cause being waived', async (name) => {
  expect(await told(name, reportWith({ waived: true }))).toContain('only the consequence says');
});

test.each(['human', 'markdown', 'github'] as const)(
  '%s neither lists nor counts the checks of another system',
  async (name) => {
    const text = await told(name, exampleReport());
    expect(text).toMatch(/2 skipped/);
    expect(text).not.toContain('launchd-agent');
  },
);
