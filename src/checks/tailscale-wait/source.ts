import { type FindingDraft, judgeSource } from '../define.ts';
import { type Binding, bindings, unseenListeners } from '../shared/declared-wait.ts';
import { edit, stands } from '../shared/stands.ts';

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
  const { unit, name, kind, addresses, listeners, wait } = binding;
  if (wait.state !== 'does not') return [];
  const [attempt, ...others] = wait.attempts;
  const [first] = listeners;
  const address = addresses.join(' and ');
  const place = attempt?.at ?? first.at;
  const option = `${kind === 'socket' ? 'systemd.sockets' : 'systemd.services'}."${unit.replace(/\.\w+$/, '')}"`;
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
        summary: attempt?.mend ?? mend(binding, option, waitFile),
        commands: edit(folder, place),
        docs: 'docs/checks.md#tailscale-wait',
      },
    },
  ];
}

function mend({ kind, addresses }: Binding, option: string, waitFile: string | undefined): string {
  const local = 'or listen on 127.0.0.1, with a reverse proxy in front';
  if (kind === 'socket') return `Set ${option}.socketConfig.FreeBind = true; ${local}.`;
  if (waitFile !== undefined)
    return `Set ${option}.serviceConfig.ExecStartPre to the script that ${waitFile} makes; ${local}.`;
  const [address = ''] = addresses;
  const six = address.includes(':') ? '-6' : '-4';
  return `Set ${option}.serviceConfig.ExecStartPre = [ "\${pkgs.writeShellScript "tailscale-wait" "for i in $(seq 60); do \${pkgs.tailscale}/bin/tailscale ip ${six} | grep -qxF ${address} && exit 0; sleep 1; done; exit 1"}" ]; ${local}.`;
}
