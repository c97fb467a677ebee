import { FactUnavailable } from '../model/fact.ts';
import { defineProbe } from '../model/probe.ts';
import { lines } from '../text/lines.ts';

export interface Secret {
  readonly path: string;
  readonly state: 'present' | 'missing' | 'dangling' | 'unreadable';
  /** Octal, `400`. */
  readonly mode?: string;
  readonly bytes?: number;
  /** Whether the content looks like lines of `KEY=value`; judged on the host, the content stays there. */
  readonly form?: 'assignments' | 'raw';
  /** Named by the activation script of the running system, or by a unit's mount. */
  readonly declared: boolean;
}

/** Secrets of agenix: declared by the system, mounted by a container unit, or simply there. */
export const secrets = defineProbe<readonly Secret[]>({
  id: 'agenix',
  reads: '/run/agenix and the activation script: names, modes and sizes of secrets, never their content',
  root: true,
  tools: ['stat'],
  script: `
{ for script in /run/current-system/activate $(systemctl show --property=ExecStart agenix-install-secrets.service 2>/dev/null | sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p'); do
[ ! -r "$script" ] || sed -n 's|.*_truePath="/run/agenix.d/$_agenix_generation/\\([^"]*\\)".*|declared /run/agenix/\\1|p' "$script"
done
cat /etc/systemd/system/podman-*.service 2>/dev/null | sed -n 's/^ExecStart=\\([^ ]*\\).*/\\1/p' | while read -r script; do
[ ! -r "$script" ] || grep -aoE '/run/agenix/[A-Za-z0-9._/-]+' "$script" | sed 's/^/declared /'
done
for file in /run/agenix/* /run/agenix.d/*/*; do
if [ -e "$file" ] || [ -L "$file" ]; then case $file in /run/agenix/*) echo "found $file" ;; esac; fi
done; } | sort -u | while read -r how file; do
if [ -f "$file" ]; then
form=raw
if [ -s "$file" ] && ! grep -aqvE '^([A-Za-z_][A-Za-z0-9_]*=.*|#.*|)$' "$file"; then form=assignments; fi
echo "$how present $(stat -L -c '%a %s' "$file") $form $file"
elif [ -L "$file" ] || [ -L /run/agenix ] && [ ! -d /run/agenix ]; then echo "$how dangling - - - $file"
elif [ -e "$file" ]; then :
else echo "$how missing - - - $file"
fi
done`,
  parse(raw) {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `the listing ended with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const found = new Map<string, Secret>();
    for (const line of lines(raw.stdout)) {
      const match = /^(declared|found) (present|missing|dangling) (\S+) (\S+) (\S+) (.+)$/.exec(line);
      if (match === null) continue;
      const [, how, state, mode, bytes, form, path = ''] = match;
      const declared = how === 'declared' || found.get(path)?.declared === true;
      found.set(path, {
        path,
        declared,
        state: state as Secret['state'],
        ...(mode === '-'
          ? {}
          : { mode: mode as string, bytes: Number(bytes), form: form as 'assignments' | 'raw' }),
      });
    }
    return [...found.values()];
  },
});
