import type { CheckResult, Finding, TargetReport } from '../model/report.ts';
import { type Folded, foldedIn } from './causes.ts';
import { evidenceOf } from './findings.ts';
import { lookedAtText } from './looked-at.ts';
import type { Presentation } from './presentation.ts';
import { remedyParts } from './remedy-lines.ts';
import {
  isWaived,
  live,
  reasonOf,
  resultsOf,
  type TestOutcome,
  tallyText,
  testOutcomeOf,
  waiverText,
} from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';

/**
 * A test point for each check of each target. Version 13, which every consumer takes: `prove` fails a stream of version 14
 * whatever is in it. A warning that does not count is a `TODO`: not ok, and no failure.
 */
export function tap(report: ShownReport, { failOn }: Presentation): string {
  const folded = foldedIn(report);
  const points = report.targets.flatMap((target) => resultsOf(target).map((result) => ({ target, result })));
  const lines = points.flatMap(({ target, result }, index) => {
    const outcome = testOutcomeOf(result, failOn);
    const ok = outcome === 'passed' || outcome === 'skipped' || outcome === 'waived';
    const name = escaped(`${target.name}: ${result.check}${headline(result, outcome)}`);
    return [
      `${ok ? 'ok' : 'not ok'} ${index + 1} - ${name}${directive(result, outcome)}`,
      ...diagnostics(result, outcome, target, folded),
    ];
  });
  const plan = points.length === 0 ? '1..0 # SKIP there is nothing to check' : `1..${points.length}`;
  const checked = report.targets.flatMap((target) => [
    `# Looked at (${escaped(target.name)}): ${lookedAtText(target)}`,
    ...settingsLines(target).map((line) => `# ${escaped(`${target.name}: ${line}`)}`),
  ]);
  return `${['TAP version 13', plan, ...lines, ...checked, `# Checks: ${tallyText(report)}`].join('\n')}\n`;
}

function headline(result: CheckResult, outcome: TestOutcome): string {
  if (outcome === 'unknown') return ' could not be checked';
  const [first, ...others] = live(result);
  if (first === undefined) return '';
  return `: ${first.title}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

function directive(result: CheckResult, outcome: TestOutcome): string {
  switch (outcome) {
    case 'skipped':
      return ` # SKIP ${escaped(reasonOf(result))}`;
    case 'waived':
      return ` # SKIP waived: ${escaped(result.findings.filter(isWaived).map(waiverText).join('; '))}`;
    case 'warned':
      return ' # TODO a warning';
    default:
      return '';
  }
}

/**
 * A block of YAML, in which every text is quoted as in JSON, and is the value of a key: `prove` takes a text such as
 * "Fix: this" for a key where it is an item of a list.
 */
function diagnostics(
  result: CheckResult,
  outcome: TestOutcome,
  target: TargetReport,
  folded: Folded,
): string[] {
  if (outcome === 'passed' || outcome === 'skipped') return [];
  const { check, status, reason, findings } = result;
  const told = [...live(result), ...findings.filter(isWaived)];
  return [
    '---',
    ...entry('check', check),
    ...entry('status', status),
    ...entry('reason', reason),
    ...list(
      'findings',
      told.map((finding) => findingLines(finding, target, folded)),
    ),
    '...',
  ].map((line) => `  ${line}`);
}

function findingLines(finding: Finding, target: TargetReport, folded: Folded): string[] {
  const { status, title, summary, fingerprint, causedBy } = finding;
  const root = folded.get(finding);
  const remedy = root === undefined ? finding.remedy : undefined;
  return [
    ...entry('status', status),
    ...entry('title', title),
    ...entry('waived', isWaived(finding) ? waiverText(finding) : undefined),
    ...entry('fingerprint', fingerprint),
    ...entry('summary', summary),
    ...list(
      'evidence',
      evidenceOf(finding, target).map((text) => entry('seen', text)),
    ),
    ...entry('follows_from', causedBy),
    ...entry('fix_shown_with', root?.title),
    ...remedyParts(remedy, target).flatMap(({ heading, where, steps }) => [
      ...entry(`${heading.toLowerCase()}_where`, where === '' ? undefined : where),
      ...list(
        heading.toLowerCase(),
        steps.map(({ text, lines }) => [
          ...entry('do', text),
          ...entry('lines', lines.length === 0 ? undefined : lines.join('\n')),
        ]),
      ),
    ]),
  ];
}

function entry(key: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`${key}: ${quoted(text)}`];
}

function list(key: string, items: readonly string[][]): string[] {
  if (items.length === 0) return [];
  return [
    `${key}:`,
    ...items.flatMap((lines) => lines.map((line, index) => `  ${index === 0 ? '- ' : '  '}${line}`)),
  ];
}

/** `#` begins a directive, unless it is escaped. */
function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').trim();
}

/** Characters that JSON leaves as they are, and that a parser of YAML may refuse or take for the end of a line. */
const NOT_IN_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|##/g;

function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    NOT_IN_YAML,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}${found.slice(1)}`,
  );
}
