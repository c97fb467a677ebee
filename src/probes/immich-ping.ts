import { defineProbe } from '../model/probe.ts';
import { FIND_AGENTS } from './launchd.ts';

export interface ImmichPing {
  readonly label: string;
  /** As the agent has it, without a user and password; none where its environment names none. */
  readonly url?: string;
  /** Of curl: 0 for any answer. */
  readonly exitCode?: number;
  readonly httpStatus?: number;
  /** It answered as Immich does. */
  readonly pong?: boolean;
  /** What curl says. */
  readonly error?: string;
}

export const immichPing = defineProbe<readonly ImmichPing[]>({
  id: 'immich-ping',
  reads: "curl of the server's ping, at the URL that the agent's own environment names, without the key",
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'curl'],
  script: `${FIND_AGENTS}
ping_server() {
url=$(setting EnvironmentVariables.IMMICH_INSTANCE_URL)
echo "#agent $(setting Label)"
[ -n "$url" ] || return 0
printf '%s\\n' "$url" | sed 's,^,#url ,; s,://[^/]*@,://,'
base=\${url%/}
# On standard input, because the URL may hold a password and a command line is seen by all.
answer=$(printf '%s\\n' "\${base%/api}/api/server/ping" | sed 's/[\\"\\\\]//g; s/.*/url = "&"/' |
curl -q -K - --silent --show-error --max-time 5 --proto =http,https --write-out '\\n#status %{http_code}' 2>&1)
echo "#curl $?"
printf '%s\\n' "$answer" | tail -c 2000
}
for_each_agent ping_server`,
  parse(raw) {
    return raw.stdout
      .split(/^#agent /m)
      .slice(1)
      .map((block) => {
        const value = (name: string) => new RegExp(`^#${name} (.*)$`, 'm').exec(block)?.[1];
        const [label = ''] = block.split('\n', 1);
        const url = value('url');
        if (url === undefined) return { label };
        const error = /^curl: \(\d+\) (.*)$/m.exec(block)?.[1];
        return {
          label,
          url,
          exitCode: Number(value('curl')),
          httpStatus: Number(value('status') ?? 0),
          pong: /"res"\s*:\s*"pong"/.test(block),
          ...(error === undefined ? {} : { error }),
        };
      });
  },
});
