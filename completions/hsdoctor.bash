# bash completion of hsdoctor; the words come from hsdoctor itself.
_hsdoctor() {
  local line=${COMP_LINE:0:COMP_POINT} kind='' prefix='' word cut=''
  local current=${line##* }
  COMPREPLY=()
  # To readline, a word ends at these characters.
  case $current in *[=:]*) cut=${current%"${current##*[=:]}"} ;; esac
  while IFS=$'\t' read -r word _; do
    if [ -z "$kind" ]; then
      kind=${word%% *} prefix=${word#* }
    else
      COMPREPLY+=("${word#"$cut"}")
    fi
  done < <(hsdoctor __complete line "$line" 2>/dev/null)
  case $kind in
    files | folders)
      compopt -o filenames 2>/dev/null
      local flag=-f
      [ "$kind" = folders ] && flag=-d
      while IFS= read -r word; do COMPREPLY+=("$word"); done \
        < <(compgen "$flag" -- "${current#"$prefix"}")
      ;;
    *) [ "${#COMPREPLY[@]}" = 1 ] && case ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac ;;
  esac
}
complete -F _hsdoctor hsdoctor
