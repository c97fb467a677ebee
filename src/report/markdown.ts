import type { CheckResult, TargetReport } from '../model/report.ts';
import { type Cause, rootCauses, worstCauses } from './causes.ts';
import { evidenceOf, MARKS } from './findings.ts';
import { toldHeadline } from './headline.ts';
import { exitMeaning } from './human.ts';
import { lookedAtText } from './looked-at.ts';
import { osName } from './os-name.ts';
import type { Presentation } from './presentation.ts';
import { remedyParts, type ToldRemedy, type ToldStep } from './remedy-lines.ts';
import {
  byReason,
  isWaived,
  notCheckedIn,
  skippedIn,
  tallyText,
  waiverText,
  withoutOtherPlatforms,
  worstFirst,
} from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';

/**
 * For the summary of a CI run, or a comment to a pull request: as it is told at a terminal, each root cause with what follows
 * from it, in GitHub's Markdown.
 */
export function markdown(given: ShownReport, { exitStatus }: Pick<Presentation, 'exitStatus'>): string {
  const report = withoutOtherPlatforms(given);
  const blocks = [
    `## hsdoctor: ${tallyText(report)}`,
    `Exit status ${exitStatus}: ${exitMeaning(exitStatus, report)}.`,
    ...report.targets.flatMap(targetBlocks),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function targetBlocks(target: TargetReport): string[] {
  const { name, error, results } = target;
  const os = osName(target);
  // Beside a name, the word would be taken for a result.
  const heading = `### ${prose(os === 'unknown' ? name : `${name} (${os})`)}`;
  const settings = section('Settings', settingsLines(target).map(prose));
  if (error !== undefined)
    return [heading, `**${MARKS.unknown} UNKNOWN** nothing could be read: ${prose(error)}`, ...settings];
  const findings = results.flatMap((result) => result.findings);
  const causes = worstCauses(rootCauses(worstFirst(findings.filter((finding) => !isWaived(finding)))));
  const of = (status: CheckResult['status']) => results.filter((result) => result.status === status);
  const notChecked = notCheckedIn(results);
  return [
    heading,
    ...headlineBlocks(target),
    ...causes.flatMap((cause) => causeBlocks(cause, target)),
    ...section(
      'Could not be checked',
      byReason(notChecked.filter((result) => result.findings.length === 0)).map(reasonLine),
    ),
    ...section(
      'There may be more problems, because a part could not be read',
      byReason(notChecked.filter((result) => result.findings.length > 0)).map(reasonLine),
    ),
    ...section(
      'Waived',
      findings
        .filter(isWaived)
        .map((finding) => `${code(finding.check)} ${prose(finding.title)}: ${prose(waiverText(finding))}`),
    ),
    ...section(
      'Ok',
      of('ok').map(({ check, reason }) => `${code(check)}${reason === undefined ? '' : ` ${prose(reason)}`}`),
    ),
    ...section('Skipped', byReason(skippedIn(results)).map(reasonLine)),
    `Looked at: ${prose(lookedAtText(target))}.`,
    ...settings,
  ];
}

function reasonLine([reason, checks]: [string, string[]]): string {
  return `${checks.map(code).join(', ')}: ${prose(reason)}`;
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`#### ${title}`, items.map((item) => `- ${item}`).join('\n')];
}

function causeBlocks({ finding, consequences }: Cause, target: TargetReport): string[] {
  const { status, title, check, summary, remedy } = finding;
  const following = consequences.flatMap((consequence) => consequenceLines(consequence, ''));
  return [
    `#### ${MARKS[status]} ${status.toUpperCase()} ${prose(title)} ${code(check)}`,
    ...(prose(summary) === '' ? [] : [prose(summary)]),
    ...(finding.evidence.length === 0
      ? []
      : [
          evidenceOf(finding, target)
            .map((text) => `- ${code(text)}`)
            .join('\n'),
        ]),
    ...remedyParts(remedy, target).flatMap(remedyBlocks),
    ...(following.length === 0 ? [] : ['Caused by it:', following.join('\n')]),
  ];
}

function headlineBlocks(target: TargetReport): string[] {
  const told = toldHeadline(target);
  if (told === undefined) return [];
  const rows = told.entries.map(
    ({ what, state, cause }) => `| ${prose(what)} | ${prose(state)} | ${prose(cause)} |`,
  );
  return [
    `**${told.tally}:**`,
    ['| what | state | cause |', '| --- | --- | --- |', ...rows].join('\n'),
    ...told.before.map(prose),
    ...(told.now === undefined ? [] : remedyBlocks(told.now)),
    ...told.later.map(({ check, what }) => `**Fix below:** ${prose(what.join(', '))} (${code(check)})`),
  ];
}

function remedyBlocks({ heading, where, steps }: ToldRemedy): string[] {
  return [`**${heading}${where === '' ? '' : `, ${prose(where)}`}:**`, ...steps.flatMap(stepBlocks)];
}

function stepBlocks({ text, lines, language }: ToldStep): string[] {
  return [prose(text), ...(lines.length === 0 ? [] : [fence(lines.join('\n'), language)])];
}

function consequenceLines({ finding, consequences }: Cause, indent: string): string[] {
  const { status, title, check } = finding;
  return [
    `${indent}- ${MARKS[status]} ${prose(title)} ${code(check)}`,
    ...consequences.flatMap((consequence) => consequenceLines(consequence, `${indent}  `)),
  ];
}

/** Text in which nothing means anything: no markup, no HTML, and nobody is mentioned. */
function prose(text: string): string {
  return (
    text
      .trim()
      .replace(/[\\`*_{}[\]<>&|~#$!]/g, '\\$&')
      .replace(/^[-+=:]/, '\\$&')
      .replace(/^(\d+)([.)])/, '$1\\$2')
      // In an address that becomes one to click on, a backslash is a part of it.
      .replace(/:(?=\/\/)/g, '&#58;')
      .replace(/(?<=www)\./gi, '&#46;')
      // Mentions and references are looked for in the text that is shown.
      .replace(/@|#(?=\d)/g, '$&&#8203;')
  );
}

function code(text: string): string {
  const inner = text.trim();
  if (inner === '') return '';
  const fenced = '`'.repeat(longestRun(inner) + 1);
  const pad = /^`|`$/.test(inner) ? ' ' : '';
  return `${fenced}${pad}${inner}${pad}${fenced}`;
}

function fence(text: string, language: ToldStep['language']): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
