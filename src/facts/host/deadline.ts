/** Seconds after which what has not answered is told as hung. */
export const LOOK_SECONDS = 4;

/**
 * Shell text of `look_at_each`: reads items, a line each, and runs the function `look ITEM` for all of them side by side.
 * A network mount or a disk that does not answer hangs whoever looks at it, often beyond any kill: so nothing waits for
 * a process, only for what it prints, and what hangs is killed and told as `hung ITEM`.
 */
export const LOOK_AT_EACH = `look_at_each() {
{
count=0
while read -r item; do
count=$((count + 1))
{ look "$item" & echo "#job $count $! $item"; wait "$!"; echo "#done $count"; } &
done
echo "#jobs $count"
{ sleep ${LOOK_SECONDS} & echo "#clock $!"; wait "$!" && echo '#late'; } &
} 2>/dev/null | {
clock='' done=' ' ended=0 total=- jobs=''
while { [ "$ended" != "$total" ] || [ -z "$clock" ]; } && read -r line; do
case $line in
'#clock '*) clock=\${line#* } ;;
'#job '*) jobs="$jobs\${line#* }
" ;;
'#done '*) done="$done\${line#* } " ended=$((ended + 1)) ;;
'#jobs '*) total=\${line#* } ;;
'#late') break ;;
*) printf '%s\\n' "$line" ;;
esac
done
[ -z "$clock" ] || kill "$clock" 2>/dev/null
printf '%s' "$jobs" | while read -r number pid item; do
case $done in *" $number "*) ;; *) kill -s KILL "$pid" 2>/dev/null; printf 'hung %s\\n' "$item" ;; esac
done
}
}
# What may hang is run so: it is killed even where the shell that waits for it was killed before, and not before that.
briefly() { timeout -s KILL ${LOOK_SECONDS + 2} "$@"; }`;
