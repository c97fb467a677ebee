import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';
import { STAGE } from './stages.ts';
import { requireSystemd } from './systemd.ts';

/** A certificate that a web server of the host shows, or that ACME keeps for one. */
export interface Certificate {
  readonly from: 'acme' | 'nginx' | 'caddy';
  readonly path: string;
  /** Of the domain, as its file or its folder is called. */
  readonly name: string;
  /** Nothing that is configured now needs it. */
  readonly isLeftover: boolean;
  /** What NixOS puts in its place until the first one arrives. */
  readonly isPlaceholder: boolean;
  /** Undefined where the file does not tell it. */
  readonly validity?: { readonly from: number; readonly to: number };
  /** Of the service that renews it. */
  readonly unit?: { readonly id: string; readonly activeState: string };
}

const MOST = 60;

/**
 * Of a file only its first block `CERTIFICATE` is looked at, which everybody is shown who connects: no key, even where one
 * is in the same file. The first two times in it are when it begins and when it ends.
 */
const LOOK = `${STAGE}
block() { stage 1 head -c 65536 -- "$1" | stage 0 sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/{
/^-----END/q
/^-----/!p
}' | stage 1 base64 -d; }
told=0
certificate() {
told=$((told + 1))
[ "$told" -le ${MOST} ] || { [ "$told" -gt ${MOST + 1} ] || echo cut; return; }
if [ ! -r "$5" ]; then printf 'unread\\t%s\\n' "$5"; return; fi
kind=issued
[ "$(block "$5" | stage 1 grep -ac 'minica root ca')" = 0 ] || kind=placeholder
times=$(block "$5" | stage 0 tr -c '0-9Z' '\\n' | stage 1 grep -oE '^([0-9]{14}|[0-9]{12})Z' | stage 0 head -n 2 | stage 0 tr '\\n' ' ')
printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$3" "$4" "$kind" "$times" "$5"
}`;

export const certificates = defineProbe<readonly Certificate[]>({
  id: 'certificates',
  reads:
    'expiry dates of the certificates of ACME (/var/lib/acme), nginx and Caddy, and the state of the units that renew them; keys are not opened',
  root: true,
  tools: ['systemctl', 'sed', 'base64', 'grep', 'tr'],
  script: `systemctl show --property=Version
${LOOK}
for folder in /var/lib/acme/*/; do
folder=\${folder%/} name=\${folder##*/}
file=$folder/fullchain.pem
[ -e "$file" ] || file=$folder/cert.pem
[ -e "$file" ] || continue
state=leftover unit=- active=-
for id in "acme-$name.service" "acme-order-renew-$name.service"; do
case $name in *[!A-Za-z0-9._-]* | -*) continue ;; esac
shown=$(stage 0 systemctl show --property=LoadState,ActiveState -- "$id")
case $shown in *LoadState=loaded*) ;; *) continue ;; esac
state=used unit=$id active=$(printf '%s\\n' "$shown" | stage 0 sed -n 's/^ActiveState=//p')
[ "$active" != failed ] || break
done
certificate acme "$state" "$unit" "$active" "$file"
done
show=$(stage 0 systemctl show --property=ActiveState,ExecStart nginx.service)
case $show in *ActiveState=active*)
config=$(printf '%s\\n' "$show" | stage 0 sed -n "s/.* -c '\\{0,1\\}\\([^' ;]*\\).*/\\1/p" | head -n 1)
stage 2 grep -rhosE '^[[:space:]]*ssl_certificate[[:space:]]+[^;]+' "\${config:-/etc/nginx/nginx.conf}" /etc/nginx | stage 0 sed "s/^[[:space:]]*ssl_certificate[[:space:]]*//; s/^[\\"']//; s/[\\"'[:space:]]*$//" | stage 1 grep '^/' | stage 1 grep -vE '^/var/lib/(acme|tailscale)/' | stage 0 sort -u | {
while IFS= read -r file; do certificate nginx used - - "$file"; done
} ;;
esac
show=$(stage 0 systemctl show --property=ActiveState,ExecStart caddy.service)
case $show in *ActiveState=active*)
config=$(printf '%s\\n' "$show" | stage 0 sed -n 's/.* --config \\([^ ;]*\\).*/\\1/p' | head -n 1)
for file in /var/lib/caddy/.local/share/caddy/certificates/*/*/*.crt; do
[ -e "$file" ] || continue
name=\${file##*/} name=\${name%.crt} state=leftover
if stage 2 grep -rqsF -- "$name" "\${config:-/etc/caddy}" /etc/caddy; then state=used; fi
certificate caddy "$state" - - "$file"
done ;;
esac
${END}`,
  parse: untilEnd((raw) => {
    requireSystemd(raw);
    const all = lines(raw.stdout).filter((line) => !/^Version=/.test(line));
    const found = all.flatMap((line) => certificateIn(line) ?? []);
    const unread = all.flatMap((line) => /^unread\t(\/.+)$/.exec(line)?.[1] ?? []);
    if (unread.length > 0)
      return new PartialValue(found, `the certificate ${unread.join(', ')} could not be read`);
    if (all.includes('cut')) return new PartialValue(found, `only ${MOST} certificates are looked at`);
    return found.length < all.length
      ? new PartialValue(found, 'a line of the list of certificates is not understood')
      : found;
  }),
});

function certificateIn(line: string): Certificate | undefined {
  const [, from, state, unit = '-', activeState = '', kind, times = '', path = ''] =
    /^(acme|nginx|caddy)\t(used|leftover)\t(\S+)\t(\S+)\t(issued|placeholder)\t([0-9Z ]*)\t(\/.+)$/.exec(
      line,
    ) ?? [];
  if (from === undefined) return undefined;
  const [begins, ends, ...others] = times.trim().split(' ').map(timeIn);
  const isKnown = begins !== undefined && ends !== undefined && others.length === 0 && begins < ends;
  return {
    from: from as Certificate['from'],
    path,
    name: nameOf(path),
    isLeftover: state === 'leftover',
    isPlaceholder: kind === 'placeholder',
    ...(isKnown ? { validity: { from: begins, to: ends } } : {}),
    ...(unit === '-' ? {} : { unit: { id: unit, activeState } }),
  };
}

function nameOf(path: string): string {
  const [folder = '', file = ''] = path.split('/').slice(-2);
  return ['fullchain.pem', 'cert.pem'].includes(file) ? folder : file.replace(/\.(?:crt|pem|cer)$/, '');
}

/** `260310120000Z`, or with four digits of the year. */
function timeIn(text: string): number | undefined {
  const [, year = '', rest = ''] = /^(\d\d|\d{4})(\d{10})Z$/.exec(text) ?? [];
  if (rest === '') return undefined;
  const full = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`;
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? [];
  const at = Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}
