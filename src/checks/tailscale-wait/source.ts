import { posix } from 'node:path';
import type { Place } from '../../nix/place.ts';
import { quote } from '../../text/shell.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { type Binding, bindings, unseenListeners } from '../shared/declared-wait.ts';
import { edit, stands, within } from '../shared/stands.ts';

export const source = judgeSource({
  needs: ['listening'],
  evaluate({ listening }, { folder }) {
    const binding = bindings(listening).filter(({ never }) => never === undefined);
    const unseen = [
      ...unseenListeners(listening),
      ...binding.flatMap(({ unit, wait }) =>
        wait.state === 'unknown' ? [`whether ${unit} waits for Tailscale is not known: ${wait.reason}`] : [],
      ),
    ];
    if (binding.length === 0 && unseen.length === 0)
      return { skip: 'nothing listens on an address of the tailnet' };
    return { findings: binding.flatMap((each) => finding(each, listening.waitFile, folder)), unseen };
  },
});

function finding(binding: Binding, waitFile: string | undefined, folder: string): FindingDraft[] {
  const { unit, name, addresses, listeners, wait } = binding;
  if (wait.state !== 'does not') return [];
  const [attempt, ...others] = wait.attempts;
  const [first] = listeners;
  const address = addresses.join(' and ');
  const place = attempt?.at ?? first.at;
  return [
    {
      status: attempt?.mayWork === true ? 'warn' : 'fail',
      title:
        attempt === undefined
          ? `${name} does not wait for the Tailscale address ${address}`
          : `${name} does not really wait for the Tailscale address ${address}`,
      summary:
        'At a boot where Tailscale is slower, it cannot bind: systemd tries five times within seconds, and then never again.',
      subject: unit,
      evidence: [
        ...[attempt, ...others].flatMap((each) =>
          each === undefined ? [] : [stands(each.at, each.observed, each.expected)],
        ),
        ...listeners.flatMap(({ at, optionAt, option, written }) => [
          stands(
            at,
            `${name} listens on ${written}, an address of the tailnet`,
            attempt === undefined ? `a wait for it before ${unit} starts` : undefined,
          ),
          // Also whoever waives it above the option, and not beside the line of the address, is understood.
          ...(optionAt === undefined || optionAt.line === at?.line
            ? []
            : [stands(optionAt, `the option ${option} begins here`)]),
        ]),
      ],
      explainedBy: [{ check: 'tailscale-up' }],
      fix: {
        ...(attempt?.mend === undefined
          ? mend(binding, waitFile, folder, place)
          : { summary: attempt.mend, commands: edit(folder, place) }),
        docs: 'docs/checks.md#tailscale-wait',
      },
    },
  ];
}

type Mend = Pick<NonNullable<FindingDraft['fix']>, 'summary' | 'commands'>;

function mend(
  binding: Binding,
  waitFile: string | undefined,
  folder: string,
  place: Place | undefined,
): Mend {
  const { kind, unit, addresses } = binding;
  const local = 'or listen on 127.0.0.1, with a reverse proxy in front';
  const name = unit.replace(/\.\w+$/, '');
  const commands = edit(folder, place);
  if (kind === 'socket')
    return { summary: `Set systemd.sockets."${name}".socketConfig.FreeBind = true; ${local}.`, commands };
  if (waitFile !== undefined)
    return {
      summary: `Set systemd.services."${name}".serviceConfig.ExecStartPre to the script that ${waitFile} makes; ${local}.`,
      commands,
    };
  const [address = ''] = addresses;
  const six = address.includes(':') ? '-6' : '-4';
  const script = `for i in $(seq 60); do \${pkgs.tailscale}/bin/tailscale ip ${six} | grep -qxF ${address} && exit 0; sleep 1; done; exit 1`;
  const module = `{ pkgs, ... }: { systemd.services."${name}".serviceConfig.ExecStartPre = [ "\${pkgs.writeShellScript "tailscale-wait" "${script}"}" ]; }`;
  const file = `tailscale-wait-${name}.nix`;
  const beside = posix.join(posix.dirname(place?.file ?? ''), file);
  return {
    summary: `Write a module that waits up to 60 seconds for the address, and import it: imports = [ ./${file} ]; (a flake sees it after git add); ${local}.`,
    commands: [`printf '%s\\n' ${quote(module)} > ${quote(within(folder, beside))}`, ...commands],
  };
}
