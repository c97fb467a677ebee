import type { Secret } from '../probes/agenix.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';

export const agenixSecrets = defineCheck({
  id: 'agenix-secrets',
  title: 'Every secret is there, readable only by its owner, and not empty',
  why: 'When one secret cannot be decrypted, agenix links the new generation without it and deletes the old one: it vanishes at the next switch.',
  tags: ['agenix', 'secrets'],
  needs: ['secrets'],
  wants: ['unitCommands', 'units'],
  evaluate({ secrets: seen, unitCommands, units }, { configuration, names }) {
    const secrets: Secret[] = [
      ...seen,
      ...names.secrets
        .filter((path) => !seen.some((secret) => secret.path === path))
        .map((path) => ({ path, state: 'missing' as const, declared: false })),
    ];
    if (secrets.length === 0)
      return { skip: 'agenix is not used here (no /run/agenix, and nothing mounts from it)' };
    const findings: FindingDraft[] = [];
    for (const secret of secrets) {
      const name = secret.path.replace(/^\/run\/agenix\//, '');
      const using = (unitCommands ?? [])
        .filter(({ files }) => files.includes(secret.path))
        .map(({ unit }) => unit);
      const dependent = (units ?? [])
        .filter(({ requires }) => requires.some((id) => using.includes(id)))
        .map(({ id }) => id);
      const affected = [...new Set([...using, ...dependent])];
      const restart =
        affected.length === 0 ? [] : [`sudo systemctl restart ${affected.map(quote).join(' ')}`];
      const add = (
        status: 'fail' | 'warn',
        title: string,
        summary: string,
        observed: string,
        expected: string,
        commands: string[],
      ) =>
        findings.push({
          status,
          title,
          summary,
          subject: secret.path,
          evidence: [
            { source: secret.path, observed, expected },
            ...using.map((unit) => ({
              source: `start command of ${unit}`,
              observed: `mounts ${secret.path}`,
            })),
          ],
          fix: {
            summary: 'Write the secret anew (it opens your editor), and let the system decrypt it.',
            commands,
            docs: 'docs/checks.md#agenix-secrets',
          },
        });
      const write = [
        `cd ${quote(`${configuration}/secrets`)} && sudo agenix -e ${quote(`${name}.age`)}`,
        'sudo nixos-rebuild switch',
        ...restart,
      ];
      if (secret.state === 'missing') {
        add(
          'fail',
          `The secret ${name} is missing`,
          secret.declared
            ? 'It is declared or mounted, and was not decrypted: its file is absent, or this host is not among its recipients.'
            : 'The settings say that it has to exist, and nothing on this host declares it.',
          'no such file',
          'a file',
          write,
        );
      } else if (secret.state === 'dangling') {
        add(
          'fail',
          `The secret ${name} is a link to nothing`,
          'Its link is there, and what it points to is gone.',
          'a dangling link',
          'a file',
          ['sudo /run/current-system/activate', ...restart],
        );
      } else if (secret.bytes === 0) {
        add(
          'fail',
          `The secret ${name} is empty`,
          'The file is there and holds nothing.',
          '0 bytes',
          'a value',
          write,
        );
      } else if (
        secret.form === 'raw' &&
        unitCommands?.some(({ environmentFiles }) => environmentFiles.includes(secret.path))
      ) {
        add(
          'fail',
          `The secret ${name} is read as an environment file and is not of the form KEY=value`,
          'podman takes each line as KEY=value.',
          'a bare value',
          'lines of KEY=value',
          write,
        );
      } else if (secret.mode !== undefined && Number.parseInt(secret.mode, 8) & 0o007) {
        add(
          'warn',
          `The secret ${name} can be read by everybody`,
          'Its mode gives access to all users of the host.',
          `mode ${secret.mode}`,
          'mode 400',
          ['sudo nixos-rebuild switch'],
        );
      }
    }
    return { findings };
  },
});
