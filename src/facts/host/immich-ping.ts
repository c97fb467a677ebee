import { defineProbe } from '../../model/probe.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

export interface ImmichPing {
  readonly label: string;
  /** As the agent has it, without a user and password; none where its environment names none. */
  readonly url?: string;
  /** Of curl: 0 for any answer. */
  readonly exitCode?: number;
  readonly httpStatus?: number;
  /** It answered as Immich does. */
  readonly pong?: boolean;
  readonly error?: string;
}

export const immichPing = defineProbe<readonly ImmichPing[]>({
  id: 'immich-ping',
  reads: "curl of the server's ping, at the URL in the agent's own environment, without the key",
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'curl'],
  script: `${FIND_AGENTS}
# The agent knows no proxy of this shell.
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY
ping_server() {
url=$(setting EnvironmentVariables.IMMICH_INSTANCE_URL)
print_line "#agent $(setting Label)"
[ -n "$url" ] || return 0
printf '%s\\n' "$url" | sed 's,://.*@,://,; s/[?#].*//; s,^,#url ,'
base=\${url%/}
# On standard input, because the URL may hold a password and a command line is seen by all.
answer=$(printf '%s\\n' "\${base%/api}/api/server/ping" | sed 's/[\\"\\\\]/\\\\&/g; s/.*/url = "&"/' |
curl -q -K - --silent --show-error --max-time 5 --proto =http,https --write-out '\\n#status %{http_code}' 2>&1)
print_line "#curl $?"
printf '%s\\n' "$answer" | grep -aE '^(curl: |#status )'
case $answer in *'"res"'*'"pong"'*) echo '#pong yes' ;; esac
}
for_each_agent ping_server
${END}`,
  parse(raw) {
    requireEnd(raw);
    return raw.stdout
      .split(/(?<![^\n])#agent /)
      .slice(1)
      .map((block) => {
        const value = (name: string) => new RegExp(`^#${name} (.*)$`, 'm').exec(block)?.[1];
        const [label = ''] = block.split('\n', 1);
        const url = value('url');
        if (url === undefined) return { label };
        const curl = value('curl');
        const error = /(?<![^\n])curl: \(\d+\) ([^\n]*)/.exec(block)?.[1];
        return {
          label,
          url,
          ...(curl === undefined ? {} : { exitCode: Number(curl) }),
          httpStatus: Number(value('status') ?? 0),
          pong: value('pong') === 'yes',
          ...(error === undefined ? {} : { error }),
        };
      });
  },
});
