import type { CheckInfo } from '../model/check.ts';
import { kindLines, section } from './explanation.ts';

const INTRODUCTION = `# The checks

\`hsdoctor explain ID\` prints its part of this page, with what the check reads; \`hsdoctor explain ID/KIND\` prints one kind of finding.
A check is \`ok\` only when everything it wants to see was seen; else it is \`unknown\`, with the reason. One that had nothing to look at is
\`skipped\`. In a configuration a fix is an edit, from what an option says to what it should say, only where one literal in one place is
all that sets it; else it says what to do, and where.
What is older than the present run of its unit is history and accuses nobody. Restarts by systemd itself belong to the same run.
`;

/** docs/checks.md: a section for each check, whose heading is the anchor that findings link to. */
export function checksPage(checks: readonly CheckInfo[]): string {
  const sections = checks.map((check) => {
    const kinds = kindLines(check).map((line) => `- ${line}`);
    const parts = [`## ${check.id}`, ...section(check), ...(kinds.length === 0 ? [] : [kinds.join('\n')])];
    return `\n${parts.join('\n\n')}\n`;
  });
  return [INTRODUCTION, ...sections].join('');
}
