# fish completion of hsdoctor; the words come from hsdoctor itself.
function __hsdoctor_complete
    set -l current (commandline -ct)
    set -l before (commandline -opc)
    set -l lines (hsdoctor __complete words $before[2..] "$current" 2>/dev/null)
    set -l head (string split -m 1 ' ' -- $lines[1])
    switch "$head[1]"
        case files folders
            set -l rest (string sub -s (math (string length -- "$head[2]") + 1) -- "$current")
            set -l found
            if test $head[1] = folders
                set found (__fish_complete_directories "$rest" '')
            else
                set found (__fish_complete_path "$rest" '')
            end
            for each in $found
                echo $head[2]$each
            end
        case words
            string join \n -- $lines[2..]
    end
end
complete -c hsdoctor -f -a '(__hsdoctor_complete)'
