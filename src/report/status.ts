import { Chalk, type ChalkInstance } from 'chalk';
import type {
  ContainerStatus,
  DiskStatus,
  HostStatus,
  PortStatus,
  TargetStatus,
  Verdict,
} from '../model/status.ts';
import { bytes, count, counted, mebibytes } from '../text/amount.ts';
import { quote } from '../text/shell.ts';
import { visibleThroughout } from '../text/visible.ts';
import { inColor, MARKS } from './findings.ts';
import { hang } from './layout.ts';
import { lookedAtText } from './looked-at.ts';
import type { Style } from './terminal.ts';
import { distance, instant } from './time.ts';

/** Of a list: what is in order is left out first. */
const MOST_ROWS = 40;

/** A thing in a line: its name, and what is known of it, a column each. */
interface Row {
  readonly verdict: Verdict | undefined;
  readonly name: string;
  readonly cells: readonly string[];
}

interface Page extends Style {
  readonly paint: ChalkInstance;
  /** Whether the hosts were read through sudo. */
  readonly sudo: boolean;
}

/** Hosts at a glance, for a person. */
export function status(given: HostStatus, style: Style, sudo = false): string {
  const { targets } = visibleThroughout(given);
  const page = { ...style, sudo, paint: new Chalk({ level: style.color ? 1 : 0 }) };
  return targets.map((target) => `${targetLines(target, page).join('\n')}\n`).join('\n');
}

function targetLines(target: TargetStatus, page: Page): string[] {
  const { paint, width } = page;
  if (target.error !== undefined)
    return hang(
      `${paint.yellow.bold(`${MARKS.unknown} UNKNOWN`)}  `,
      `${paint.bold(target.name)}: nothing could be read: ${target.error}`,
      width,
    );
  const now = target.system.collectedAt ?? '';
  return [
    ...hang('', `${paint.bold(target.name)}  ${paint.dim(aboutHost(target))}`, width),
    ...part(containersHeading(target), target.containers, (each) => containerRow(each, now), page),
    ...part('Published ports', target.ports, portRow, page),
    ...part('Disks', target.disks, diskRow, page),
    ...rowLines('Host', hostRows(target, now), [], page),
    '',
    ...hang('', lastLine(target, page.sudo), width),
  ];
}

function aboutHost({ name, kind, system }: TargetStatus): string {
  const { os, hostname, user, kernel, collectedAt, bootedAt } = system;
  const up =
    bootedAt === undefined || collectedAt === undefined ? undefined : distance(bootedAt, collectedAt);
  const read = kind === 'bundle' ? 'collected' : 'read';
  return [
    os,
    hostname === undefined || hostname === name ? undefined : `hostname ${hostname}`,
    kernel === undefined ? undefined : `kernel ${kernel}`,
    up === undefined ? undefined : `up ${up}`,
    `${read}${collectedAt === undefined ? '' : ` at ${instant(collectedAt)}`}${user === undefined ? '' : ` as ${user}`}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function containersHeading({ containers }: TargetStatus): string {
  const items = containers?.items ?? [];
  const running = items.filter(({ state }) => state === 'running' || state === 'active').length;
  const part = (containers?.notRead ?? []).length === 0 ? '' : ' (partly read)';
  return items.length === 0 ? 'Containers' : `Containers: ${running} of ${items.length} running${part}`;
}

function part<T extends { readonly verdict?: Verdict | undefined }>(
  heading: string,
  section: { readonly items: readonly T[]; readonly notRead: readonly string[] } | undefined,
  rowOf: (item: T) => Row,
  page: Page,
): string[] {
  if (section === undefined) return [];
  const worstFirst = section.items.map(rowOf).toSorted((a, b) => rank(a) - rank(b));
  const unchecked = new Set(section.items.flatMap(({ verdict }) => verdict?.reason ?? []));
  return [
    ...rowLines(heading, worstFirst, section.notRead, page),
    ...[...unchecked].flatMap((reason) => gapLine(`not fully checked: ${reason}`, page)),
  ];
}

const gapLine = (text: string, { paint, width }: Page) =>
  hang(`  ${paint.yellow(MARKS.unknown)} `, text, width);

const RANKS = ['fail', 'unknown', 'warn'];

const rank = ({ verdict }: Row) =>
  (RANKS.indexOf(verdict?.status ?? '') + RANKS.length + 1) % (RANKS.length + 1);

function rowLines(heading: string, rows: readonly Row[], notRead: readonly string[], page: Page): string[] {
  const { paint } = page;
  const shown = rows.slice(0, MOST_ROWS);
  const none = rows.length === 0 && notRead.length === 0 ? ['  none'] : [];
  return [
    '',
    ...hang('', paint.bold(heading), page.width),
    ...none,
    ...aligned(shown, page),
    ...(shown.length === rows.length ? [] : [`  and ${count(rows.length - shown.length)} more: --json`]),
    ...notRead.flatMap((reason) =>
      gapLine(`${rows.length === 0 ? 'not read' : 'partly read'}: ${reason}`, page),
    ),
  ];
}

/** In columns, where they fit; else each thing with what is known of it below its name. */
function aligned(rows: readonly Row[], page: Page): string[] {
  const columns = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const widths = Array.from({ length: columns }, (_, at) =>
    rows.reduce((most, { cells }) => Math.max(most, cells[at]?.length ?? 0), 0),
  );
  const names = rows.reduce((most, { name }) => Math.max(most, name.length), 0);
  // A sentence at the end is wrapped; all before it keep their columns.
  const lead =
    4 + names + 2 + widths.slice(0, -1).reduce((sum, each) => sum + (each === 0 ? 0 : each + 2), 0);
  const fits = lead + Math.min(widths.at(-1) ?? 0, LAST_COLUMN) <= page.width;
  return rows.flatMap((row) => [
    ...(fits ? inColumns(row, names, widths, page) : stacked(row, page)),
    ...findingLines(row.verdict, page),
  ]);
}

const LAST_COLUMN = 34;

const lead = ({ verdict }: Row, page: Page) => {
  const mark = verdict?.status ?? 'skipped';
  return `  ${inColor(page, mark)(MARKS[mark])} `;
};

function inColumns(row: Row, names: number, widths: readonly number[], page: Page): string[] {
  const { name } = row;
  const cells = row.cells.slice(0, row.cells.findLastIndex((cell) => cell !== '') + 1);
  const start = `${lead(row, page)}${page.paint.bold(name)}`;
  if (cells.length === 0) return [start];
  const before = cells
    .slice(0, -1)
    .flatMap((cell, at) => (widths[at] === 0 ? [] : [cell.padEnd(widths[at] ?? 0)]));
  const parts = [`${start}${' '.repeat(names - name.length)}`, ...before, ''];
  return hang(parts.join('  '), cells.at(-1) ?? '', page.width);
}

function stacked(row: Row, page: Page): string[] {
  const cells = row.cells.filter((cell) => cell !== '');
  return [
    ...hang(lead(row, page), page.paint.bold(row.name), page.width),
    ...(cells.length === 0 ? [] : hang('    ', cells.join(' · '), page.width)),
  ];
}

/** The worst that the checks found of it. */
function findingLines(verdict: Verdict | undefined, page: Page): string[] {
  const [first, ...others] = verdict?.findings ?? [];
  if (first === undefined || verdict === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const painted = inColor(page, verdict.status);
  return hang('      ', `${painted(first.title)}  ${page.paint.dim(`${first.check}${more}`)}`, page.width);
}

function containerRow(
  { name, image, state, since, health = '', restarts, memoryUsed, memoryLimit, verdict }: ContainerStatus,
  now: string,
): Row {
  return {
    verdict,
    name,
    cells: [
      image === undefined ? '' : shortImage(image),
      stateText(state, since, now),
      health,
      restarts === undefined || restarts === 0 ? '' : counted(restarts, 'restart'),
      memoryText(memoryUsed, memoryLimit),
    ],
  };
}

function stateText(state: string, since: string | undefined, now: string): string {
  const isRunning = state === 'running' || state === 'active';
  if (since === undefined) return state;
  return isRunning ? `up ${distance(since, now)}` : `${state} for ${distance(since, now)}`;
}

/** Without its registry; of a digest its beginning. */
const shortImage = (image: string) =>
  image.slice(image.lastIndexOf('/') + 1).replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');

function memoryText(used: number | undefined, limit: number | undefined): string {
  if (limit === undefined) return '';
  if (limit === 0) return 'no memory limit';
  return used === undefined
    ? `memory limit ${mebibytes(limit)}`
    : `${mebibytes(used)} of ${mebibytes(limit)}`;
}

const REACH: Readonly<Record<PortStatus['reach'], string>> = {
  'this-host': 'this host only',
  tailnet: 'tailnet',
  'all-interfaces': 'all interfaces',
  'one-address': 'this address',
};

function portRow({
  container,
  address,
  port,
  lastPort,
  protocol,
  reach,
  answer = '',
  verdict,
}: PortStatus): Row {
  const host = address.includes(':') ? `[${address}]` : address;
  const range = lastPort === undefined ? '' : `-${lastPort}`;
  const place = `${host}:${port}${range}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  return { verdict, name: container, cells: [place, REACH[reach], answer] };
}

function diskRow({ point, type, size, free, isReadOnly, verdict }: DiskStatus): Row {
  const space =
    size === undefined || free === undefined || size === 0
      ? 'size not known'
      : `${bytes(free)} of ${bytes(size)} free (${Math.floor((free / size) * 100)} %)`;
  return { verdict, name: point, cells: [type, isReadOnly ? 'read-only' : '', space] };
}

function hostRows(target: TargetStatus, now: string): Row[] {
  const { memory, tailnet, secrets, upload, generation, others } = target;
  const row = (
    name: string,
    told: { readonly notRead: readonly string[]; readonly verdict?: Verdict | undefined } | undefined,
    texts: readonly string[],
  ): Row[] => {
    if (told === undefined) return [];
    const unread = told.notRead.map((reason) => `not read: ${reason}`);
    const unchecked = told.verdict?.reason;
    // Why a check could not look is why nothing was read, where nothing was.
    const gaps = unread.length > 0 || unchecked === undefined ? unread : [`not fully checked: ${unchecked}`];
    const verdict =
      told.verdict ?? (gaps.length === 0 ? undefined : { status: 'unknown' as const, findings: [] });
    return [{ verdict, name, cells: [[...texts, ...gaps].join('; ')] }];
  };
  return [
    ...row('memory', memory, memory === undefined ? [] : memoryTexts(memory)),
    ...row('tailnet', tailnet, tailnet === undefined ? [] : tailnetTexts(tailnet, now)),
    ...row('secrets', secrets, secrets === undefined ? [] : secretsTexts(secrets)),
    ...(upload === undefined
      ? [uploadElsewhere(target)]
      : row('last upload', upload, uploadTexts(upload, now))),
    ...row('generation', generation, generation === undefined ? [] : generationTexts(generation, now)),
    ...others.map(({ check, reason, lookedAt, verdict }) => ({
      verdict,
      name: NAMES[check] ?? check,
      cells: [
        reason ??
          (verdict?.status === 'ok' ? `no problem found (checked: ${lookedAtText({ lookedAt })})` : ''),
      ],
    })),
  ];
}

/** Where it is other than the name of the check. */
const NAMES: Readonly<Record<string, string>> = { 'failed-units': 'units' };

function uploadElsewhere({ containers }: TargetStatus): Row {
  const where = containers === undefined ? 'not read' : 'on the Mac that uploads: hsdoctor agent status';
  return { verdict: undefined, name: 'last upload', cells: [where] };
}

function generationTexts(
  { number, version, createdAt }: NonNullable<TargetStatus['generation']>,
  now: string,
): string[] {
  if (version === undefined && createdAt === undefined) return [];
  const made = createdAt === undefined ? [] : [`made ${distance(createdAt, now)} ago`];
  return [[number ?? 'not in the profile', ...(version === undefined ? [] : [version]), ...made].join(', ')];
}

function memoryTexts({ total, available, kills }: NonNullable<TargetStatus['memory']>): string[] {
  return [
    ...(total === undefined || available === undefined
      ? []
      : [`${mebibytes(available)} of ${mebibytes(total)} available`]),
    ...(kills === undefined
      ? []
      : [
          kills === 0
            ? 'no process was killed by the OOM killer'
            : `${counted(kills, 'process')} killed by the OOM killer in all (earlier runs and removed containers too)`,
        ]),
  ];
}

function tailnetTexts(
  { state, addresses, keyExpiresAt, isOffline, funnelPorts }: NonNullable<TargetStatus['tailnet']>,
  now: string,
): string[] {
  return [
    ...(state === undefined ? [] : [[state, ...addresses].join(', ')]),
    ...(isOffline === true ? ['no connection to the coordination server'] : []),
    ...(keyExpiresAt === undefined
      ? []
      : [
          keyExpiresAt <= now
            ? `its key expired ${distance(keyExpiresAt, now)} ago`
            : `its key expires in ${distance(now, keyExpiresAt)}`,
        ]),
    ...(funnelPorts.length === 0 ? [] : [`open to the internet by Funnel: port ${funnelPorts.join(', ')}`]),
  ];
}

function secretsTexts({ present, missing }: NonNullable<TargetStatus['secrets']>): string[] {
  if (present === undefined) return [];
  const all = present + missing.length;
  if (all === 0) return ['none'];
  return [
    `${present} of ${all} present`,
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
  ];
}

function uploadTexts(
  { at, succeeded, uploaded, notRead }: NonNullable<TargetStatus['upload']>,
  now: string,
): string[] {
  if (succeeded === undefined) return notRead.length === 0 ? ['no run in the log'] : [];
  const when = at === undefined ? 'at an unknown time' : `${distance(at, now)} ago`;
  const files = uploaded === undefined ? [] : [counted(uploaded, 'file')];
  return [[`${succeeded ? 'succeeded' : 'did not succeed'} ${when}`, ...files].join(', ')];
}

function lastLine(
  { name, kind, system, checks: { fail, warn, unknown } }: TargetStatus,
  sudo: boolean,
): string {
  const found = [
    ...(fail === 0 ? [] : [`${fail} fail`]),
    ...(warn === 0 ? [] : [`${warn} warn`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  if (found.length === 0) return 'No check found a problem.';
  const where = kind === 'local' ? '' : kind === 'ssh' ? ` --host ${quote(name)}` : ' --bundle PATH';
  const root = kind !== 'bundle' && (sudo || needsRoot(system)) ? ' --sudo' : '';
  return `Checks: ${found.join(', ')}. Details and fixes: hsdoctor check${where}${root}`;
}

/** A Mac is read as the user whose agent it is. */
const needsRoot = ({ os, user }: TargetStatus['system']) =>
  user !== undefined && user !== 'root' && !os.startsWith('macOS');
