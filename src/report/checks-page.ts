import type { CheckInfo } from '../model/check.ts';
import { kindLines, section } from './explanation.ts';

const INTRODUCTION = `# The checks

\`hsdoctor explain ID\` prints a check's section of this page and what the check reads; \`hsdoctor explain ID/KIND\` prints one kind of finding.

A check is \`ok\` only if everything it needs was read; otherwise it is \`unknown\`, with the reason. A check that has nothing to look at
is \`skipped\`. In a configuration, a fix is shown as an edit (the lines to change, or from the old value to the new one) only if the value
is written out in exactly one place; otherwise the fix says what to do, and where.

Events older than the current run of a unit are history and are not reported as problems. Restarts by systemd itself count as the same run.
`;

/** docs/checks.md: a section for each check, whose heading is the anchor that findings link to. */
export function checksPage(checks: readonly CheckInfo[]): string {
  const sections = checks.map((check) => {
    const kinds = kindLines(check).map((line) => `- ${line}`);
    const parts = [
      `## ${check.id}`,
      ...section(check),
      ...(kinds.length === 0 ? [] : ['**Kinds of findings:**', kinds.join('\n')]),
    ];
    return `\n${parts.join('\n\n')}\n`;
  });
  return [INTRODUCTION, ...sections].join('');
}
